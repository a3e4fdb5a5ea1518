//! Trivy's misconfigurations and secrets.
//!
//! Owns the way from one entry to one finding and the position that tells like entries of one file apart.
//!
//! Invariant: no character of a secret, nor of the line that it stands in, is in a finding.

use super::FAMILY;
use super::place::Place;
use super::wire::{Misconfiguration, Secret};
use crate::finding::collect::{Position, links, long_text, one_line};
use crate::finding::lenient::{Text, word};
use crate::finding::{Finding, Identity, Kind, Location, identifier, key};
use crate::severity::{Rating, Severity};

/// One failed entry of `Misconfigurations`.
pub(super) fn misconfiguration(row: &Misconfiguration<'_>, place: &Place<'_>) -> (Finding, Position) {
    let id = row.id.as_str();
    let cause = row.cause_metadata.as_ref();
    let cause_resource = cause.and_then(|cause| word(&cause.resource));
    let line = cause.and_then(|cause| line(&cause.start_line));
    let message = row.message.or_empty();
    let paragraphs = [row.description.or_empty(), message];
    let finding = Finding {
        kind: Kind::Infrastructure,
        identity: Identity::Code {
            family: FAMILY.to_owned(),
            rule: check_id(id),
            fingerprint: key::digest([
                "misconfiguration",
                &place.of_file(),
                cause_resource.unwrap_or_default(),
            ]),
        },
        title: one_line(row.title.some().unwrap_or(id)),
        description: long_text(&paragraphs.join("\n\n")),
        rating: rating(word(&row.severity)),
        identifiers: Vec::new(),
        cwes: identifier::cwes_in([row.description.or_empty()]),
        package: None,
        location: Location {
            path: place.file(),
            line,
            image: place.image(),
            resource: cause_resource.map(str::to_owned).or_else(|| place.resource.clone()),
        },
        rule: Some(row.avd_id.some().unwrap_or(id).to_owned()),
        remedy: row.resolution.some().map(str::to_owned),
        references: links(row.primary_url.some().into_iter().chain(row.references.iter())),
    };
    (finding, Position { line, column: None, text: message.to_owned() })
}

/// One entry of `Secrets`.
pub(super) fn secret(row: &Secret<'_>, place: &Place<'_>) -> (Finding, Position) {
    let line = line(&row.start_line);
    let title = row.title.some().unwrap_or(row.rule_id.as_str());
    let finding = Finding {
        kind: Kind::Secret,
        identity: Identity::Code {
            family: FAMILY.to_owned(),
            rule: row.rule_id.as_str().to_owned(),
            fingerprint: key::digest(["secret", &place.of_file(), &masked(row.masked_line.or_empty())]),
        },
        title: one_line(title),
        description: match row.category.some() {
            Some(category) => format!("A secret of the category {category} stands in the file."),
            None => "A secret stands in the file.".to_owned(),
        },
        rating: rating(word(&row.severity)),
        identifiers: Vec::new(),
        cwes: Vec::new(),
        package: None,
        location: Location {
            path: place.file(),
            line,
            image: place.image(),
            resource: place.resource.clone(),
        },
        rule: Some(row.rule_id.as_str().to_owned()),
        remedy: Some("Revoke the secret, then remove it from the file and its history".to_owned()),
        references: Vec::new(),
    };
    (finding, Position { line, ..Position::default() })
}

/// The line around a masked secret, without white space and without the length of the mask; nothing at all if
/// there is no mask, because then the line may show the secret.
fn masked(line: &str) -> String {
    if !line.contains('*') {
        return String::new();
    }
    let mut kept = String::with_capacity(line.len());
    for character in line.chars().filter(|character| !character.is_whitespace()) {
        if character != '*' || !kept.ends_with('*') {
            kept.push(character);
        }
    }
    kept
}

/// Trivy renamed its checks: `DS002`, `DS-0002` and `AVD-DS-0002` are one.
fn check_id(id: &str) -> String {
    let short = id.strip_prefix("AVD-").unwrap_or(id);
    let digits = short.trim_start_matches(|character: char| character.is_ascii_alphabetic());
    let letters = &short[..short.len() - digits.len()];
    match digits.trim_start_matches('-').parse::<u32>() {
        Ok(number) if !letters.is_empty() => format!("{}-{number:04}", letters.to_ascii_uppercase()),
        _ => id.to_owned(),
    }
}

fn line(text: &Text<'_>) -> Option<u32> {
    text.some()?.parse().ok().filter(|line| *line > 0)
}

fn rating(word: Option<&str>) -> Rating {
    let word = word.unwrap_or_default();
    Rating {
        severity: Severity::from_word(word),
        source: FAMILY.to_owned(),
        word: word.to_owned(),
        score: None,
        vector: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renamed_checks_are_one() {
        assert_eq!([check_id("DS002"), check_id("DS-0002"), check_id("AVD-DS-0002")], ["DS-0002"; 3]);
        assert_eq!(check_id("AVD-AWS-0086"), "AWS-0086");
        assert_eq!(check_id("N/A"), "N/A");
    }

    #[test]
    fn an_unmasked_line_is_not_even_hashed() {
        assert_eq!(masked("ENV GITHUB_PAT=hunter2"), "");
        assert_eq!(masked("ENV GITHUB_PAT=*****"), masked("ENV  GITHUB_PAT=***"));
    }
}
