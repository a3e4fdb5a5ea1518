//! Who has asked to be left alone, and until when: a whole site, one endpoint of it, or one issue.
//!
//! What answers "too many requests" is not asked again before the time it named; everything else goes on. Each pause is
//! kept in the store as well, so that other processes on the same database heed it, and the next start too.

pub mod limited;

use crate::clock::later;
use crate::context::Context;
use backline_store::StoreError;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

/// The longest wait that is heeded.
const WAIT_MAX: Duration = Duration::from_secs(7_200);

/// What is to be left alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    Site(String),
    /// An endpoint or an issue of a site, which holds up only what is about it.
    Part(String),
}

impl Scope {
    pub fn site(name: impl Into<String>) -> Self {
        Self::Site(name.into())
    }

    /// As the store keeps it.
    fn to_text(&self) -> String {
        match self {
            Self::Site(name) => format!("site {name}"),
            Self::Part(name) => format!("part {name}"),
        }
    }

    fn of_text(text: &str) -> Option<Self> {
        match text.split_once(' ')? {
            ("site", name) => Some(Self::Site(name.to_owned())),
            ("part", name) => Some(Self::Part(name.to_owned())),
            _ => None,
        }
    }
}

/// Leaves a scope alone until a time, in this process and every other.
pub async fn leave_alone(cx: &Context, scope: Scope, until: Timestamp) {
    let now = cx.clock.now();
    if !cx.pace.pause(scope.clone(), until, now) {
        return;
    }
    // This process heeds it all the same.
    if let Err(error) = cx.store.keep_pause(scope.to_text(), until, now).await {
        tracing::warn!(%error, ?scope, "other processes do not learn that it is to be left alone");
    }
}

/// Takes up what other processes, or an earlier start, were asked to leave alone.
pub async fn take_up(cx: &Context) -> Result<(), StoreError> {
    let now = cx.clock.now();
    for (scope, until) in cx.store.pauses(now).await? {
        // Whoever kept it may have another clock: nobody is left alone for longer than anybody may ask for.
        let until = until.min(later(now, WAIT_MAX));
        if let Some(scope) = Scope::of_text(&scope) {
            cx.pace.pause(scope, until, now);
        }
    }
    Ok(())
}

#[derive(Debug, Default)]
pub struct Pace {
    until: Mutex<BTreeMap<Scope, Timestamp>>,
    /// Sites whose points run out, until the next hour. Each process reads that from its own answers.
    saving: Mutex<BTreeMap<String, Timestamp>>,
}

impl Pace {
    /// Leaves a scope alone until a time; a later time that is known already stays. Whether it is news.
    fn pause(&self, scope: Scope, until: Timestamp, now: Timestamp) -> bool {
        let mut scopes = self.scopes(now);
        if until <= now || scopes.get(&scope).is_some_and(|known| *known >= until) {
            return false;
        }
        scopes.insert(scope, until);
        true
    }

    /// Until when a scope is to be left alone, if it is.
    pub fn paused_until(&self, scope: &Scope, now: Timestamp) -> Option<Timestamp> {
        self.scopes(now).get(scope).copied()
    }

    /// The sites that are not to be asked now.
    pub fn paused(&self, now: Timestamp) -> Vec<String> {
        let scopes = self.scopes(now);
        let site = |scope: &Scope| if let Scope::Site(name) = scope { Some(name.clone()) } else { None };
        scopes.keys().filter_map(site).collect()
    }

    /// Has what can wait at a site wait.
    pub fn save(&self, site: &str, until: Timestamp, now: Timestamp) {
        let mut saving = self.saving(now);
        let known = saving.entry(site.to_owned()).or_insert(until);
        *known = until.max(*known);
    }

    /// The sites at which only what cannot wait is done now.
    pub fn that_save(&self, now: Timestamp) -> Vec<String> {
        self.saving(now).keys().cloned().collect()
    }

    pub fn is_saving(&self, site: &str, now: Timestamp) -> bool {
        self.saving(now).contains_key(site)
    }

    /// When the first of the sites' pauses ends.
    pub fn next_end(&self, now: Timestamp) -> Option<Timestamp> {
        let scopes = self.scopes(now);
        let sites = scopes.iter().filter(|(scope, _)| matches!(scope, Scope::Site(_)));
        let paused = sites.map(|(_, until)| *until).min();
        let saving = self.saving(now).values().min().copied();
        [paused, saving].into_iter().flatten().min()
    }

    /// What is in force now.
    fn scopes(&self, now: Timestamp) -> MutexGuard<'_, BTreeMap<Scope, Timestamp>> {
        let mut scopes = self.until.lock().expect("no panic while the map is held");
        scopes.retain(|_, until| *until > now);
        scopes
    }

    fn saving(&self, now: Timestamp) -> MutexGuard<'_, BTreeMap<String, Timestamp>> {
        let mut saving = self.saving.lock().expect("no panic while the map is held");
        saving.retain(|_, until| *until > now);
        saving
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_site_that_asked_is_left_alone_and_only_so_long() {
        let second = |second| Timestamp::from_second(second).expect("a time");
        let (pace, acme) = (Pace::default(), Scope::site("acme"));
        assert!(pace.pause(acme.clone(), second(10), second(1)));
        assert!(!pace.pause(acme.clone(), second(5), second(1)), "it is known for longer");
        assert!(pace.pause(Scope::Part("acme GET issue/*".to_owned()), second(7), second(1)));
        assert_eq!(pace.paused(second(9)), ["acme"]);
        assert_eq!(pace.next_end(second(6)), Some(second(10)));
        assert_eq!(pace.paused_until(&acme, second(9)), Some(second(10)));
        assert_eq!(pace.paused_until(&Scope::site("globex"), second(9)), None);
        assert!(pace.paused(second(10)).is_empty());
    }

    #[test]
    fn a_scope_is_read_as_it_was_written() {
        for scope in [Scope::site("acme"), Scope::Part("acme POST issue/*".to_owned())] {
            assert_eq!(Scope::of_text(&scope.to_text()), Some(scope));
        }
        assert_eq!(Scope::of_text("moon acme"), None);
    }
}
