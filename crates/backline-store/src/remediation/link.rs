//! What people say of a remediation: this pull request fixes that, or does not.

use super::{Look, Matched, exists, follow_open, settle};
use crate::audit::{Action, AuditEntry};
use crate::entity::{remediation, remediation_fix};
use crate::error::StoreError;
use crate::pull_request as pull_requests;
use crate::store::Store;
use crate::timeline::{self, TimelineEntry, TimelineKind};
use crate::vulnerability as vulnerabilities;
use crate::work::{Due, Priority, WorkKey, mark};
use crate::writer::Tx;
use backline_core::ids::{PullRequestId, VulnerabilityId};
use backline_core::pull_request::Tracked;
use backline_core::remediation::{Fix, Mode};
use jiff::Timestamp;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

impl Store {
    /// Links a vulnerability to a pull request by hand; later matching leaves it alone.
    pub async fn link_fix(
        &self,
        pull_request: PullRequestId,
        vulnerability: VulnerabilityId,
        reason: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (reason, by, ids) = (reason.to_owned(), by.to_owned(), self.shared_ids());
        let audit = self.auditor();
        self.write(move |tx| {
            Box::pin(async move {
                if !exists(tx, vulnerability).await? {
                    return Err(StoreError::Missing("the vulnerability"));
                }
                let tracked = load(tx, pull_request).await?;
                let fix = Fix { vulnerability, reason };
                let matched = Matched { fixes: vec![fix], ..Matched::default() };
                let look = Look { mode: Mode::Hybrid, is_changed: false, was_open: false };
                super::follow(tx, ids.as_ref(), &tracked, &matched, look, now).await?;
                let id = set(tx, pull_request, vulnerability, true, false).await?;
                settle(tx, id, &tracked, "a person linked it", now).await?;
                audit.add(tx, [act(&tracked, Action::FixLinked, &by, now)]).await?;
                let text = format!("Linked {}", tracked.pull_request.label());
                tell(tx, ids.as_ref(), &tracked, vulnerability, text, &by, now).await
            })
        })
        .await
    }

    /// Says that a pull request does not fix a vulnerability; matching does not link it again.
    pub async fn unlink_fix(
        &self,
        pull_request: PullRequestId,
        vulnerability: VulnerabilityId,
        by: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (by, ids, audit) = (by.to_owned(), self.shared_ids(), self.auditor());
        self.write(move |tx| {
            Box::pin(async move {
                let tracked = load(tx, pull_request).await?;
                let id = set(tx, pull_request, vulnerability, true, true).await?;
                settle(tx, id, &tracked, "a person unlinked it", now).await?;
                follow_open(tx, &[vulnerability.0]).await?;
                vulnerabilities::mark_subjects(tx, &[vulnerability.0], Priority::Update, "unlinked", now)
                    .await?;
                audit.add(tx, [act(&tracked, Action::FixUnlinked, &by, now)]).await?;
                let text = format!("Unlinked {}", tracked.pull_request.label());
                tell(tx, ids.as_ref(), &tracked, vulnerability, text, &by, now).await
            })
        })
        .await
    }
}

fn act(tracked: &Tracked, action: Action, by: &str, now: Timestamp) -> AuditEntry {
    AuditEntry::new(now, by, action, tracked.pull_request.label()).about_pull_request(tracked.id)
}

async fn load(tx: &Tx, id: PullRequestId) -> Result<Tracked, StoreError> {
    pull_requests::by_id(tx, [id.0]).await?.pop().ok_or(StoreError::Missing("the pull request"))
}

async fn set(
    tx: &Tx,
    pull_request: PullRequestId,
    vulnerability: VulnerabilityId,
    is_manual: bool,
    is_removed: bool,
) -> Result<uuid::Uuid, StoreError> {
    let row = remediation::Entity::find()
        .filter(remediation::Column::PullRequest.eq(pull_request.0))
        .one(tx)
        .await?
        .ok_or(StoreError::Missing("the remediation"))?;
    remediation_fix::Entity::update_many()
        .col_expr(remediation_fix::Column::IsManual, Expr::value(is_manual))
        .col_expr(remediation_fix::Column::IsRemoved, Expr::value(is_removed))
        .filter(remediation_fix::Column::Remediation.eq(row.id))
        .filter(remediation_fix::Column::Vulnerability.eq(vulnerability.0))
        .exec(tx)
        .await?;
    Ok(row.id)
}

/// Keeps it in the timeline, and has the pull request's description looked at.
async fn tell(
    tx: &Tx,
    ids: &dyn crate::ids_source::Ids,
    tracked: &Tracked,
    vulnerability: VulnerabilityId,
    text: String,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let entry = TimelineEntry::new(now, TimelineKind::Done, text)
        .by(by)
        .about_vulnerability(vulnerability)
        .about_pull_request(tracked.id);
    timeline::add(tx, ids, vec![entry]).await?;
    let pull = &tracked.pull_request;
    let key = WorkKey::PullRequest { repository: pull.repository.clone(), number: pull.number };
    let due = Due {
        key,
        site: None,
        at: now,
        priority: Priority::PullRequest,
        reason: "linked by hand".to_owned(),
    };
    mark(tx, vec![due]).await
}
