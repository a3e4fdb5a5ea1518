//! Words of other services, made safe to keep and to show.

/// The longest message that is kept of an answer, in characters.
const MESSAGE_CHARS_MAX: usize = 500;

/// One line, without control or direction-changing characters, at most [`MESSAGE_CHARS_MAX`] characters.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::new();
    let mut kept = 0;
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
            kept += 1;
        }
        for c in word.chars().filter(|c| !turns_direction(*c)) {
            if kept >= MESSAGE_CHARS_MAX {
                out.push('…');
                return out;
            }
            out.push(c);
            kept += 1;
        }
    }
    out
}

/// Characters that reorder what stands around them, so that a text reads as what it is not.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_dropped() {
        assert_eq!(clean(" a\r\nb\u{1b}[31m \u{202e}c "), "a b [31m c");
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let cut = clean(&"é".repeat(600));
        assert_eq!(cut.chars().count(), 501);
        assert!(cut.ends_with('…'));
    }
}
