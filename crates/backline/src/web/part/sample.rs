//! Values for the tests of pages: plain ones, and the same with hostile text in every place that others write.

use crate::web::layout::{Counts, Crumb, Layout, Nav};
use backline_core::finding::{Kind, Location, Package};
use backline_core::ids::{
    CloudId, IssueId, IssueKey, JiraProjectId, NoticeId, PullRequestId, RepositoryName, SubjectId,
    VulnerabilityId, VulnerabilityKey,
};
use backline_core::notice::Blocked;
use backline_core::pull_request::{PullRequest, State, Tracked};
use backline_core::severity::{Rating, Severity};
use backline_core::ticket::{Applied, Subject, Ticket};
use backline_core::vulnerability::{Status, Vulnerability};
use backline_store::audit::{Action, Answer, AuditEntry, AuditRow, Request};
use backline_store::notice::Notice;
use backline_store::ticket::{ProjectName, TicketRow, TicketState};
use jiff::Timestamp;
use uuid::Uuid;

/// Breaks out of text, of an attribute and of a script, where it is not escaped.
pub const HOSTILE: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn layout() -> Layout {
    Layout {
        title: "Test".to_owned(),
        active: Nav::Overview,
        crumbs: vec![Crumb { text: "Test".to_owned(), path: None }],
        organization: String::new(),
        user_name: "Ada Lovelace".to_owned(),
        initials: "AL".to_owned(),
        csrf: "token-of-the-session".to_owned(),
        counts: Counts::default(),
    }
}

pub fn vulnerability_id() -> VulnerabilityId {
    VulnerabilityId(Uuid::from_u128(1))
}

pub fn subject() -> Subject {
    Subject {
        id: SubjectId(Uuid::from_u128(2)),
        cloud_id: CloudId::from("cloud"),
        project: JiraProjectId::from("10000"),
        group_key: "vulnerability:ab12".to_owned(),
        generation: 1,
    }
}

/// CVE-2021-44228 in log4j-core, critical and open, found on 24 November 2026.
pub fn vulnerability() -> Vulnerability {
    Vulnerability {
        id: vulnerability_id(),
        key: VulnerabilityKey::from("ab12"),
        repository: RepositoryName::from("acme/payments-api"),
        kind: Kind::Package,
        status: Status::Open,
        title: "Remote code execution in log messages".to_owned(),
        description: "Log4j resolves **JNDI** lookups.".to_owned(),
        rating: Rating {
            severity: Severity::Critical,
            source: "nvd".to_owned(),
            word: "CRITICAL".to_owned(),
            score: Some(10.0),
            vector: None,
        },
        identifiers: vec!["CVE-2021-44228".to_owned(), "GHSA-jfh8-c2jp-5v3q".to_owned()],
        cwes: vec!["CWE-502".to_owned()],
        package: Some(Package {
            ecosystem: "maven".to_owned(),
            name: "log4j-core".to_owned(),
            version: "2.14.1".to_owned(),
            purl: None,
            fixed_versions: vec!["2.17.1".to_owned()],
        }),
        location: Location { path: Some("pom.xml".to_owned()), ..Location::default() },
        rule: None,
        remedy: Some("Update log4j-core to 2.17.1.".to_owned()),
        references: vec!["https://nvd.nist.gov/vuln/detail/CVE-2021-44228".to_owned()],
        scanners: vec!["trivy".to_owned()],
        detected_at: at("2026-11-24T06:40:00Z"),
        due_at: Some(at("2026-11-27T06:40:00Z")),
        last_seen_at: at("2026-11-24T06:40:00Z"),
        resolved: None,
        reopened_count: 0,
        reopened_at: None,
        dismissed: None,
    }
}

/// The same with hostile text wherever a scanner writes.
pub fn hostile_vulnerability() -> Vulnerability {
    let text = || HOSTILE.to_owned();
    let mut vulnerability = vulnerability();
    vulnerability.title = text();
    vulnerability.description =
        format!("{HOSTILE}\n\n[click](javascript:alert(1)) `{HOSTILE}`\n\n# {HOSTILE}");
    vulnerability.rating.source = text();
    vulnerability.rating.word = text();
    vulnerability.rating.vector = Some(text());
    vulnerability.identifiers = vec![text(), text()];
    vulnerability.cwes = vec![text()];
    vulnerability.repository = RepositoryName(text());
    vulnerability.rule = Some(text());
    vulnerability.remedy = Some(text());
    vulnerability.references = vec!["javascript:alert(1)".to_owned(), format!("https://a.example/{HOSTILE}")];
    vulnerability.scanners = vec![text()];
    vulnerability.location =
        Location { path: Some(text()), line: None, image: Some(text()), resource: Some(text()) };
    if let Some(package) = &mut vulnerability.package {
        package.name = text();
        package.version = text();
        package.fixed_versions = vec![text()];
    }
    vulnerability
}

/// `acme/payments-api#12`, open.
pub fn pull_request() -> Tracked {
    Tracked {
        id: PullRequestId(Uuid::from_u128(3)),
        pull_request: PullRequest {
            repository: RepositoryName::from("acme/payments-api"),
            number: 12,
            url: "https://github.com/acme/payments-api/pull/12".to_owned(),
            title: "Update log4j-core to 2.17.1".to_owned(),
            body: String::new(),
            state: State::Open,
            is_draft: false,
            branch: "fix/log4j".to_owned(),
            base: "main".to_owned(),
            targets_default_branch: true,
            author: "renovate".to_owned(),
            author_is_bot: true,
            head_sha: "abc".to_owned(),
            commit_messages: Vec::new(),
            merged_at: None,
            updated_at: at("2026-11-24T07:00:00Z"),
        },
        merged_by: None,
    }
}

/// The same with hostile text wherever a contributor writes.
pub fn hostile_pull_request() -> Tracked {
    let mut tracked = pull_request();
    let pull_request = &mut tracked.pull_request;
    pull_request.title = HOSTILE.to_owned();
    pull_request.branch = HOSTILE.to_owned();
    pull_request.base = HOSTILE.to_owned();
    pull_request.author = HOSTILE.to_owned();
    pull_request.body = HOSTILE.to_owned();
    pull_request.url = "javascript:alert(1)".to_owned();
    tracked
}

/// SEC-142, blocked by a field that is not mapped.
pub fn ticket_row() -> TicketRow {
    TicketRow {
        subject: subject(),
        ticket: Some(Ticket {
            issue: IssueId::from("10934"),
            key: IssueKey::from("SEC-142"),
            status: None,
            applied: Applied::default(),
            created_at: at("2026-11-24T06:41:00Z"),
            is_gone: false,
        }),
        project: Some(ProjectName {
            key: "SEC".to_owned(),
            issue_type: "Bug".to_owned(),
            site_url: "https://acme.atlassian.net".to_owned(),
        }),
        title: "Remote code execution in log messages".to_owned(),
        state: TicketState::Blocked,
        blocked: Some(Blocked {
            cause: "refused".to_owned(),
            what: "Jira refused to update SEC-142".to_owned(),
            why: "Jira says: Team is required".to_owned(),
            remedy: "Map Team".to_owned(),
            page: "/integrations/jira/projects/7".to_owned(),
        }),
        reason: None,
        reconciled_at: None,
        next_look_at: Some(at("2026-11-26T07:00:00Z")),
        looks_until: Some(at("2026-12-01T09:12:00Z")),
    }
}

/// The same with hostile text wherever Jira or a scanner writes.
pub fn hostile_ticket_row() -> TicketRow {
    let text = || HOSTILE.to_owned();
    let mut row = ticket_row();
    row.title = text();
    row.reason = Some(text());
    row.blocked = Some(Blocked { cause: text(), what: text(), why: text(), remedy: text(), page: text() });
    if let Some(ticket) = &mut row.ticket {
        ticket.key = IssueKey(text());
        ticket.issue = IssueId(text());
    }
    row.project =
        Some(ProjectName { key: text(), issue_type: text(), site_url: "javascript:alert(1)".to_owned() });
    row
}

/// An update of SEC-142 that Jira refused.
pub fn audit_row() -> AuditRow {
    let at = at("2026-11-24T06:41:00Z");
    let request = Request {
        method: "PUT".to_owned(),
        path: "/ex/jira/cloud/rest/api/3/issue/10934".to_owned(),
        body: r#"{"fields":{"priority":{"id":"2"}}}"#.to_owned(),
    };
    let answer = Answer { status: Some(400), words: "jira refused: Team is required".to_owned() };
    let entry = AuditEntry {
        cause: Some("report r was taken in".to_owned()),
        rule: Some("differs".to_owned()),
        ..AuditEntry::new(at, "Backline", Action::JiraEdit, "SEC-142")
            .about_subject(subject().id)
            .with_reason("Priority: Medium -> High")
            .with_call(Uuid::from_u128(6), request, answer)
    };
    AuditRow { seq: 42, entry, seal: "v1.ab.cd".to_owned() }
}

/// The same with hostile text wherever somebody else may have written.
pub fn hostile_audit_row() -> AuditRow {
    let text = || HOSTILE.to_owned();
    let mut row = audit_row();
    row.entry.actor = text();
    row.entry.object = text();
    (row.entry.cause, row.entry.rule, row.entry.reason) = (Some(text()), Some(text()), Some(text()));
    row.entry.request = Some(Request { method: text(), path: text(), body: text() });
    row.entry.answer = Some(Answer { status: None, words: text() });
    row
}

/// A failure that holds up six tickets since the morning.
pub fn notice() -> Notice {
    Notice {
        id: NoticeId(Uuid::from_u128(5)),
        blocked: ticket_row().blocked.unwrap(),
        first_at: at("2026-11-24T09:12:00Z"),
        last_at: at("2026-11-24T09:12:00Z"),
        told_at: None,
        over_at: None,
        over_told_at: None,
        ended_as: None,
        subjects: 6,
        subjects_max: 6,
    }
}

/// Fails where a page holds anything that a browser would run, or that its orders forbid.
pub fn assert_inert(html: &str) {
    let scripts = html.matches("<script").count();
    let own = html.matches(r#"<script src="/static/"#).count();
    assert_eq!(scripts, own, "a script of somebody else's");
    for forbidden in ["<img", "javascript:", " style=", "\"><"] {
        let count = match forbidden {
            // The escaped form keeps the letters, so only links and attributes count.
            "javascript:" => {
                html.matches("href=\"javascript:").count() + html.matches("src=\"javascript:").count()
            }
            "\"><" => html.matches("\"'><").count(),
            other => html.matches(other).count(),
        };
        assert_eq!(count, 0, "{forbidden} in {html}");
    }
}
