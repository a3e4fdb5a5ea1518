//! What stands in more than one answer: tickets, pull requests, remediations and events as JSON.

use backline_core::notice::Blocked;
use backline_core::pull_request::Tracked;
use backline_core::remediation::Mode;
use backline_store::remediation::RemediationRow;
use backline_store::ticket::TicketRow;
use backline_store::timeline::TimelineEntry;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A ticket, or the wait for one.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketItem {
    /// The subject's id: stays when the issue is moved or made again.
    pub id: String,
    /// Null until Jira has it.
    pub key: Option<String>,
    pub issue_id: Option<String>,
    pub url: Option<String>,
    /// Jira's status as last read; null until it is read first, since the answer to a create does not tell it.
    pub status: Option<String>,
    /// False while `status` is not read yet.
    pub is_status_read: bool,
    pub title: String,
    /// `SEC`; null when its connected project was deleted or it was unlinked.
    pub project: Option<String>,
    pub issue_type: Option<String>,
    /// The version of the mapping that wrote to it last; null until Jira has it.
    pub mapping_version: Option<u32>,
    /// `in_sync`, `waiting`, `blocked`, `dormant` or `unlinked`. What has no key is never `in_sync`.
    pub state: &'static str,
    /// Why it waits without being due, or is kept in step no more: "Jira is disconnected".
    pub reason: Option<String>,
    #[schema(value_type = Option<Object>)]
    pub blocked: Option<Blocked>,
    #[schema(value_type = Option<String>)]
    pub reconciled_at: Option<Timestamp>,
    /// When it, or what it is blocked by, is looked at again by itself.
    #[schema(value_type = Option<String>)]
    pub next_look_at: Option<Timestamp>,
    /// After this, what it is blocked by is looked at only when a person asks.
    #[schema(value_type = Option<String>)]
    pub looks_until: Option<Timestamp>,
}

impl TicketItem {
    pub fn of(row: TicketRow) -> Self {
        let ticket = row.ticket;
        let key = ticket.as_ref().map(|ticket| ticket.key.to_string());
        let url = row.project.as_ref().zip(key.as_ref());
        Self {
            id: row.subject.id.to_string(),
            url: url.map(|(project, key)| format!("{}/browse/{key}", project.site_url)),
            key,
            issue_id: ticket.as_ref().map(|ticket| ticket.issue.to_string()),
            mapping_version: ticket.as_ref().map(|ticket| ticket.applied.mapping_version),
            is_status_read: ticket.as_ref().is_some_and(|ticket| ticket.status.is_some()),
            status: ticket.and_then(|ticket| ticket.status).map(|status| status.name),
            title: row.title,
            project: row.project.as_ref().map(|project| project.key.clone()),
            issue_type: row.project.map(|project| project.issue_type),
            state: row.state.word(),
            reason: row.reason,
            blocked: row.blocked,
            reconciled_at: row.reconciled_at,
            next_look_at: row.next_look_at,
            looks_until: row.looks_until,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PullRequestItem {
    pub id: String,
    pub repository: String,
    pub number: u64,
    pub url: String,
    pub title: String,
    /// `open`, `closed` or `merged`.
    pub state: &'static str,
    pub is_draft: bool,
    pub branch: String,
    pub base: String,
    pub targets_default_branch: bool,
    pub author: String,
    #[schema(value_type = Option<String>)]
    pub merged_at: Option<Timestamp>,
    #[schema(value_type = String)]
    pub updated_at: Timestamp,
}

impl PullRequestItem {
    pub fn of(tracked: Tracked) -> Self {
        let read = tracked.pull_request;
        Self {
            id: tracked.id.to_string(),
            repository: read.repository.to_string(),
            number: read.number,
            url: read.url,
            title: read.title,
            state: read.state.word(),
            is_draft: read.is_draft,
            branch: read.branch,
            base: read.base,
            targets_default_branch: read.targets_default_branch,
            author: read.author,
            merged_at: read.merged_at,
            updated_at: read.updated_at,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RemediationItem {
    pub id: String,
    /// `in_progress`, `pending_approval`, `resolved`, `cancelled` or `failed`.
    pub status: &'static str,
    /// `automated` or `hybrid`.
    pub mode: &'static str,
    #[schema(value_type = String)]
    pub started_at: Timestamp,
    #[schema(value_type = Option<String>)]
    pub resolved_at: Option<Timestamp>,
    pub pull_request: PullRequestItem,
    pub fixes: Vec<FixItem>,
}

/// One vulnerability that a remediation removes, and why that is believed.
#[derive(Debug, Serialize, ToSchema)]
pub struct FixItem {
    pub vulnerability: String,
    pub reason: String,
}

impl RemediationItem {
    pub fn of(row: RemediationRow) -> Self {
        let remediation = row.remediation;
        let fixes = remediation.fixes.into_iter();
        Self {
            id: remediation.id.to_string(),
            status: remediation.status.word(),
            mode: match remediation.mode {
                Mode::Automated => "automated",
                Mode::Hybrid => "hybrid",
            },
            started_at: remediation.started_at,
            resolved_at: remediation.resolved_at,
            pull_request: PullRequestItem::of(row.pull_request),
            fixes: fixes
                .map(|fix| FixItem { vulnerability: fix.vulnerability.to_string(), reason: fix.reason })
                .collect(),
        }
    }
}

/// One event of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventItem {
    #[schema(value_type = String)]
    pub at: Timestamp,
    pub actor: String,
    /// `done`, `failed`, `noted` or `received`.
    pub kind: &'static str,
    pub text: String,
    pub detail: Option<String>,
    pub ticket: Option<String>,
    pub vulnerability: Option<String>,
    pub pull_request: Option<String>,
}

impl EventItem {
    pub fn of(entry: TimelineEntry) -> Self {
        Self {
            at: entry.at,
            actor: entry.actor,
            kind: entry.kind.word(),
            text: entry.text,
            detail: entry.detail,
            ticket: entry.subject.map(|id| id.to_string()),
            vulnerability: entry.vulnerability.map(|id| id.to_string()),
            pull_request: entry.pull_request.map(|id| id.to_string()),
        }
    }
}
