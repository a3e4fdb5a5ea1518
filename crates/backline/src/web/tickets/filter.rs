//! What the list of tickets is narrowed to.

use crate::web::form::Fields;
use crate::web::part::query::Query;
use backline_store::page::is_cursor;
use backline_store::ticket::{TicketFilter, TicketState};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub text: String,
    pub state: Option<TicketState>,
    pub after: Option<String>,
    /// The subject whose detail is open.
    pub open: Option<String>,
}

impl Filter {
    pub fn read(fields: &Fields) -> Self {
        let some = |name| Some(fields.text(name).to_owned()).filter(|text| !text.is_empty());
        Self {
            text: fields.text("q").to_owned(),
            state: fields.text("state").parse().ok(),
            after: some("after").filter(|cursor| is_cursor(cursor)),
            open: some("t"),
        }
    }

    pub fn to_store(&self) -> TicketFilter {
        TicketFilter { state: self.state, text: Some(self.text.clone()).filter(|text| !text.is_empty()) }
    }

    /// The list's address, without a cursor and without an open detail.
    pub fn query(&self) -> Query {
        let state = self.state.map(TicketState::word).unwrap_or_default();
        Query::new("/tickets").and("q", self.text.clone()).and("state", state)
    }

    pub fn is_empty(&self) -> bool {
        self.query().is_empty()
    }
}
