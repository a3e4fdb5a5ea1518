//! The tabs above a list: one narrowing of it each, and which one is shown.

/// One tab; the `tabs` macro prints them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    pub title: &'static str,
    /// How many rows it shows, where that is known.
    pub count: Option<String>,
    pub href: String,
    pub is_current: bool,
}

impl Tab {
    pub fn new(title: &'static str, href: String, is_current: bool) -> Self {
        Self { title, count: None, href, is_current }
    }

    #[must_use]
    pub fn with_count(self, count: String) -> Self {
        Self { count: Some(count), ..self }
    }
}
