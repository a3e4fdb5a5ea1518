//! The numbers of the front page and of the navigation.

use crate::column::ms;
use crate::entity::{remediation, vulnerability};
use crate::error::StoreError;
use crate::pull_request;
use crate::store::Store;
use crate::ticket as tickets;
use crate::vulnerability::{OPEN_WORDS, VulnerabilityRow, model};
use backline_core::ids::VulnerabilityId;
use backline_core::remediation::Status;
use jiff::{SignedDuration, Timestamp};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

/// An SLA that ends sooner than this is at risk.
const AT_RISK: SignedDuration = SignedDuration::from_hours(24 * 7);

/// How much there is, from the finding to its verification.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overview {
    pub tickets: u64,
    pub in_sync: u64,
    pub waiting: u64,
    pub blocked: u64,
    pub remediations: u64,
    pub remediations_open: u64,
    pub remediations_merged: u64,
    /// Open ones whose SLA ends within a week.
    pub at_risk: u64,
}

/// The numbers beside the entries of the navigation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NavCounts {
    pub open_vulnerabilities: u64,
    pub remediations: u64,
    pub tickets: u64,
    pub in_sync: u64,
    pub blocked: u64,
}

impl Store {
    pub async fn overview(&self, now: Timestamp) -> Result<Overview, StoreError> {
        let counts = self.count_tickets().await?;
        let db = self.snapshot().await?;
        let in_status = async |status: Status| {
            remediation::Entity::find().filter(remediation::Column::Status.eq(status.word())).count(&db).await
        };
        Ok(Overview {
            tickets: counts.tickets,
            in_sync: counts.in_sync,
            waiting: counts.waiting,
            blocked: counts.blocked,
            remediations: remediation::Entity::find().count(&db).await?,
            remediations_open: in_status(Status::InProgress).await?,
            remediations_merged: in_status(Status::PendingApproval).await?
                + in_status(Status::Resolved).await?,
            at_risk: vulnerability::Entity::find()
                .filter(vulnerability::Column::Status.is_in(OPEN_WORDS))
                .filter(vulnerability::Column::DueAt.lte(ms(now) + AT_RISK.as_millis() as i64))
                .count(&db)
                .await?,
        })
    }

    pub async fn nav_counts(&self) -> Result<NavCounts, StoreError> {
        let db = self.snapshot().await?;
        let counts = tickets::count_for_nav(&db).await?;
        Ok(NavCounts {
            open_vulnerabilities: vulnerability::Entity::find()
                .filter(vulnerability::Column::Status.is_in(OPEN_WORDS))
                .count(&db)
                .await?,
            remediations: remediation::Entity::find().count(&db).await?,
            tickets: counts.tickets,
            in_sync: counts.in_sync,
            blocked: counts.blocked,
        })
    }

    /// Open ones whose SLA ends next, or has ended.
    pub async fn sla_at_risk(&self, limit: u64) -> Result<Vec<VulnerabilityRow>, StoreError> {
        let db = self.snapshot().await?;
        let rows = vulnerability::Entity::find()
            .filter(vulnerability::Column::Status.is_in(OPEN_WORDS))
            .filter(vulnerability::Column::DueAt.is_not_null())
            .order_by_asc(vulnerability::Column::DueAt)
            .limit(limit)
            .all(&db)
            .await?;
        let ids: Vec<VulnerabilityId> = rows.iter().map(|row| VulnerabilityId(row.id)).collect();
        let mut tickets = tickets::newest_by_vulnerability(&db, &ids).await?;
        let mut pull_requests = pull_request::newest_by_vulnerability(&db, &ids).await?;
        rows.into_iter()
            .map(|row| {
                let id = VulnerabilityId(row.id);
                Ok(VulnerabilityRow {
                    vulnerability: model(row)?,
                    ticket: tickets.remove(&id),
                    pull_request: pull_requests.remove(&id),
                })
            })
            .collect()
    }
}
