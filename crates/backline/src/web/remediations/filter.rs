//! What the list of remediations is narrowed to.

use crate::web::form::Fields;
use crate::web::part::query::Query;
use crate::web::part::tab::Tab;
use backline_core::remediation::Status;
use backline_store::page::is_cursor;
use backline_store::remediation::RemediationFilter;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub text: String,
    pub status: Option<Status>,
    pub after: Option<String>,
}

const STATUSES: [Status; 5] =
    [Status::InProgress, Status::PendingApproval, Status::Resolved, Status::Cancelled, Status::Failed];

impl Filter {
    pub fn read(fields: &Fields) -> Self {
        let word = fields.text("status");
        Self {
            text: fields.text("q").to_owned(),
            status: STATUSES.into_iter().find(|status| status.word() == word),
            after: Some(fields.text("after").to_owned()).filter(|cursor| is_cursor(cursor)),
        }
    }

    pub fn to_store(&self) -> RemediationFilter {
        RemediationFilter {
            status: self.status,
            text: Some(self.text.clone()).filter(|text| !text.is_empty()),
        }
    }

    pub fn query(&self) -> Query {
        let status = self.status.map(Status::word).unwrap_or_default();
        Query::new("/remediations").and("q", self.text.clone()).and("status", status)
    }

    pub fn is_empty(&self) -> bool {
        self.query().is_empty()
    }

    /// All, then each status.
    pub fn tabs(&self) -> Vec<Tab> {
        let all = Tab::new("All", self.query().with("status", "").url(), self.status.is_none());
        let each = STATUSES.map(|status| {
            let href = self.query().with("status", status.word()).url();
            Tab::new(status.title(), href, self.status == Some(status))
        });
        std::iter::once(all).chain(each).collect()
    }
}
