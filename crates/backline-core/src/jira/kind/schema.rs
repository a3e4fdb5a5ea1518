//! What `schema` says of a field, in the form in which the kinds ask for it.

use crate::jira::field::FieldMeta;

/// Who made the type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker<'f> {
    /// A field that every site has, by its name: `labels`.
    Jira(&'f str),
    /// A type of custom field that Atlassian made, by what follows the last colon: `cascadingselect`.
    Atlassian(&'f str),
    /// An app's own type. It takes what its base type takes, which is all that Jira says of it.
    App,
}

/// The type of a field; `None` where Jira does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'f> {
    /// `string`, `option`, `array`, …
    pub kind: &'f str,
    /// The type of an array's elements, and nothing else. Some apps answer a localised label here.
    pub items: Option<&'f str>,
    pub maker: Maker<'f>,
}

pub fn shown(field: &FieldMeta) -> Option<Shown<'_>> {
    let schema = field.schema.as_ref()?;
    let maker = match schema.custom.as_deref() {
        None => Maker::Jira(schema.system.as_deref().unwrap_or(field.id.as_str())),
        Some(custom) if custom.starts_with("com.atlassian.") || custom.starts_with("com.pyxis.") => {
            Maker::Atlassian(custom.rsplit(':').next().unwrap_or(custom))
        }
        Some(_) => Maker::App,
    };
    Some(Shown { kind: &schema.kind, items: schema.items.as_deref(), maker })
}

impl Shown<'_> {
    /// Whether the field is Jira's own or an app's, or one of these types of Atlassian's.
    pub fn is_plain_or(&self, atlassian: &[&str]) -> bool {
        match self.maker {
            Maker::Jira(_) | Maker::App => true,
            Maker::Atlassian(kind) => atlassian.contains(&kind),
        }
    }

    pub fn is_atlassian(&self, kinds: &[&str]) -> bool {
        matches!(self.maker, Maker::Atlassian(kind) if kinds.contains(&kind))
    }

    pub fn is_system(&self, name: &str) -> bool {
        self.maker == Maker::Jira(name)
    }

    pub fn is_array_of(&self, items: &str) -> bool {
        self.kind == "array" && self.items == Some(items)
    }
}
