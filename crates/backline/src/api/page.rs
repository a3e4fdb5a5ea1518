//! The two parameters that every list has, and what an address or a query may hold.

use super::problem::Problem;
use serde::Deserialize;
use std::str::FromStr;
use utoipa::IntoParams;

const LIMIT: u64 = 50;
const LIMIT_MAX: u64 = 200;

/// Which part of a list is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// `next` of the page before.
    pub after: Option<String>,
    /// Rows of a page: 1 to 200, 50 if left out.
    pub limit: Option<u64>,
}

impl Paging {
    pub fn limit(&self) -> u64 {
        self.limit.unwrap_or(LIMIT).clamp(1, LIMIT_MAX)
    }

    pub fn after(&self) -> Option<&str> {
        self.after.as_deref().filter(|cursor| !cursor.is_empty())
    }
}

/// The id in an address.
pub fn id<T: FromStr>(text: &str, thing: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::missing(thing))
}

/// The values of a parameter that is written once with commas.
pub fn words<T: FromStr>(text: Option<&str>, name: &str, known: &str) -> Result<Vec<T>, Problem> {
    let words = text.unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| word.parse().map_err(|_| unknown(name, word, known))).collect()
}

/// The value of a parameter that is one of a few words.
pub fn word<T: FromStr>(text: Option<&str>, name: &str, known: &str) -> Result<Option<T>, Problem> {
    let word = text.map(str::trim).filter(|word| !word.is_empty());
    word.map(|word| word.parse().map_err(|_| unknown(name, word, known))).transpose()
}

fn unknown(name: &str, word: &str, known: &str) -> Problem {
    let word: String = word.chars().take(40).collect();
    Problem::invalid(format!("“{word}” is no {name}."), format!("Use one of: {known}."))
}

/// A text that narrows a list; empty narrows nothing.
pub fn text(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Paging, words};
    use backline_core::severity::Severity;

    #[test]
    fn a_page_is_never_empty_nor_endless() {
        let limit = |limit| Paging { after: None, limit }.limit();
        assert_eq!((limit(None), limit(Some(0)), limit(Some(9)), limit(Some(9_999))), (50, 1, 9, 200));
    }

    #[test]
    fn an_unknown_word_is_refused_with_the_known_ones() {
        let read = |text| words::<Severity>(Some(text), "severity", "critical, high");
        assert_eq!(read("high, low").unwrap(), [Severity::High, Severity::Low]);
        let problem = read("high,huge").unwrap_err();
        assert!(problem.0.detail.contains("huge") && problem.0.remedy.contains("critical"), "{problem:?}");
    }
}
