//! What differs between two trees and between two texts.
//!
//! Invariant: a patch applied to the old text gives the new one; lines it does not show are the same in both.

use super::object::{File, Files};
use std::fmt::Write as _;

const CONTEXT_LINES: usize = 3;
/// Beyond this many cells the middle is shown as wholly replaced.
const CELLS_MAX: usize = 4_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Added,
    Removed,
    Modified,
    Renamed,
}

#[derive(Debug, Clone)]
pub struct FileChange {
    pub path: String,
    /// Only when renamed.
    pub previous_path: Option<String>,
    pub status: Status,
    pub old: Option<File>,
    pub new: Option<File>,
}

/// In order of path. A file that moved without a change counts as renamed.
pub fn changed_files(old: &Files, new: &Files) -> Vec<FileChange> {
    let mut removed: Vec<(&String, &File)> =
        old.iter().filter(|(path, _)| !new.contains_key(*path)).collect();
    let mut changes = Vec::new();
    for (path, file) in new {
        let change = |previous_path, status, old: Option<&File>| FileChange {
            path: path.clone(),
            previous_path,
            status,
            old: old.cloned(),
            new: Some(file.clone()),
        };
        match old.get(path) {
            Some(before) if before == file => {}
            Some(before) => changes.push(change(None, Status::Modified, Some(before))),
            None => match removed.iter().position(|(_, gone)| gone.sha == file.sha) {
                Some(at) => {
                    let (from, before) = removed.remove(at);
                    changes.push(change(Some(from.clone()), Status::Renamed, Some(before)));
                }
                None => changes.push(change(None, Status::Added, None)),
            },
        }
    }
    changes.extend(removed.into_iter().map(|(path, file)| FileChange {
        path: path.clone(),
        previous_path: None,
        status: Status::Removed,
        old: Some(file.clone()),
        new: None,
    }));
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextDiff {
    pub additions: usize,
    pub deletions: usize,
    /// Hunks without a file header; `None` for binary content and when nothing differs.
    pub patch: Option<String>,
}

pub fn text_diff(old: &[u8], new: &[u8]) -> TextDiff {
    let (Some(old), Some(new)) = (as_text(old), as_text(new)) else { return TextDiff::default() };
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let new: Vec<&str> = new.split_inclusive('\n').collect();
    let steps = steps(&old, &new);
    let count = |mark| steps.iter().filter(|(step, _)| *step == mark).count();
    let (additions, deletions) = (count('+'), count('-'));
    let patch = (additions + deletions > 0).then(|| hunks(&steps));
    TextDiff { additions, deletions, patch }
}

fn as_text(bytes: &[u8]) -> Option<&str> {
    if bytes.contains(&0) { None } else { std::str::from_utf8(bytes).ok() }
}

type Step<'a> = (char, &'a str);

fn steps<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<Step<'a>> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let most = old.len().min(new.len()) - head;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(a, b)| a == b).count();
    let mut steps: Vec<Step> = old[..head].iter().map(|line| (' ', *line)).collect();
    middle(&old[head..old.len() - tail], &new[head..new.len() - tail], &mut steps);
    steps.extend(old[old.len() - tail..].iter().map(|line| (' ', *line)));
    steps
}

/// Longest common subsequence by table: files here are manifests of some hundred lines.
fn middle<'a>(old: &[&'a str], new: &[&'a str], steps: &mut Vec<Step<'a>>) {
    let width = new.len() + 1;
    if (old.len() + 1) * width > CELLS_MAX {
        steps.extend(old.iter().map(|line| ('-', *line)));
        steps.extend(new.iter().map(|line| ('+', *line)));
        return;
    }
    let mut longest = vec![0u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i * width + j] = if old[i] == new[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            steps.push((' ', old[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len()
            || (i < old.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1])
        {
            steps.push(('-', old[i]));
            i += 1;
        } else {
            steps.push(('+', new[j]));
            j += 1;
        }
    }
}

fn hunks(steps: &[Step]) -> String {
    let mut patch = String::new();
    let (mut at, mut old_line, mut new_line) = (0, 1, 1);
    while let Some(first) = (at..steps.len()).find(|i| steps[*i].0 != ' ') {
        let start = first.saturating_sub(CONTEXT_LINES).max(at);
        let mut end = first;
        while let Some(next) = (end..steps.len()).take(2 * CONTEXT_LINES + 1).find(|i| steps[*i].0 != ' ') {
            end = next + 1;
        }
        let end = (end + CONTEXT_LINES).min(steps.len());
        old_line += start - at;
        new_line += start - at;
        let hunk = &steps[start..end];
        let old_count = hunk.iter().filter(|(mark, _)| *mark != '+').count();
        let new_count = hunk.iter().filter(|(mark, _)| *mark != '-').count();
        let from = |line: usize, count: usize| if count == 0 { line - 1 } else { line };
        if !patch.is_empty() {
            patch.push('\n');
        }
        let (old_from, new_from) = (from(old_line, old_count), from(new_line, new_count));
        write!(patch, "@@ -{old_from},{old_count} +{new_from},{new_count} @@")
            .expect("a string takes all text");
        for (mark, line) in hunk {
            write!(patch, "\n{mark}{}", line.strip_suffix('\n').unwrap_or(line))
                .expect("a string takes all text");
            if !line.ends_with('\n') {
                patch.push_str("\n\\ No newline at end of file");
            }
        }
        (at, old_line, new_line) = (end, old_line + old_count, new_line + new_count);
    }
    patch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patch_shows_three_lines_around_a_change() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let diff = text_diff(old.as_bytes(), old.replace('5', "five").as_bytes());
        assert_eq!((diff.additions, diff.deletions), (1, 1));
        assert_eq!(diff.patch.as_deref(), Some("@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8"));
    }

    #[test]
    fn far_changes_are_separate_hunks() {
        let old: String = (1..=30).map(|n| format!("{n}\n")).collect();
        let new = old.replace("\n2\n", "\ntwo\n").replace("\n29\n", "\n");
        let patch = text_diff(old.as_bytes(), new.as_bytes()).patch.unwrap();
        assert_eq!(
            patch.lines().filter(|line| line.starts_with("@@")).collect::<Vec<_>>(),
            ["@@ -1,5 +1,5 @@", "@@ -26,5 +26,4 @@"]
        );
    }

    #[test]
    fn new_file_starts_at_line_zero_of_nothing() {
        assert_eq!(text_diff(b"", b"a\n").patch.as_deref(), Some("@@ -0,0 +1,1 @@\n+a"));
    }

    #[test]
    fn binary_has_no_patch() {
        assert_eq!(text_diff(b"\0", b"a"), TextDiff::default());
    }

    #[test]
    fn moved_file_is_renamed() {
        let file = File { mode: "100644".to_owned(), sha: "a".to_owned() };
        let changes = changed_files(
            &Files::from([("old".to_owned(), file.clone())]),
            &Files::from([("new".to_owned(), file)]),
        );
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].status, changes[0].previous_path.as_deref()), (Status::Renamed, Some("old")));
    }
}
