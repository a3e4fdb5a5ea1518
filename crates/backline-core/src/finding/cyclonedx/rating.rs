//! Which of many ratings counts.
//!
//! Owns the order of trust: the advisory's own source, then a bare word (the scanner's), then the newest CVSS
//! version's highest score, then whoever else gave a word, the worst of them. The first rating in the list has no
//! privilege: its order means nothing.

use super::wire::{Rating as Stated, Vulnerability};
use crate::finding::lenient::word;
use crate::finding::rating::{CvssVersion, Score, best};
use crate::severity::{Rating, Severity};

pub(super) fn rating(vulnerability: &Vulnerability<'_>, scanner: &str) -> Rating {
    let ratings = &vulnerability.ratings.0;
    let own_source = vulnerability.source.0.name.some();
    let is_own = |stated: &&Stated<'_>| own_source.is_some() && stated.source.0.name.some() == own_source;
    let is_bare = |stated: &&Stated<'_>| stated.source.0.name.some().is_none() && score(stated).is_none();
    let shown = best(ratings.iter().filter(is_own).filter_map(score))
        .or_else(|| best(ratings.iter().filter_map(score)));

    let by_word = ratings.iter().filter(is_own).chain(ratings.iter().filter(is_bare));
    // Within one source, the word that belongs to the newest CVSS version comes first.
    let mut by_word: Vec<(&Stated<'_>, Severity)> =
        by_word.filter_map(|stated| Some((stated, severity(stated)?))).collect();
    by_word.sort_by_key(|(stated, severity)| {
        (!is_own(stated), score(stated).map_or(0, |score| 1 + score.version as u8), *severity)
    });
    if let Some((stated, severity)) = by_word.first() {
        return with(stated, *severity, shown, scanner);
    }
    let scored = best(ratings.iter().filter_map(score));
    if let Some(score) = scored {
        let stated = ratings.iter().find(|stated| self::score(stated).as_ref() == Some(&score));
        let severity = stated.and_then(severity).unwrap_or_else(|| score.band());
        let source = stated.and_then(|stated| stated.source.0.name.some()).unwrap_or(scanner);
        let word = stated.and_then(|stated| word(&stated.severity)).unwrap_or_default();
        return Rating {
            severity,
            source: source.to_owned(),
            word: word.to_owned(),
            score: Some(score.score),
            vector: score.vector,
        };
    }
    let others = ratings.iter().filter_map(|stated| Some((stated, severity(stated)?)));
    match others.min_by_key(|(_, severity)| *severity) {
        Some((stated, severity)) => with(stated, severity, shown, scanner),
        None => Rating {
            severity: Severity::Unknown,
            source: scanner.to_owned(),
            word: ratings.iter().find_map(|stated| word(&stated.severity)).unwrap_or_default().to_owned(),
            score: None,
            vector: None,
        },
    }
}

fn with(stated: &Stated<'_>, severity: Severity, shown: Option<Score>, scanner: &str) -> Rating {
    let score = score(stated).or(shown);
    Rating {
        severity,
        source: stated.source.0.name.some().unwrap_or(scanner).to_owned(),
        word: word(&stated.severity).unwrap_or_default().to_owned(),
        score: score.as_ref().map(|score| score.score),
        vector: score.and_then(|score| score.vector),
    }
}

/// The word's severity; a word that says nothing gives none.
fn severity(stated: &Stated<'_>) -> Option<Severity> {
    word(&stated.severity).map(Severity::from_word).filter(|severity| *severity != Severity::Unknown)
}

fn score(stated: &Stated<'_>) -> Option<Score> {
    let version = match stated.method.some() {
        Some("CVSSv4") => CvssVersion::V4,
        Some("CVSSv31") => CvssVersion::V31,
        Some("CVSSv3") => CvssVersion::V30,
        Some("CVSSv2") => CvssVersion::V2,
        // OWASP, SSVC and others are no CVSS score; without a method, only a vector can tell.
        Some(_) => return None,
        None => CvssVersion::of_vector(stated.vector.or_empty()).unwrap_or(CvssVersion::V30),
    };
    Score::new(version, stated.score.0, stated.vector.some())
}
