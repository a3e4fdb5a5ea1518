//! The notices of the model. What is to be told comes back as keys that are due; the caller marks them.

use backline_core::ids::{NoticeId, SubjectId};
use backline_core::notice::{Blocked, End};
use backline_store::notice::Notice;
use backline_store::work::{Due, Priority, WorkKey};
use backline_store::{Ids, Sequence};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub(super) struct Notices {
    kept: BTreeMap<NoticeId, Kept>,
}

/// A notice, with who waits for it; its own counts are filled in when it is read.
#[derive(Debug)]
struct Kept {
    notice: Notice,
    waiting: BTreeSet<SubjectId>,
    /// All that waited were made due, since the last probe.
    is_released: bool,
}

impl Notices {
    pub fn find(&self, id: NoticeId) -> Option<Notice> {
        let kept = self.kept.get(&id)?;
        Some(Notice { subjects: kept.waiting.len() as u64, ..kept.notice.clone() })
    }

    pub fn all(&self) -> Vec<Notice> {
        self.kept.keys().filter_map(|id| self.find(*id)).collect()
    }

    pub fn told(&mut self, id: NoticeId, is_over: bool, now: Timestamp) {
        let Some(kept) = self.kept.get_mut(&id) else { return };
        let told_at = if is_over { &mut kept.notice.over_told_at } else { &mut kept.notice.told_at };
        *told_at = Some(now);
    }

    /// The open notice of a cause, made where there is none.
    pub fn raise(&mut self, ids: &Sequence, blocked: Blocked, now: Timestamp) -> (NoticeId, Vec<Due>) {
        if let Some(id) = self.open(&blocked.cause) {
            if let Some(kept) = self.kept.get_mut(&id) {
                kept.notice.last_at = now;
            }
            return (id, Vec::new());
        }
        let id = NoticeId(ids.uuid(now));
        let notice = Notice {
            id,
            blocked,
            first_at: now,
            last_at: now,
            told_at: None,
            over_at: None,
            over_told_at: None,
            ended_as: None,
            subjects: 0,
            subjects_max: 0,
        };
        self.kept.insert(id, Kept { notice, waiting: BTreeSet::new(), is_released: false });
        (id, vec![untold(id, "a failure", now)])
    }

    /// A subject waits for one cause and no other.
    pub fn hold(
        &mut self,
        ids: &Sequence,
        subject: SubjectId,
        blocked: Blocked,
        now: Timestamp,
    ) -> (NoticeId, Vec<Due>) {
        let (id, mut due) = self.raise(ids, blocked, now);
        due.extend(self.leave_all_but(Some(id), subject, End::Replaced, now));
        if let Some(kept) = self.kept.get_mut(&id) {
            kept.waiting.insert(subject);
            kept.notice.subjects_max = kept.notice.subjects_max.max(kept.waiting.len() as u64);
        }
        (id, due)
    }

    /// A subject waits for nothing any more; what nobody waits for is over.
    pub fn leave(&mut self, subject: SubjectId, end: End, now: Timestamp) -> Vec<Due> {
        self.leave_all_but(None, subject, end, now)
    }

    /// The one whose turn it is, of those that wait for an open notice.
    pub fn probe(&mut self, id: NoticeId, turn: u32, now: Timestamp) -> Vec<Due> {
        let open = self.kept.get_mut(&id).filter(|kept| kept.notice.over_at.is_none());
        let Some(kept) = open else { return Vec::new() };
        kept.is_released = false;
        let waiting: Vec<SubjectId> = kept.waiting.iter().copied().collect();
        let turn = (turn as usize).checked_rem(waiting.len());
        turn.map(|turn| look(waiting[turn], "it may be mended", now)).into_iter().collect()
    }

    /// The open notice of a cause is over, whoever waits for it.
    pub fn end(&mut self, cause: &str, end: End, now: Timestamp) -> Vec<Due> {
        let Some(id) = self.open(cause) else { return Vec::new() };
        let Some(kept) = self.kept.get_mut(&id) else { return Vec::new() };
        kept.waiting.clear();
        kept.notice.over_at = Some(now);
        kept.notice.ended_as = Some(end);
        vec![untold(id, "it is over", now)]
    }

    fn open(&self, cause: &str) -> Option<NoticeId> {
        let is_open = |kept: &&Kept| kept.notice.over_at.is_none() && kept.notice.blocked.cause == cause;
        self.kept.values().find(is_open).map(|kept| kept.notice.id)
    }

    fn leave_all_but(
        &mut self,
        stays: Option<NoticeId>,
        subject: SubjectId,
        end: End,
        now: Timestamp,
    ) -> Vec<Due> {
        let mut due = Vec::new();
        for (id, kept) in &mut self.kept {
            if Some(*id) == stays || !kept.waiting.remove(&subject) {
                continue;
            }
            if kept.waiting.is_empty() {
                kept.notice.over_at = Some(now);
                kept.notice.ended_as = Some(end);
                due.push(untold(*id, "it is over", now));
            } else if end == End::Mended && !kept.is_released {
                kept.is_released = true;
                due.extend(kept.waiting.iter().map(|subject| look(*subject, "it was mended", now)));
            }
        }
        due
    }
}

/// Looks at a cause again.
pub(super) fn probe(key: WorkKey, at: Timestamp) -> Due {
    Due { key, site: None, at, priority: Priority::Check, reason: "a failure".to_owned() }
}

fn look(subject: SubjectId, reason: &str, now: Timestamp) -> Due {
    let key = WorkKey::Subject(subject);
    Due { key, site: None, at: now, priority: Priority::Update, reason: reason.to_owned() }
}

fn untold(id: NoticeId, reason: &str, now: Timestamp) -> Due {
    Due {
        key: WorkKey::Notice(id),
        site: None,
        at: now,
        priority: Priority::Update,
        reason: reason.to_owned(),
    }
}
