//! Failures by cause, open ones first, then the timeline of everything.

use crate::app::App;
use crate::web::error::PageError;
use crate::web::form::QueryFields;
use crate::web::layout::{Layout, Nav, counted};
use crate::web::part::blocked::Note;
use crate::web::part::event::Event;
use crate::web::part::fragment::{Asked, answer};
use crate::web::part::moment::{self, Moment};
use crate::web::part::pager::Pager;
use crate::web::part::query;
use crate::web::part::tab::Tab;
use crate::web::session::Session;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use backline_store::notice::Notice;
use backline_store::page::is_cursor;
use backline_store::timeline::{TimelineFilter, TimelineKind};

/// Rows of one page of the timeline.
const ROWS: u64 = 50;
/// Failures that are over and still shown.
const PAST: u64 = 20;

#[derive(Template)]
#[template(path = "activity/list.html")]
struct Page {
    layout: Layout,
    open: Vec<Failure>,
    past: Vec<Past>,
    kinds: Vec<Tab>,
    log: Log,
}

#[derive(Template)]
#[template(path = "activity/log.html")]
struct Fragment {
    log: Log,
}

/// A failure that waits for a person.
pub struct Failure {
    pub note: Note,
    /// "6 tickets"; empty where it holds up none yet.
    pub count: String,
    pub since: Moment,
    pub told: Option<Moment>,
}

/// A failure that is over.
pub struct Past {
    pub what: String,
    pub over: Moment,
    /// "held up 6 tickets for 2 h 4 min".
    pub how: String,
}

pub struct Log {
    pub events: Vec<Event>,
    pub pager: Pager,
}

pub async fn list(
    State(app): State<App>,
    session: Session,
    asked: Asked,
    QueryFields(fields): QueryFields,
) -> Result<Response, PageError> {
    let kind: Option<TimelineKind> = fields.text("result").parse().ok();
    let after = Some(fields.text("after")).filter(|cursor| is_cursor(cursor));
    let log = log(&app, kind, after).await?;
    if asked == Asked::Fragment {
        return answer(Fragment { log }.render());
    }
    let notices = app.store.list_notices(PAST).await?;
    let page = Page {
        layout: Layout::load(&app, &session, Nav::Activity, "Activity").await?,
        open: notices.iter().filter(|notice| notice.over_at.is_none()).map(Failure::of).collect(),
        past: notices.iter().filter_map(Past::of).collect(),
        kinds: kinds(kind),
        log,
    };
    answer(page.render())
}

async fn log(app: &App, kind: Option<TimelineKind>, after: Option<&str>) -> Result<Log, PageError> {
    let filter = TimelineFilter { kind, ..TimelineFilter::default() };
    let page = app.store.list_timeline(&filter, after, ROWS).await?;
    let pager = Pager::new(&address(kind), page.rows.len(), after, page.next.as_deref()).into_target("#log");
    Ok(Log { events: page.rows.iter().map(Event::of).collect(), pager })
}

fn address(kind: Option<TimelineKind>) -> query::Query {
    query::Query::new("/activity").and("result", kind.map(TimelineKind::word).unwrap_or_default())
}

fn kinds(current: Option<TimelineKind>) -> Vec<Tab> {
    let kind = |title, kind: Option<TimelineKind>| Tab::new(title, address(kind).url(), kind == current);
    let each = TimelineKind::ALL.map(|of| {
        let title = match of {
            TimelineKind::Done => "Done",
            TimelineKind::Failed => "Failed",
            TimelineKind::Noted => "Noted",
            TimelineKind::Received => "Received",
        };
        kind(title, Some(of))
    });
    std::iter::once(kind("All", None)).chain(each).collect()
}

impl Failure {
    pub fn of(notice: &Notice) -> Self {
        Self {
            note: Note::of(&notice.blocked),
            count: if notice.subjects == 0 { String::new() } else { tickets(notice.subjects) },
            since: Moment::of(notice.first_at),
            told: notice.told_at.map(Moment::of),
        }
    }
}

impl Past {
    /// `None` while it is not over.
    pub fn of(notice: &Notice) -> Option<Self> {
        let over_at = notice.over_at?;
        let length = moment::length(over_at.duration_since(notice.first_at));
        let how = match notice.subjects_max {
            0 => format!("over after {length}"),
            subjects => format!("held up {} for {length}", tickets(subjects)),
        };
        // An end of an earlier version does not say why.
        let how = match notice.ended_as {
            Some(end) => format!("{how}. {}", end.sentence()),
            None => how,
        };
        Some(Self { what: Note::of(&notice.blocked).what, over: Moment::of(over_at), how })
    }
}

fn tickets(count: u64) -> String {
    counted(count, "ticket", "tickets")
}

#[cfg(test)]
mod tests {
    use super::{Failure, Fragment, Log, Page, Past, kinds};
    use crate::web::part::event::Event;
    use crate::web::part::pager::Pager;
    use crate::web::part::query::Query;
    use crate::web::part::sample;
    use crate::web::part::tab::Tab;
    use askama::Template;
    use backline_core::notice::{Blocked, End};
    use backline_store::notice::Notice;
    use backline_store::timeline::{TimelineEntry, TimelineKind};

    fn notice(text: &str, is_over: bool) -> Notice {
        let first_at = sample::at("2026-11-24T09:12:00Z");
        let text = || text.to_owned();
        Notice {
            blocked: Blocked {
                cause: text(),
                what: text(),
                why: text(),
                remedy: text(),
                page: "/tickets".to_owned(),
            },
            ended_as: is_over.then_some(End::Unlinked),
            over_at: is_over.then(|| sample::at("2026-11-24T11:16:00Z")),
            first_at,
            ..sample::notice()
        }
    }

    fn render(notices: &[Notice], text: &str) -> String {
        let entry =
            TimelineEntry::new(sample::at("2026-11-24T06:41:00Z"), TimelineKind::Failed, text).by(text);
        let pager = Pager::new(&Query::new("/activity"), 1, None, None);
        Page {
            layout: sample::layout(),
            open: notices.iter().filter(|notice| notice.over_at.is_none()).map(Failure::of).collect(),
            past: notices.iter().filter_map(Past::of).collect(),
            kinds: kinds(None),
            log: Log { events: vec![Event::of(&entry)], pager },
        }
        .render()
        .unwrap()
    }

    #[test]
    fn an_open_failure_comes_before_everything_and_a_past_one_says_how_it_ended() {
        let html =
            render(&[notice("Team is missing", false), notice("Jira was away", true)], "created SEC-1");
        let places = [
            "Failures",
            "Team is missing",
            "6 tickets",
            "Jira was away",
            "for 2 h 4 min. Nothing waits for it",
            "Created SEC-1",
        ];
        let places: Vec<_> = places.map(|text| html.find(text)).into();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in {html}");
    }

    #[test]
    fn without_a_failure_the_page_says_that_nothing_needs_anybody() {
        let html = render(&[notice("Jira was away", true)], "created SEC-1");
        assert!(html.contains("Nothing needs you") && html.contains("The last failure was over"), "{html}");
    }

    #[test]
    fn one_result_is_current() {
        let current: Vec<Tab> =
            kinds(Some(TimelineKind::Failed)).into_iter().filter(|kind| kind.is_current).collect();
        assert_eq!(current.iter().map(|kind| kind.title).collect::<Vec<_>>(), ["Failed"]);
    }

    #[test]
    fn hostile_text_in_activity_is_text() {
        let notices = [notice(sample::HOSTILE, false), notice(sample::HOSTILE, true)];
        sample::assert_inert(&render(&notices, sample::HOSTILE));
        let log = Log { events: Vec::new(), pager: Pager::new(&Query::new("/activity"), 0, None, None) };
        assert!(Fragment { log }.render().unwrap().contains("Nothing has happened yet"));
    }
}
