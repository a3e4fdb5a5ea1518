//! Whether the chain is whole, then what was done, the newest first, by whom and what.
//!
//! The page reads the newest part of the chain each time; the whole of it is read when somebody asks, and once a day.

use super::written::Written;
use crate::app::App;
use crate::web::error::{Four, PageError};
use crate::web::form::QueryFields;
use crate::web::layout::{Layout, Nav, counted};
use crate::web::part::fragment::{Asked, answer};
use crate::web::part::moment::Moment;
use crate::web::part::pager::Pager;
use crate::web::part::query::Query;
use crate::web::session::Session;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use backline_store::audit::{Action, AuditFilter, Verified};
use backline_store::page::is_cursor;

/// Entries of one page.
const ROWS: u64 = 50;
/// Entries that are held against their proofs whenever the page is shown.
const NEWEST: u64 = 1_000;
const ADMIN: &str = "admin";

#[derive(Template)]
#[template(path = "audit/list.html")]
struct Page {
    layout: Layout,
    chain: Chain,
    filter: Filter,
    log: Log,
}

#[derive(Template)]
#[template(path = "audit/log.html")]
struct Fragment {
    log: Log,
}

/// How the chain stands.
pub struct Chain {
    /// What was found wrong.
    pub faults: Vec<String>,
    /// "Verified the newest 1,000 entries, none changed".
    pub what: String,
    /// Where it ended, for whoever keeps that elsewhere.
    pub end: Option<(String, Moment)>,
    pub is_whole: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub actor: String,
    pub action: Option<Action>,
}

pub struct Log {
    pub entries: Vec<Written>,
    pub pager: Pager,
}

pub async fn list(
    State(app): State<App>,
    session: Session,
    asked: Asked,
    QueryFields(fields): QueryFields,
) -> Result<Response, PageError> {
    if session.user.role != ADMIN {
        return Err(not_for_you());
    }
    let filter =
        Filter { actor: fields.text("actor").to_owned(), action: fields.text("action").parse().ok() };
    let after = Some(fields.text("after")).filter(|cursor| is_cursor(cursor));
    let wanted = AuditFilter {
        actor: Some(filter.actor.clone()).filter(|actor| !actor.is_empty()),
        action: filter.action,
        subject: None,
    };
    let page = app.store.list_audit(&wanted, after, ROWS, app.now()).await?;
    let pager = Pager::new(&filter.query(), page.rows.len(), after, page.next.as_deref()).into_target("#log");
    let log = Log { entries: page.rows.iter().map(Written::of).collect(), pager };
    if asked == Asked::Fragment {
        return answer(Fragment { log }.render());
    }
    let is_whole = fields.text("verify") == "all";
    let verified = app.store.verify_audit(Some(NEWEST).filter(|_| !is_whole), None).await?;
    let layout =
        Layout::load(&app, &session, Nav::Activity, "Audit").await?.under(&[("Activity", "/activity")]);
    answer(Page { layout, chain: Chain::of(&verified, is_whole), filter, log }.render())
}

impl Filter {
    /// The list's address, without a cursor.
    fn query(&self) -> Query {
        Query::new("/audit")
            .and("actor", self.actor.clone())
            .and("action", self.action.map(Action::word).unwrap_or_default())
    }

    pub fn is(&self, action: &Action) -> bool {
        self.action == Some(*action)
    }
}

impl Chain {
    fn of(verified: &Verified, is_whole: bool) -> Self {
        let of_rows = counted(verified.rows, "entry", "entries");
        let what = match (verified.rows, is_whole) {
            (0, _) => "Nothing was done yet".to_owned(),
            (_, true) => format!("Verified to the first: {of_rows}, none changed"),
            (_, false) => format!("Verified the newest {of_rows}, none changed"),
        };
        let end = verified.head.as_ref().zip(verified.head_at);
        Self {
            faults: verified.faults.iter().map(|fault| fault.what.clone()).collect(),
            what,
            end: end.map(|(head, at)| (format!("{}:{}", head.rows, head.seal), Moment::of(at))),
            is_whole,
        }
    }
}

fn not_for_you() -> PageError {
    PageError::new(
        StatusCode::FORBIDDEN,
        Four {
            title: "Only for administrators".into(),
            what: "The audit was not shown.".into(),
            why: "It names everybody who did something, and only an administrator may read that.".into(),
            remedy: "Ask an administrator of Backline, or look at the activity.".into(),
            kept: "Nothing was changed.".into(),
            button: ("/activity".into(), "Go to the activity".into()),
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{Chain, Filter, Fragment, Log, Page};
    use crate::web::audit::written::Written;
    use crate::web::part::pager::Pager;
    use crate::web::part::sample;
    use crate::web::testing::{Browser, app, config};
    use askama::Template;
    use backline_store::audit::{Action, Checkpoint, Fault, Verified};

    fn render(faults: &[&str], is_hostile: bool) -> String {
        let row = if is_hostile { sample::hostile_audit_row() } else { sample::audit_row() };
        let verified = Verified {
            rows: 5,
            unsealed: 0,
            head: Some(Checkpoint { rows: 5, seal: "v1.ab.cd".to_owned() }),
            head_at: Some(sample::at("2026-11-24T06:41:00Z")),
            faults: faults.iter().map(|what| Fault { seq: None, what: (*what).to_owned() }).collect(),
        };
        let filter = Filter { actor: row.entry.actor.clone(), action: Some(Action::JiraEdit) };
        let pager = Pager::new(&filter.query(), 1, None, None);
        let log = Log { entries: vec![Written::of(&row)], pager };
        Page { layout: sample::layout(), chain: Chain::of(&verified, false), filter, log }.render().unwrap()
    }

    #[test]
    fn the_state_of_the_chain_comes_before_what_was_done() {
        let html = render(&[], false);
        let places = [
            "Verified the newest 5 entries, none changed",
            "v1.ab.cd",
            "Update SEC-142",
            "Request and answer",
            "Team is required",
        ];
        let places: Vec<_> = places.map(|text| html.find(text)).into();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in {html}");
        let html = render(&["Entry 3 is missing"], false);
        assert!(html.contains("Entry 3 is missing") && !html.contains("none changed"), "{html}");
    }

    #[test]
    fn hostile_text_in_the_audit_is_text() {
        sample::assert_inert(&render(&[sample::HOSTILE], true));
        let log = Log { entries: Vec::new(), pager: Pager::new(&Filter::default().query(), 0, None, None) };
        assert!(Fragment { log }.render().unwrap().contains("Nothing was done"));
    }

    #[tokio::test]
    async fn what_an_administrator_did_is_there_and_can_be_narrowed() {
        let app = app(config("")).await;
        let mut browser = Browser::signed_in(app.clone()).await;
        let page = browser.get("/audit").await.body;
        assert!(page.contains("Make the account sec@acme.example"), "{page}");
        assert!(page.contains("Verified the newest 1 entry, none changed"), "{page}");
        let none = browser.get("/audit?action=jira.create").await.body;
        assert!(!none.contains("Make the account"), "{none}");
        let whole = browser.get("/audit?verify=all").await.body;
        assert!(whole.contains("Verified to the first: 1 entry, none changed"), "{whole}");
        let stranger = Browser::new(app).get("/audit").await;
        assert_eq!(stranger.location(), "/login?next=/audit");
    }
}
