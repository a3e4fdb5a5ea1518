//! From the bytes of a file to one JSON document.
//!
//! Owns encodings (byte order marks, UTF-16 from a PowerShell redirect), log lines in front of the document, and
//! the bound on nesting. Knows nothing of any report format.
//!
//! Invariant: a byte that is not text is found before any parser runs, and its offset in the file is named.

use super::refusal::refuse;
use super::{Limits, Refused};
use std::borrow::Cow;

/// Text that may hold one JSON document, and where in the file that document begins.
#[derive(Debug)]
pub(super) struct Document<'a> {
    whole: Cow<'a, str>,
    start: usize,
    /// Bytes in front of `whole` (a byte order mark).
    mark: usize,
    converted: bool,
}

impl<'a> Document<'a> {
    /// Decodes the file and finds where its document begins.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Refused> {
        let (whole, mark, converted) = decode(bytes)?;
        let whole = without_nul(whole);
        let Some(start) = first_character(&whole) else {
            return Err(refuse(
                "byte 0",
                "the file is empty: a report was expected",
                "check that the scanner ran and wrote its report to this file",
            ));
        };
        Ok(Self { whole, start, mark, converted })
    }

    /// The document without what stands in front of it.
    pub(super) fn json(&self) -> &str {
        &self.whole[self.start..]
    }

    /// A note about text in front of the document, which was passed over.
    pub(super) fn preamble(&self) -> Option<String> {
        let preamble = self.whole[..self.start].trim();
        (!preamble.is_empty()).then(|| {
            format!("{} line(s) of other text before the document were passed over", preamble.lines().count())
        })
    }

    /// Names the byte at `offset` of [`Document::json`] by line, column and offset in the file.
    pub(super) fn place_of(&self, offset: usize) -> String {
        let at = (self.start + offset).min(self.whole.len());
        let before = &self.whole.as_bytes()[..at];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        if self.converted {
            return format!("line {line}, column {column} (byte {at} after conversion from UTF-16)");
        }
        format!("line {line}, column {column} (byte {})", at + self.mark)
    }

    /// Refuses a document that is nested deeper than the limit, before a recursive parser sees it.
    pub(super) fn check_depth(&self, limits: &Limits) -> Result<(), Refused> {
        let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
        for (offset, byte) in self.json().bytes().enumerate() {
            if in_string {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => in_string = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > limits.depth_max {
                return Err(refuse(
                    self.place_of(offset),
                    format!("the JSON is nested more than {} levels deep", limits.depth_max),
                    "no scanner writes such a report: upload the file exactly as the scanner wrote it",
                ));
            }
        }
        Ok(())
    }
}

/// The text, the length of its byte order mark, and whether it was converted from UTF-16.
fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, usize, bool), Refused> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Ok((Cow::Borrowed(utf8(rest, 3)?), 3, false)),
        [0xFF, 0xFE, rest @ ..] => Ok((Cow::Owned(utf16(rest, u16::from_le_bytes, 2)?), 2, true)),
        [0xFE, 0xFF, rest @ ..] => Ok((Cow::Owned(utf16(rest, u16::from_be_bytes, 2)?), 2, true)),
        [b'{' | b'[' | b'<', 0, ..] => Ok((Cow::Owned(utf16(bytes, u16::from_le_bytes, 0)?), 0, true)),
        [0, b'{' | b'[' | b'<', ..] => Ok((Cow::Owned(utf16(bytes, u16::from_be_bytes, 0)?), 0, true)),
        [0x1F, 0x8B, ..] => Err(refuse(
            "byte 0",
            "the file is compressed with gzip: a JSON report was expected",
            "unpack it first (`gunzip FILE`)",
        )),
        [b'P', b'K', 3, 4, ..] => Err(refuse(
            "byte 0",
            "the file is a zip archive: a JSON report was expected",
            "unpack it and upload the reports in it one by one",
        )),
        _ => Ok((Cow::Borrowed(utf8(bytes, 0)?), 0, false)),
    }
}

/// Puts the mark of a character that cannot be shown in place of each escaped NUL: not every database keeps that one,
/// and no reader needs it. Both escapes are six bytes, so places stay as they are.
fn without_nul(text: Cow<'_, str>) -> Cow<'_, str> {
    const NUL: &str = "\\u0000";
    if !text.contains(NUL) {
        return text;
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find(NUL) {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        // Behind an escaped backslash these are four digits and no escape.
        let is_escape = kept.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0;
        kept.push_str(if is_escape { "\\ufffd" } else { NUL });
        rest = &from[NUL.len()..];
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

fn utf8(bytes: &[u8], mark: usize) -> Result<&str, Refused> {
    let remedy = "upload the file exactly as the scanner wrote it, as UTF-8 text";
    // `contains` is vectorised and `position` is not: the slow search runs only when there is a NUL to find.
    if bytes.contains(&0) {
        let offset = bytes.iter().position(|byte| *byte == 0).unwrap_or_default();
        return Err(refuse(
            format!("byte {}", offset + mark),
            "expected text, found a NUL byte: this is not a text file",
            remedy,
        ));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        refuse(
            format!("byte {}", offset + mark),
            format!("expected UTF-8 text, found the byte 0x{:02x}, which is not UTF-8", bytes[offset]),
            remedy,
        )
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, mark: usize) -> Result<String, Refused> {
    let refuse_at = |offset: usize, what: &str| {
        refuse(
            format!("byte {}", offset + mark),
            format!("expected UTF-16 text, found {what}"),
            "write the report as UTF-8 (in PowerShell: the scanner's own output option in place of `>`)",
        )
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(refuse_at(bytes.len() - 1, "half a character at the end"));
    }
    let mut text = String::with_capacity(pairs.len());
    let mut offset = 0;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok('\0') => return Err(refuse_at(offset, "a NUL character: this is not a text file")),
            Ok(character) => {
                text.push(character);
                offset += 2 * character.len_utf16();
            }
            Err(_) => return Err(refuse_at(offset, "half of a surrogate pair")),
        }
    }
    Ok(text)
}

/// Where the document begins: at the first character, or at the first line that opens one if log lines are before
/// it. `None` if there is only white space.
fn first_character(text: &str) -> Option<usize> {
    let first = text.find(|character: char| !character.is_whitespace())?;
    if text[first..].starts_with('<') || opens_document(&text[first..]) {
        return Some(first);
    }
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        // Blank lines are stepped over, because looking ahead from each of a million of them would be quadratic.
        let inner = offset + (line.len() - line.trim_start().len());
        if !line.trim_start().is_empty() && opens_document(&text[inner..]) {
            return Some(inner);
        }
        offset += line.len();
    }
    Some(first)
}

/// `{"`, `{}`, `[{` or `[]`, with white space between: unlike the `[INFO]` of a log line.
fn opens_document(text: &str) -> bool {
    let mut characters = text.chars().filter(|character| !character.is_whitespace());
    matches!(
        (characters.next(), characters.next()),
        (Some('{'), Some('"' | '}') | None) | (Some('['), Some('{' | ']') | None)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(bytes: &[u8]) -> String {
        Document::open(bytes).expect("text").json().to_owned()
    }

    #[test]
    fn byte_order_marks_and_utf16_are_read() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<_>>();
        let little: Vec<u8> = units("{\"é\":1}").iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units("{\"é\":1}").iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let marked = |mark: &[u8], rest: &[u8]| [mark, rest].concat();

        assert_eq!(json("\u{feff}{\"é\":1}".as_bytes()), "{\"é\":1}");
        assert_eq!(json(&marked(&[0xFF, 0xFE], &little)), "{\"é\":1}");
        assert_eq!(json(&marked(&[0xFE, 0xFF], &big)), "{\"é\":1}");
        assert_eq!(json(&little), "{\"é\":1}");
        assert_eq!(json(&big), "{\"é\":1}");
    }

    #[test]
    fn log_lines_before_the_document_are_passed_over() {
        let text = b"2026-01-02T03:04:05Z\tINFO\tscanning {image}\n[INFO] done\n  {\"a\": 1}";
        let document = Document::open(text).expect("text");
        assert_eq!(document.json(), "{\"a\": 1}");
        assert_eq!(
            document.preamble().as_deref(),
            Some("2 line(s) of other text before the document were passed over")
        );
        assert_eq!(document.place_of(3), "line 3, column 6 (byte 60)");
    }

    #[test]
    fn an_escaped_nul_becomes_a_mark_and_an_escaped_backslash_stays() {
        let nul = r"\u0000";
        let json = |inside: &str| json(format!(r#"{{"a": "{inside}"}}"#).as_bytes());
        assert_eq!(json(&format!("x{nul}y{nul}")), r#"{"a": "x\ufffdy\ufffd"}"#);
        assert_eq!(json(&format!(r"\{nul}")), format!(r#"{{"a": "\{nul}"}}"#), "a backslash and four digits");
        assert_eq!(json(&format!(r"\\{nul}")), r#"{"a": "\\\ufffd"}"#);
    }

    #[test]
    fn brackets_in_strings_are_not_depth() {
        let limits = Limits { depth_max: 2, ..Limits::default() };
        let check = |text: &str| Document::open(text.as_bytes()).expect("text").check_depth(&limits);
        assert!(check(r#"{"[[[\"[[": [1]}"#).is_ok());
        assert_eq!(check(r#"{"a": [{}]}"#).expect_err("deep").place, "line 1, column 8 (byte 7)");
    }
}
