//! Making keys due: many marks of one key are one row, and the earliest of them wins.

use super::Due;
use crate::column::{ROWS_MAX, from_json, ms, to_json};
use crate::entity::work;
use crate::error::StoreError;
use crate::postgres::hint::Hint;
use crate::writer::Tx;
use sea_orm::sea_query::{Expr, LockType, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;

/// Reasons that are kept of one key until its next run ends.
const REASONS_MAX: usize = 8;

/// Makes keys due inside the transaction that gives the reason.
pub(crate) async fn mark(tx: &Tx, due: Vec<Due>) -> Result<(), StoreError> {
    let mut by_key: BTreeMap<String, (Due, Vec<String>)> = BTreeMap::new();
    for due in due {
        let (kept, reasons) = by_key.entry(due.key.to_string()).or_insert_with(|| (due.clone(), Vec::new()));
        kept.at = kept.at.min(due.at);
        kept.priority = kept.priority.min(due.priority);
        // As between two calls: the last site that is named stands.
        kept.site = due.site.or(kept.site.take());
        add_reason(reasons, due.reason);
    }
    let by_key: Vec<_> = by_key.into_iter().collect();
    for part in by_key.chunks(ROWS_MAX) {
        let keys = part.iter().map(|(key, _)| key.clone());
        let mut known = BTreeMap::new();
        // Locked in the order of their keys, and so are those that are new: two that mark the same do not wait for each
        // other. Of two that make the same key at once, one's reasons are lost, and only these.
        let query = work::Entity::find()
            .filter(work::Column::Key.is_in(keys))
            .order_by_asc(work::Column::Key)
            .lock(LockType::Update);
        for row in query.all(tx).await? {
            known.insert(row.key, from_json::<Vec<String>>(row.reasons)?);
        }
        let rows = part.iter().map(|(key, (due, new_reasons))| {
            let mut reasons = known.remove(key).unwrap_or_default();
            for reason in new_reasons {
                add_reason(&mut reasons, reason.clone());
            }
            work::ActiveModel {
                key: Set(key.clone()),
                site: Set(due.site.as_ref().map(|site| site.0.clone())),
                due_at: Set(Some(ms(due.at))),
                priority: Set(due.priority as i32),
                generation: Set(1),
                attempt: Set(0),
                lease_owner: Set(None),
                lease_until: Set(None),
                lease_epoch: Set(0),
                reasons: Set(to_json(&reasons)),
                is_watch: Set(false),
            }
        });
        let rows: Vec<work::ActiveModel> = rows.collect();
        work::Entity::insert_many(rows).on_conflict(coalesce()).exec_without_returning(tx).await?;
    }
    if !by_key.is_empty() {
        Hint::Due.tell(tx).await?;
    }
    Ok(())
}

fn add_reason(reasons: &mut Vec<String>, reason: String) {
    if reasons.len() < REASONS_MAX && !reasons.contains(&reason) {
        reasons.push(reason);
    }
}

/// `MIN` and `LEAST` differ by database; a CASE reads the same in both.
fn coalesce() -> OnConflict {
    let wins = |column: &str| {
        format!(
            "CASE WHEN \"work\".\"due_at\" IS NULL OR \"excluded\".\"{column}\" < \"work\".\"{column}\" \
             THEN \"excluded\".\"{column}\" ELSE \"work\".\"{column}\" END"
        )
    };
    OnConflict::column(work::Column::Key)
        .update_columns([work::Column::Reasons, work::Column::IsWatch])
        .value(work::Column::Generation, Expr::cust("\"work\".\"generation\" + 1"))
        .value(work::Column::DueAt, Expr::cust(wins("due_at")))
        .value(work::Column::Priority, Expr::cust(wins("priority")))
        .value(work::Column::Site, Expr::cust("COALESCE(\"excluded\".\"site\", \"work\".\"site\")"))
        .to_owned()
}
