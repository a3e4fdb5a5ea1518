//! Texts inside JQL.
//!
//! Invariant: a quoted text cannot end its own quotes.

/// A text that cannot stand in JQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a text with control characters cannot be searched for")]
pub struct ControlCharacter;

/// The text in double quotes, with backslashes and then quotes escaped.
///
/// # Errors
/// [`ControlCharacter`], which also covers line breaks: no name or label of Jira holds one.
///
/// Source: <https://support.atlassian.com/jira-software-cloud/docs/search-syntax-for-text-fields/>
pub fn quote(text: &str) -> Result<String, ControlCharacter> {
    if text.chars().any(char::is_control) {
        return Err(ControlCharacter);
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_leave_its_quotes() {
        assert_eq!(quote("plain").unwrap(), r#""plain""#);
        assert_eq!(quote(r#"a" OR project = X OR b = ""#).unwrap(), r#""a\" OR project = X OR b = \"""#);
        assert_eq!(quote(r#"\" OR 1"#).unwrap(), r#""\\\" OR 1""#);
        assert_eq!(quote(r"ends with \").unwrap(), r#""ends with \\""#);
        assert_eq!(quote("two\nlines"), Err(ControlCharacter));
        assert_eq!(quote("nul\0"), Err(ControlCharacter));
    }
}
