//! Issues that are made in bulk. The journal has their batch and none of them.

use super::number::FIRST_ID;
use super::{Counted, State};
use crate::jira::config::Id;
use crate::jira::seed::many;

impl State {
    /// Makes issues of a project in bulk; search shows them at once.
    pub fn seed(&mut self, project: Id, count: u64, seed: u64, until_ms: i64) {
        let first_id = *self.counters.get(&Counted::Issue).unwrap_or(&FIRST_ID);
        let first_number = *self.numbers.get(&project).unwrap_or(&1);
        if count == 0 {
            return;
        }
        // Ids rise with the time of creation, so the first comes after every issue that is there.
        let newest_ms = self.issues.newest().map_or(i64::MIN, |issue| issue.created_ms);
        let room_ms = until_ms.saturating_sub(newest_ms).max(0) / count as i64;
        let step_ms = room_ms.min(many::STEP_MS);
        let batch = many::Batch { project, first_id, first_number, count, seed, until_ms, step_ms };
        self.journal.put("seeded", first_id, &batch);
        for id in batch.ids() {
            self.place(batch.issue(&self.config, id));
        }
        self.raise_seeded(&batch);
        self.seeded.push(batch);
    }

    /// How many issues of a project were seeded, also those that are gone by now.
    pub fn seeded_in(&self, project: Id) -> u64 {
        self.seeded.iter().filter(|batch| batch.project == project).map(|batch| batch.count).sum()
    }

    pub(super) fn batch_of(&self, id: Id) -> Option<&many::Batch> {
        let at = self.seeded.partition_point(|batch| batch.first_id <= id);
        self.seeded[..at].last().filter(|batch| batch.ids().contains(&id))
    }

    pub(super) fn raise_seeded(&mut self, batch: &many::Batch) {
        self.raise(Counted::Issue, batch.first_id + batch.count - 1);
        let next = self.numbers.entry(batch.project).or_insert(1);
        *next = (*next).max(batch.first_number + batch.count);
    }
}
