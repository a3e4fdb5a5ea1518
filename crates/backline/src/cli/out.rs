//! What goes to standard output, and texts of others made safe for a terminal.

use super::{Exit, Failed};
use serde::Serialize;
use std::io::Write;

/// Writes lines; a reader that went away is no fault.
pub fn print(text: &str) -> Result<(), Failed> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failed::new(Exit::Fault, format!("cannot write to standard output: {error}"), ""))
        }
        _ => Ok(()),
    }
}

/// Writes a value as one line of JSON.
pub fn print_json(value: &impl Serialize) -> Result<(), Failed> {
    let mut line = serde_json::to_string(value).map_err(anyhow::Error::from)?;
    line.push('\n');
    print(&line)
}

/// A text of others without what could move the cursor, colour the terminal or turn its direction.
pub fn plain(text: &str) -> String {
    let is_turning = |sign: char| matches!(sign, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|sign| if (sign.is_control() && sign != '\n') || is_turning(sign) { '\u{fffd}' } else { sign })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_text_of_others_cannot_steer_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\u{202e}c\r\n"), "a\u{fffd}[31mb\u{fffd}c\u{fffd}\n");
        assert_eq!(plain("größer → 4.17.21"), "größer → 4.17.21");
    }
}
