//! The finding as a document: what, where, how bad, why it matters, how to fix it, evidence, pull requests.

use crate::jira::adf::Doc;
use crate::jira::adf::build::{Builder, Inline, code, link, strong, text};
use crate::mapping::read::{View, day, page_of};
use crate::pull_request::{PullRequest, State};
use crate::vulnerability::Vulnerability;

/// Longest description that is quoted; the rest stands in Backline.
const QUOTE_CHARS_MAX: usize = 4_000;
/// A longer remedy says more than our own sentence.
const REPEATED_BYTES_MAX: usize = 1_000;
/// Most links that are listed.
const LINKS_MAX: usize = 8;

pub fn build(view: View<'_>) -> Doc {
    let v = view.vulnerability;
    let mut builder = Builder::new().paragraph([strong(&v.title)]).facts(facts(v));
    if !v.description.trim().is_empty() && v.description.trim() != v.title {
        builder = builder.heading(3, "Why it matters").prose(&quote(&v.description));
    }
    builder = builder.heading(3, "How to fix it").paragraph([text(&fix(v))]);
    if let Some(remedy) = v.remedy.as_ref().filter(|remedy| !repeats(remedy, &fix(v))) {
        builder = builder.prose(&quote(remedy));
    }
    if !v.references.is_empty() {
        let links = v.references.iter().take(LINKS_MAX).map(|url| vec![link(url, url)]);
        builder = builder.heading(3, "Read more").bullets(links);
    }
    if !view.pull_requests.is_empty() {
        let lines = view.pull_requests.iter().map(|tracked| pull_request(&tracked.pull_request));
        builder = builder.heading(3, "Pull requests").bullets(lines);
    }
    builder.paragraph([text("Kept by Backline: "), link("open this vulnerability", &page_of(view))]).doc()
}

fn facts(v: &Vulnerability) -> Vec<(&'static str, Vec<Inline>)> {
    let mut rows = vec![("Severity", severity(v)), ("Identifiers", vec![text(&v.identifiers.join(", "))])];
    if let Some(package) = &v.package {
        rows.push(("Package", vec![code(&package.name), text(&format!(" {}", package.version))]));
        rows.push(("Fixed in", vec![text(&package.fixed_versions.join(", "))]));
    }
    rows.push(("Repository", vec![text(v.repository.as_str())]));
    rows.push(("File", place(v)));
    rows.push(("Image", v.location.image.iter().map(|image| code(image)).collect()));
    rows.push(("Resource", v.location.resource.iter().map(|resource| code(resource)).collect()));
    rows.push(("Rule", v.rule.iter().map(|rule| code(rule)).collect()));
    rows.push(("Weakness", vec![text(&v.cwes.join(", "))]));
    rows.push((
        "Found by",
        vec![text(&format!("{}, first on {}", v.scanners.join(", "), day(v.detected_at)))],
    ));
    rows.push(("Fix until", v.due_at.iter().map(|at| text(&day(*at).to_string())).collect()));
    rows
}

fn severity(v: &Vulnerability) -> Vec<Inline> {
    let mut words = v.rating.severity.title().to_owned();
    if let Some(score) = v.rating.score {
        words.push_str(&format!(", CVSS {score:.1}"));
    }
    if !v.rating.source.is_empty() {
        words.push_str(&format!(" ({})", v.rating.source));
    }
    vec![text(&words)]
}

/// Without the line: it moves with every edit above it, and each move would be a write to the ticket.
fn place(v: &Vulnerability) -> Vec<Inline> {
    v.location.path.iter().map(|path| code(path)).collect()
}

fn fix(v: &Vulnerability) -> String {
    match &v.package {
        Some(package) if !package.fixed_versions.is_empty() => {
            let from = match package.version.as_str() {
                "" => String::new(),
                version => format!(" from {version}"),
            };
            format!("Upgrade {}{from} to {}.", package.name, package.fixed_versions.join(" or "))
        }
        Some(package) => format!("The report names no fixed version of {}.", package.name),
        None if v.remedy.is_some() => String::new(),
        None if v.references.is_empty() => "The report names no remedy.".to_owned(),
        None => "The report names no remedy; the links below say more.".to_owned(),
    }
}

/// Whether a scanner's remedy says nothing beyond our own sentence.
fn repeats(remedy: &str, sentence: &str) -> bool {
    const FILLERS: [&str; 9] = ["a", "the", "or", "update", "package", "version", "fixed", "later", "newer"];
    let words = |text: &str| -> Vec<String> {
        let trimmed =
            text.split_whitespace().map(|word| word.trim_matches(['.', ',', ';', ':', '"', '\'', '`']));
        trimmed.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
    };
    if remedy.len() > REPEATED_BYTES_MAX {
        return false;
    }
    let known = words(sentence);
    words(remedy).iter().all(|word| known.contains(word) || FILLERS.contains(&word.as_str()))
}

fn pull_request(pr: &PullRequest) -> Vec<Inline> {
    let state = match pr.state {
        State::Open if pr.is_draft => "draft",
        State::Open => "open",
        State::Closed => "closed without merging",
        State::Merged => "merged",
    };
    vec![link(&format!("{} {}", pr.label(), pr.title), &pr.url), text(&format!(" ({state})"))]
}

fn quote(words: &str) -> String {
    if words.chars().count() <= QUOTE_CHARS_MAX {
        return words.to_owned();
    }
    let kept: String = words.chars().take(QUOTE_CHARS_MAX).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::repeats;

    #[test]
    fn a_remedy_that_only_says_it_again_repeats() {
        let ours = "Upgrade pkg6 from 1.0.0 to 1.2.0 or 2.0.1.";
        for remedy in ["Upgrade pkg6 to 1.2.0 or 2.0.1", "Update the package to version 1.2.0 or later."] {
            assert!(repeats(remedy, ours), "{remedy}");
        }
        for remedy in ["Upgrade pkg6 to 1.3.0", "Upgrade to 1.2.0 and rotate the keys", "Set `strict`"] {
            assert!(!repeats(remedy, ours), "{remedy}");
        }
    }
}
