//! Reads the chain again and says what does not fit.
//!
//! What this proves, and what not: `docs/reference/audit.md`.

use super::chain::{content, end, is_pristine, link};
use super::seal::HEAD;
use crate::column::{time, unsigned};
use crate::crypto::{KeyRing, Unproved};
use crate::entity::{audit, audit_head};
use crate::error::StoreError;
use crate::store::Store;
use jiff::Timestamp;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

/// Rows that are read at a time.
const PAGE: u64 = 1_000;
/// Faults that are told; one is enough, and a chain that was written over has as many as rows.
const FAULTS_MAX: usize = 20;

/// How long the chain was at a time, and the seal that it ended with. Kept outside, such as in the log, it tells of an
/// end that was cut together with everything in the database that knew of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub rows: u64,
    pub seal: String,
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The row that shows it.
    pub seq: Option<u64>,
    pub what: String,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Rows that were read, of those with a number.
    pub rows: u64,
    /// Rows that wait to be sealed.
    pub unsealed: u64,
    /// Where the chain ends; `None` while it has no row.
    pub head: Option<Checkpoint>,
    pub head_at: Option<Timestamp>,
    /// Up to twenty; none when everything fits.
    pub faults: Vec<Fault>,
}

impl Verified {
    pub fn is_intact(&self) -> bool {
        self.faults.is_empty()
    }
}

impl Store {
    /// Reads the chain, of one moment: all of it, or its `newest` rows only, which are taken to follow on what is before
    /// them. `known` is a checkpoint that was kept elsewhere.
    pub async fn verify_audit(
        &self,
        newest: Option<u64>,
        known: Option<&Checkpoint>,
    ) -> Result<Verified, StoreError> {
        let db = self.snapshot().await?;
        let mut look = Look { keys: self.keys().clone(), faults: Vec::new() };
        let last = seq_of_newest(&db).await?;
        let first = newest.map_or(0, |newest| (last - i64::try_from(newest).unwrap_or(i64::MAX)).max(0));
        let mut before = match first {
            0 => Some(String::new()),
            first => seal_of(&db, first).await?,
        };
        let (mut at, mut rows) = (first, 0);
        loop {
            let page = audit::Entity::find()
                .filter(audit::Column::Seq.gt(at))
                .order_by_asc(audit::Column::Seq)
                .limit(PAGE)
                .all(&db)
                .await?;
            let is_last = (page.len() as u64) < PAGE;
            for row in page {
                before = look.at(at, before, &row);
                at = row.seq.unwrap_or_default();
                rows += 1;
            }
            if is_last {
                break;
            }
        }
        let head = audit_head::Entity::find_by_id(HEAD).one(&db).await?;
        look.at_end(at, before.as_deref(), head.as_ref());
        if let Some(known) = known {
            let there = seal_of(&db, i64::try_from(known.rows).unwrap_or(i64::MAX)).await?;
            look.against(known, there.as_deref());
        }
        let unsealed = look.unsealed(&db).await?;
        let head = head.filter(|head| !is_pristine(head));
        Ok(Verified {
            rows,
            unsealed,
            head_at: head.as_ref().map(|head| time(head.at)).transpose()?,
            head: head
                .map(|head| Ok::<_, StoreError>(Checkpoint { rows: unsigned(head.rows)?, seal: head.seal }))
                .transpose()?,
            faults: look.faults,
        })
    }
}

struct Look {
    keys: KeyRing,
    faults: Vec<Fault>,
}

impl Look {
    fn fault(&mut self, seq: Option<i64>, what: String) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(Fault { seq: seq.and_then(|seq| u64::try_from(seq).ok()), what });
        }
    }

    /// One row after another; answers its seal. Where a row is missing the next one cannot be held against it.
    fn at(&mut self, last: i64, before: Option<String>, row: &audit::Model) -> Option<String> {
        let seq = row.seq.unwrap_or_default();
        let is_next = seq == last + 1;
        match seq - last {
            1 => {}
            2 => self.fault(Some(seq), format!("Entry {} is missing", last + 1)),
            _ => self.fault(Some(seq), format!("Entries {} to {} are missing", last + 1, seq - 1)),
        }
        if let Some(how) = self.content(row) {
            self.fault(Some(seq), format!("Entry {seq} {how}"));
        }
        let seal = row.seal.clone().unwrap_or_default();
        if let Some(before) = before.filter(|_| is_next) {
            match self.keys.check(&seal, link(seq, &row.mac, &before).values()) {
                Ok(()) => {}
                Err(Unproved::Differs) => {
                    let what = format!("Entry {seq} does not follow on the one before it");
                    self.fault(Some(seq), what);
                }
                Err(Unproved::OtherKey(key)) => self.fault(Some(seq), other_key(seq, &key)),
            }
        }
        Some(seal)
    }

    /// What is wrong with what a row says.
    fn content(&self, row: &audit::Model) -> Option<String> {
        match self.keys.check(&row.mac, content(row).values()) {
            Ok(()) => None,
            Err(Unproved::Differs) => Some("is not as Backline wrote it".to_owned()),
            Err(Unproved::OtherKey(key)) => {
                Some(format!("was written under the key {key}, which is not in the key file"))
            }
        }
    }

    fn at_end(&mut self, last: i64, seal: Option<&str>, head: Option<&audit_head::Model>) {
        let Some(head) = head else {
            return self.fault(None, "The record of the chain's end is gone".to_owned());
        };
        if is_pristine(head) {
            if last > 0 {
                self.fault(None, "The record of the chain's end was emptied".to_owned());
            }
            return;
        }
        match self.keys.check(&head.mac, end(head).values()) {
            Ok(()) => {}
            Err(Unproved::Differs) => {
                self.fault(None, "The record of the chain's end is not as Backline wrote it".to_owned());
            }
            Err(Unproved::OtherKey(key)) => {
                let what = format!(
                    "The record of the chain's end was written under the key {key}, which is not in the key file"
                );
                self.fault(None, what);
            }
        }
        if head.rows > last {
            let what = format!(
                "The end was cut: {} entries were sealed, and the last one here is {last}",
                head.rows
            );
            self.fault(None, what);
        } else if head.rows < last {
            let what = format!("Entries after {} were sealed by somebody else", head.rows);
            self.fault(Some(last), what);
        } else if seal.is_some_and(|seal| seal != head.seal) {
            self.fault(Some(last), format!("Entry {last} is not the one that was sealed last"));
        }
    }

    fn against(&mut self, known: &Checkpoint, there: Option<&str>) {
        let rows = known.rows;
        match there {
            _ if rows == 0 => {}
            Some(seal) if seal == known.seal => {}
            Some(_) => {
                let what = format!(
                    "Entry {rows} has another seal than the checkpoint says: what was here was written over"
                );
                self.fault(i64::try_from(rows).ok(), what);
            }
            None => {
                self.fault(
                    None,
                    format!("The checkpoint knows of {rows} entries, and entry {rows} is not here"),
                );
            }
        }
    }

    /// How many rows have no number yet; what they say is held against their proofs.
    async fn unsealed<C: ConnectionTrait>(&mut self, db: &C) -> Result<u64, StoreError> {
        let unsealed = audit::Entity::find().filter(audit::Column::Seq.is_null());
        for row in unsealed.clone().order_by_asc(audit::Column::Id).limit(PAGE).all(db).await? {
            if let Some(how) = self.content(&row) {
                self.fault(None, format!("An entry that waits for its number {how}"));
            }
        }
        Ok(unsealed.count(db).await?)
    }
}

fn other_key(seq: i64, key: &str) -> String {
    format!("Entry {seq} was sealed under the key {key}, which is not in the key file")
}

async fn seq_of_newest<C: ConnectionTrait>(db: &C) -> Result<i64, StoreError> {
    let newest = audit::Entity::find()
        .filter(audit::Column::Seq.is_not_null())
        .order_by_desc(audit::Column::Seq)
        .one(db)
        .await?;
    Ok(newest.and_then(|row| row.seq).unwrap_or_default())
}

async fn seal_of<C: ConnectionTrait>(db: &C, seq: i64) -> Result<Option<String>, StoreError> {
    let row = audit::Entity::find().filter(audit::Column::Seq.eq(seq)).one(db).await?;
    Ok(row.and_then(|row| row.seal))
}
