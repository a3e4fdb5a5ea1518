//! Fields that are shown on a screen and cannot be filled by a request, each with its reason.
//!
//! Several of them carry `set` among their operations and are kept by Jira or an app all the same.

use super::schema::{Maker, shown};
use crate::jira::field::FieldMeta;

const MANAGED: &str = "Jira manages it";
const BOARDS: &str = "Jira's boards manage it";
const PLANS: &str = "Jira's plans manage it";
const DESK: &str = "Jira Service Management manages it";

/// Why a field is never set; `None` for one that a kind may recognise.
///
/// Source: the published document of the REST API and recorded edit screens of live sites; an unlisted field is
/// judged by its type.
pub fn reason(field: &FieldMeta) -> Option<&'static str> {
    if super::is_sent_by_backline(field) {
        return Some("Backline sends it by itself");
    }
    by_name(field.id.as_str()).or_else(|| match shown(field)?.maker {
        Maker::Jira(name) => by_name(name),
        Maker::Atlassian(kind) => by_type(kind),
        Maker::App => None,
    })
}

fn by_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "attachment" => "files can only be attached after the ticket exists",
        "comment" => "comments are said as the fix moves: see the lifecycle",
        "worklog" => "work is logged on a ticket that exists",
        "issuerestriction" => "Atlassian does not document how it is set",
        "status" => "a status is reached by a transition: see the lifecycle",
        "created"
        | "updated"
        | "creator"
        | "votes"
        | "watches"
        | "resolutiondate"
        | "lastViewed"
        | "progress"
        | "aggregateprogress"
        | "workratio"
        | "statuscategorychangedate"
        | "subtasks"
        | "thumbnail"
        | "timespent"
        | "aggregatetimespent" => MANAGED,
        _ => return None,
    })
}

fn by_type(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "gh-lexo-rank" | "gh-epic-status" | "gh-epic-color" => BOARDS,
        "devsummary" | "devsummarycf" | "vulnerabilitycf" | "designcf" | "importid" => MANAGED,
        "vp-origin" => "Jira Service Management sets it for requests that are made in its portal",
        "sd-request-participants" | "sd-customer-organizations" => return None,
        _ if kind.starts_with("sd-") || kind.starts_with("vp-") => DESK,
        "jpo-custom-field-baseline-start" | "jpo-custom-field-baseline-end" => return None,
        _ if kind.starts_with("jpo-") => PLANS,
        _ => return None,
    })
}
