//! What the list is narrowed to: read from the address, shown in the form, asked of the store.
//!
//! A value that nobody could have chosen is left out rather than refused: an old link still opens.

use crate::web::form::Fields;
use crate::web::part::blocked::sentence;
use crate::web::part::query::Query;
use backline_core::ids::RepositoryName;
use backline_core::severity::Severity;
use backline_core::vulnerability::Status;
use backline_store::page::is_cursor;
use backline_store::vulnerability::VulnerabilityFilter;
use jiff::Timestamp;

/// The value of `status` that takes all.
const ANY: &str = "any";

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub text: String,
    pub severities: Vec<Severity>,
    /// Empty takes the unresolved ones.
    pub statuses: Vec<Status>,
    pub is_any_status: bool,
    pub repository: String,
    pub scanner: String,
    pub is_overdue: bool,
    pub after: Option<String>,
}

/// A box to tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub title: String,
    pub is_chosen: bool,
}

impl Filter {
    pub fn read(fields: &Fields) -> Self {
        let parsed = |name| fields.all(name).into_iter();
        Self {
            text: fields.text("q").to_owned(),
            severities: parsed("severity").filter_map(|word| word.parse().ok()).collect(),
            statuses: parsed("status").filter_map(|word| word.parse().ok()).collect(),
            is_any_status: parsed("status").any(|word| word == ANY),
            repository: fields.text("repository").to_owned(),
            scanner: fields.text("scanner").to_owned(),
            is_overdue: fields.text("sla") == "over",
            after: Some(fields.text("after").to_owned()).filter(|cursor| is_cursor(cursor)),
        }
    }

    pub fn to_store(&self, now: Timestamp) -> VulnerabilityFilter {
        let unresolved = || Status::ALL.into_iter().filter(|status| status.is_open()).collect();
        VulnerabilityFilter {
            severities: self.severities.clone(),
            statuses: match (self.is_any_status, self.statuses.is_empty()) {
                (true, _) => Vec::new(),
                (false, true) => unresolved(),
                (false, false) => self.statuses.clone(),
            },
            repositories: some(&self.repository).map(RepositoryName::new).into_iter().collect(),
            scanners: some(&self.scanner).map(str::to_owned).into_iter().collect(),
            text: some(&self.text).map(str::to_owned),
            has_ticket: None,
            overdue_at: self.is_overdue.then_some(now),
        }
    }

    /// The same, whatever the status.
    #[must_use]
    pub fn of_any_status(&self) -> Self {
        Self { is_any_status: true, statuses: Vec::new(), after: None, ..self.clone() }
    }

    /// The list's address, without a cursor.
    pub fn query(&self) -> Query {
        let mut query = Query::new("/vulnerabilities").and("q", self.text.clone());
        for severity in &self.severities {
            query = query.and("severity", severity.word());
        }
        for status in &self.statuses {
            query = query.and("status", status.word());
        }
        query
            .and("status", if self.is_any_status { ANY } else { "" })
            .and("repository", self.repository.clone())
            .and("scanner", self.scanner.clone())
            .and("sla", if self.is_overdue { "over" } else { "" })
    }

    pub fn is_empty(&self) -> bool {
        self.query().is_empty()
    }

    /// "Critical or High"; empty where all are taken.
    pub fn severities_in_words(&self) -> String {
        let titles: Vec<&str> = self.severities.iter().map(|severity| severity.title()).collect();
        titles.join(" or ")
    }

    /// "Resolved or Dismissed", "unresolved", "any".
    pub fn statuses_in_words(&self) -> String {
        let titles: Vec<&str> = self.statuses.iter().map(|status| status.title()).collect();
        match (self.is_any_status, titles.is_empty()) {
            (true, _) => "any".to_owned(),
            (false, true) => "unresolved".to_owned(),
            (false, false) => titles.join(" or "),
        }
    }

    /// What is asked for, in words, for a list that shows nothing.
    pub fn words(&self) -> String {
        let mut words = Vec::new();
        words.extend(some(&self.severities_in_words()).map(|titles| format!("severity is {titles}")));
        words.push(format!("status is {}", self.statuses_in_words()));
        words.extend(some(&self.repository).map(|name| format!("repository is {name}")));
        words.extend(some(&self.scanner).map(|name| format!("scanner is {name}")));
        words.extend(self.is_overdue.then(|| "the SLA is over".to_owned()));
        words.extend(some(&self.text).map(|text| format!("text is “{text}”")));
        sentence(&words.join(", "))
    }

    pub fn severity_choices(&self) -> Vec<Choice> {
        Severity::ALL
            .into_iter()
            .map(|severity| choice(severity.word(), severity.title(), self.severities.contains(&severity)))
            .collect()
    }

    pub fn status_choices(&self) -> Vec<Choice> {
        Status::ALL
            .into_iter()
            .map(|status| choice(status.word(), status.title(), self.statuses.contains(&status)))
            .chain([choice(ANY, "Any", self.is_any_status)])
            .collect()
    }
}

fn choice(value: &str, title: &str, is_chosen: bool) -> Choice {
    Choice { value: value.to_owned(), title: title.to_owned(), is_chosen }
}

fn some(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::Filter;
    use crate::web::form::Fields;
    use backline_core::vulnerability::Status;
    use jiff::Timestamp;

    fn read(pairs: &[(&str, &str)]) -> Filter {
        let owned = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Filter::read(&Fields::from_pairs(owned))
    }

    #[test]
    fn without_a_status_only_unresolved_ones_are_shown() {
        let statuses = |filter: &Filter| filter.to_store(Timestamp::UNIX_EPOCH).statuses;
        assert_eq!(statuses(&read(&[])), [Status::Open, Status::InProgress, Status::PendingAction]);
        assert_eq!(statuses(&read(&[("status", "resolved")])), [Status::Resolved]);
        assert!(statuses(&read(&[("status", "any")])).is_empty());
    }

    #[test]
    fn an_address_leads_back_to_its_filter() {
        let filter =
            read(&[("severity", "high"), ("severity", "low"), ("q", "log 4j"), ("sla", "over"), ("x", "y")]);
        assert_eq!(filter.query().url(), "/vulnerabilities?q=log%204j&severity=high&severity=low&sla=over");
        assert_eq!(
            filter.words(),
            "Severity is High or Low, status is unresolved, the SLA is over, text is “log 4j”."
        );
    }
}
