//! What a person decides about a ticket in Jira, recorded for everything that the ticket is about.

use crate::audit::{Action, AuditEntry, Auditor};
use crate::entity::subject_member;
use crate::error::StoreError;
use crate::ids_source::Ids;
use crate::reconcile::Decided;
use crate::remediation;
use crate::timeline::{self, TimelineEntry, TimelineKind};
use crate::vulnerability::{self, change, mark_subjects};
use crate::work::Priority;
use crate::writer::Tx;
use backline_core::ids::SubjectId;
use backline_core::vulnerability::{Status, track};
use jiff::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

/// Dismisses what is open, or takes back what this ticket had dismissed; every ticket that is about it is due.
pub(crate) async fn record(
    tx: &Tx,
    ids: &dyn Ids,
    audit: &Auditor,
    subject: SubjectId,
    decided: Decided,
    now: Timestamp,
) -> Result<(), StoreError> {
    let members: Vec<Uuid> = subject_member::Entity::find()
        .filter(subject_member::Column::Subject.eq(subject.0))
        .all(tx)
        .await?
        .into_iter()
        .map(|member| member.vulnerability)
        .collect();
    let remediations = remediation::statuses_of(tx, &members).await?;
    let mut changed = Vec::new();
    let (mut entries, mut acts) = (Vec::new(), Vec::new());
    for (id, mut vulnerability) in vulnerability::by_id(tx, members).await? {
        let (text, by, action, actor) = match &decided {
            Decided::Dismissed(dismissal) if vulnerability.status.is_open() => {
                vulnerability.status = Status::Dismissed;
                vulnerability.dismissed = Some(dismissal.clone());
                let by = format!("{} {}", dismissal.by, dismissal.reason);
                ("Dismissed", by, Action::Dismissed, &dismissal.by)
            }
            Decided::TakenBack { by } if is_by_ticket(&vulnerability) => {
                let states = remediations.get(&id).into_iter().flatten().map(|fix| fix.status);
                vulnerability.status = track::open_status(states);
                vulnerability.dismissed = None;
                ("Reopened", format!("{by} was opened again in Jira"), Action::Reopened, by)
            }
            Decided::Dismissed(_) | Decided::TakenBack { .. } => continue,
        };
        let act = AuditEntry::new(now, actor.as_str(), action, vulnerability.title.as_str());
        acts.push(act.about_subject(subject).with_reason(by.as_str()));
        let entry = TimelineEntry::new(now, TimelineKind::Done, text).with_detail(by);
        entries.push(entry.about_vulnerability(vulnerability.id));
        changed.push(vulnerability);
    }
    vulnerability::put(tx, &changed).await?;
    timeline::add(tx, ids, entries).await?;
    audit.add(tx, acts).await?;
    let about: Vec<Uuid> = changed.iter().map(|vulnerability| vulnerability.id.0).collect();
    change::end_in_time(tx, &changed).await?;
    mark_subjects(tx, &about, Priority::Update, "a person decided in Jira", now).await?;
    Ok(())
}

fn is_by_ticket(vulnerability: &backline_core::vulnerability::Vulnerability) -> bool {
    vulnerability.dismissed.as_ref().is_some_and(|dismissal| dismissal.ticket.is_some())
}
