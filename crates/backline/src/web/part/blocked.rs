//! What keeps something from going on, in four sentences and with the button that mends it.

use backline_core::notice::Blocked;

/// Has the fields that the `four` macro prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub what: String,
    pub why: String,
    pub remedy: String,
    pub kept: &'static str,
    /// The remedy as the words of a button.
    pub button: String,
    /// Where it is mended.
    pub href: String,
}

impl Note {
    pub fn of(blocked: &Blocked) -> Self {
        let is_own_page = blocked.page.starts_with('/') && !blocked.page.starts_with("//");
        Self {
            what: sentence(&blocked.what),
            why: sentence(&blocked.why),
            remedy: sentence(&blocked.remedy),
            button: sentence(&blocked.remedy).trim_end_matches('.').to_owned(),
            kept: "The vulnerability, its ticket and its SLA date. Nothing is sent twice, and Backline goes on by \
                   itself once it is mended.",
            href: if is_own_page { blocked.page.clone() } else { "/activity".to_owned() },
        }
    }
}

/// With a capital at its start and a stop at its end.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let mut sentence: String =
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    if !sentence.is_empty() && !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::{Note, sentence};
    use backline_core::notice::Blocked;

    #[test]
    fn a_sentence_begins_and_ends_as_one() {
        assert_eq!(sentence("jira says: Team is required."), "Jira says: Team is required.");
        assert_eq!(sentence("map Team "), "Map Team.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn the_button_leads_to_a_page_of_ours() {
        let text = String::new;
        let blocked = |page: &str| Blocked {
            cause: text(),
            what: text(),
            why: text(),
            remedy: text(),
            page: page.into(),
        };
        assert_eq!(Note::of(&blocked("/tickets")).href, "/tickets");
        for elsewhere in ["javascript:alert(1)", "//evil.example", "https://evil.example", ""] {
            assert_eq!(Note::of(&blocked(elsewhere)).href, "/activity");
        }
    }
}
