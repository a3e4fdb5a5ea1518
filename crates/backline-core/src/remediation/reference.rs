//! The block in a pull request description that carries the ticket reference.
//!
//! ```text
//! <!-- backline:start v1 -->
//! Jira: [SEC-123](https://acme.atlassian.net/browse/SEC-123)
//! <!-- backline:end -->
//! ```
//!
//! Owns the text between the two markers and nothing else. A marker counts only where it is alone on its line; a
//! start belongs to the next end, with no other start between them.
//!
//! Invariants, both tested with random bodies: every byte outside the blocks stays as it is, and merging twice is
//! merging once.

use crate::ids::IssueKey;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

pub const START: &str = "<!-- backline:start v1 -->";
pub const END: &str = "<!-- backline:end -->";

/// Characters that a description may have on GitHub.
///
/// Source: dependabot-core, `common/lib/dependabot/pull_request_creator/github.rb` (one less, to be safe).
pub const GITHUB_LIMIT_CHARS: usize = 65_535;

/// A ticket, and where people look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketLink {
    pub key: IssueKey,
    pub url: String,
}

/// What stands between the markers; lines end with `\n`, except the last.
///
/// Only [`render`] makes one, so it never holds a marker, a mention or a reference to somebody's issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    full: String,
    short: String,
}

impl Block {
    pub fn as_str(&self) -> &str {
        &self.full
    }
}

/// One line for each ticket, `Jira: [SEC-123](url)`; `None` where there is no ticket to name.
///
/// A key that is not of Jira's form is left out. A URL that is not http or https is left out and its key stays;
/// what Markdown would read as syntax in a URL is percent-encoded.
pub fn render(tickets: &[TicketLink]) -> Option<Block> {
    let tickets: Vec<&TicketLink> =
        tickets.iter().filter(|ticket| IssueKey::is_written(ticket.key.as_str())).collect();
    let full = tickets.iter().map(|ticket| match safe_url(&ticket.url) {
        Some(url) => format!("Jira: [{}]({url})", ticket.key),
        None => short_line(&ticket.key),
    });
    let (full, short) = (full.collect::<Vec<_>>(), tickets.iter().map(|ticket| short_line(&ticket.key)));
    (!full.is_empty()).then(|| Block { full: full.join("\n"), short: short.collect::<Vec<_>>().join("\n") })
}

/// GitHub makes a link to issue 12 out of a bare `GH-12`, so that project's keys are written as code.
fn short_line(key: &IssueKey) -> String {
    if key.as_str().starts_with("GH-") { format!("Jira: `{key}`") } else { format!("Jira: {key}") }
}

fn safe_url(url: &str) -> Option<String> {
    const URL_BYTES_MAX: usize = 2_000;
    let is_http = url.starts_with("https://") || url.starts_with("http://");
    if !is_http || url.len() > URL_BYTES_MAX {
        return None;
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?&=%+,".contains(&byte);
    Some(url.bytes().fold(String::new(), |mut safe, byte| {
        if is_plain(byte) {
            safe.push(char::from(byte));
        } else {
            safe.push_str(&format!("%{byte:02X}"));
        }
        safe
    }))
}

/// What to do with a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merge {
    /// It is as we want it: send nothing.
    Unchanged,
    /// The whole new description.
    Write(String),
    /// The whole new description, where the old one had something that a person should hear about.
    Repair { body: String, problem: Problem },
    /// Even the keys alone do not fit: put the reference into a comment.
    TooLong { chars: usize },
}

impl Merge {
    /// The description to send, if any.
    pub fn body(&self) -> Option<&str> {
        match self {
            Self::Write(body) | Self::Repair { body, .. } => Some(body),
            Self::Unchanged | Self::TooLong { .. } => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("the description holds a start marker of Backline without its end; it was left alone")]
    LoneMarker,
    #[error("the description held several blocks of Backline; the first was kept")]
    SeveralBlocks,
}

/// Brings the block of a description to `block`; `None` takes it away.
///
/// No block yet: it goes to the end, after an empty line. Several: the first is replaced and the others go. A
/// marker without its counterpart is never guessed about: it stays, and a new block is appended. Over
/// `limit_chars` (characters of the whole description) the links give way to bare keys. Line ends and spaces at
/// line ends inside the block do not count as a difference, since a code host may have changed them.
pub fn merge(body: &str, block: Option<&Block>, limit_chars: usize) -> Merge {
    let found = fences(body);
    let Some(block) = block else {
        return outcome(body, write(body, &found, None), &found);
    };
    let full = write(body, &found, Some(&block.full));
    if full == body || full.chars().count() <= limit_chars {
        return outcome(body, full, &found);
    }
    let short = write(body, &found, Some(&block.short));
    match short.chars().count() {
        chars if short != body && chars > limit_chars => Merge::TooLong { chars },
        _ => outcome(body, short, &found),
    }
}

/// The description without our blocks, so that what we wrote is never taken for what the author wrote.
///
/// Lines of our form that follow a start marker without an end go too.
pub fn without_blocks(body: &str) -> String {
    let found = fences(body);
    let lone = found.lone_starts.iter().map(|&start| {
        let ours = body[start..].split_inclusive('\n').enumerate();
        let ours = ours.take_while(|(index, line)| *index == 0 || line.starts_with("Jira: "));
        start..start + ours.map(|(_, line)| line.len()).sum::<usize>()
    });
    let mut ranges: Vec<Range<usize>> =
        found.blocks.iter().map(|fence| fence.whole.clone()).chain(lone).collect();
    ranges.sort_by_key(|range| range.start);
    let mut kept = String::new();
    let mut at = 0;
    for range in ranges {
        kept.push_str(&body[at..range.start]);
        at = range.end;
    }
    kept + &body[at..]
}

fn outcome(body: &str, new: String, found: &Fences) -> Merge {
    if new == body {
        Merge::Unchanged
    } else if found.has_lone_marker() {
        Merge::Repair { body: new, problem: Problem::LoneMarker }
    } else if found.blocks.len() > 1 {
        Merge::Repair { body: new, problem: Problem::SeveralBlocks }
    } else {
        Merge::Write(new)
    }
}

struct Fence {
    /// From the first byte of the start marker to the last of the end marker.
    whole: Range<usize>,
    /// What stands between the two markers.
    inside: Range<usize>,
}

struct Fences {
    blocks: Vec<Fence>,
    lone_starts: Vec<usize>,
    lone_ends: usize,
}

impl Fences {
    fn has_lone_marker(&self) -> bool {
        !self.lone_starts.is_empty() || self.lone_ends > 0
    }
}

fn fences(body: &str) -> Fences {
    static MARKER: LazyLock<Regex> = LazyLock::new(|| {
        let marker = r"(?m)^[ \t]*(?:(<!-- backline:start v1 -->)|(<!-- backline:end -->))[ \t]*\r?$";
        Regex::new(marker).expect("the pattern is constant")
    });
    let mut found = Fences { blocks: Vec::new(), lone_starts: Vec::new(), lone_ends: 0 };
    let mut open: Option<Range<usize>> = None;
    for marker in MARKER.captures_iter(body) {
        match (marker.get(1), marker.get(2), open.take()) {
            (Some(start), _, before) => {
                found.lone_starts.extend(before.map(|before| before.start));
                open = Some(start.range());
            }
            (None, Some(end), Some(start)) => {
                found.blocks.push(Fence { whole: start.start..end.end(), inside: start.end..end.start() })
            }
            (None, _, _) => found.lone_ends += 1,
        }
    }
    found.lone_starts.extend(open.map(|start| start.start));
    found
}

/// The new description; equal to the old one where nothing differs.
fn write(body: &str, found: &Fences, content: Option<&str>) -> String {
    if found.blocks.is_empty() {
        return match content {
            None => body.to_owned(),
            Some(content) if body.is_empty() => format!("{START}\n{content}\n{END}"),
            Some(content) => format!("{body}\n\n{START}\n{content}\n{END}"),
        };
    }
    // Taking a whole block away could let a lone start meet a lone end around it, and the next pass would take
    // the text between them for ours. So near lone markers a block is emptied instead.
    let is_cut = !found.has_lone_marker();
    let mut new = String::new();
    let mut at = 0;
    for (index, fence) in found.blocks.iter().enumerate() {
        let wanted = content.filter(|_| index == 0);
        if wanted.is_none() && is_cut {
            new.push_str(&body[at..fence.whole.start]);
            if content.is_none() && fence.whole.end == body.len() {
                drop_separator(&mut new);
            }
        } else {
            new.push_str(&body[at..fence.inside.start]);
            let inside = &body[fence.inside.clone()];
            match wanted.unwrap_or("") {
                wanted if is_same(inside, wanted) => new.push_str(inside),
                "" => new.push('\n'),
                wanted => new.push_str(&format!("\n{wanted}\n")),
            }
            new.push_str(&body[fence.inside.end..fence.whole.end]);
        }
        at = fence.whole.end;
    }
    new + &body[at..]
}

/// Takes back the empty line that was put before an appended block.
fn drop_separator(text: &mut String) {
    if let Some(kept) = ["\r\n\r\n", "\n\n"].iter().find_map(|separator| text.strip_suffix(separator)) {
        text.truncate(kept.len());
    }
}

fn is_same(inside: &str, wanted: &str) -> bool {
    inside.trim().lines().map(str::trim_end).eq(wanted.lines())
}

#[cfg(test)]
mod tests;
