//! What keeps something from going on, in four sentences and with the button that mends it.

use backline_core::notice::Blocked;

/// Has the fields that the `four` macro prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub what: String,
    pub why: String,
    pub remedy: String,
    pub kept: &'static str,
    /// What the remedy asks for, as the words of a button.
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
            button: button(&blocked.remedy),
            kept: "The vulnerability, its ticket and its SLA date. Nothing is sent twice, and Backline goes on by \
                   itself once it is mended.",
            href: if is_own_page { blocked.page.clone() } else { "/activity".to_owned() },
        }
    }
}

/// A remedy may go on to say what follows; a button only says what it does.
fn button(remedy: &str) -> String {
    let asked = remedy.split([';', ':']).next().unwrap_or_default();
    sentence(asked).trim_end_matches('.').to_owned()
}

/// With a capital at its start and a stop at its end. A name at its start, such as `acme/api#1`, stays as it is.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    let is_name = text.split_whitespace().next().is_some_and(|word| word.contains(['/', '#', '@', '_']));
    let mut letters = text.chars();
    let mut sentence: String = match is_name {
        true => text.to_owned(),
        false => letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect(),
    };
    if !sentence.is_empty() && !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::{Note, button, sentence};
    use backline_core::notice::Blocked;

    #[test]
    fn a_sentence_begins_and_ends_as_one() {
        assert_eq!(sentence("jira says: Team is required."), "Jira says: Team is required.");
        assert_eq!(sentence("map Team "), "Map Team.");
        assert_eq!(sentence("acme/api#1 fixes this"), "acme/api#1 fixes this.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn a_button_says_what_it_does_and_no_more() {
        assert_eq!(button("connect again; everything that waits goes on by itself"), "Connect again");
        assert_eq!(button("Map 'Team' for SEC / Bug."), "Map 'Team' for SEC / Bug");
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
