//! Who has asked to be left alone, and until when: a whole site, one endpoint of it, or one issue.
//!
//! What answers "too many requests" is not asked again before the time it named; everything else goes on.

pub mod limited;

use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Mutex;

#[derive(Debug, Default)]
pub struct Pace {
    until: Mutex<BTreeMap<String, Timestamp>>,
    /// Endpoints and issues, which hold up only what is about them.
    parts: Mutex<BTreeMap<String, Timestamp>>,
}

impl Pace {
    /// Leaves a site alone until a time; a later time that is known already stays.
    pub fn pause(&self, site: &str, until: Timestamp) {
        let mut sites = self.until.lock().expect("no panic while the map is held");
        let entry = sites.entry(site.to_owned()).or_insert(until);
        *entry = (*entry).max(until);
    }

    /// Until when a site is to be left alone, if it is.
    pub fn paused_until(&self, site: &str, now: Timestamp) -> Option<Timestamp> {
        let sites = self.until.lock().expect("no panic while the map is held");
        sites.get(site).copied().filter(|until| *until > now)
    }

    /// Leaves an endpoint or an issue alone until a time.
    fn close(&self, part: String, until: Timestamp, now: Timestamp) {
        let mut parts = self.parts.lock().expect("no panic while the map is held");
        parts.retain(|_, until| *until > now);
        let entry = parts.entry(part).or_insert(until);
        *entry = (*entry).max(until);
    }

    /// Until when a part is to be left alone, if it is.
    fn closed_until(&self, part: &str, now: Timestamp) -> Option<Timestamp> {
        let parts = self.parts.lock().expect("no panic while the map is held");
        parts.get(part).copied().filter(|until| *until > now)
    }

    /// The sites that are not to be asked now.
    pub fn paused(&self, now: Timestamp) -> Vec<String> {
        let mut sites = self.until.lock().expect("no panic while the map is held");
        sites.retain(|_, until| *until > now);
        sites.keys().cloned().collect()
    }

    /// When the first of the pauses ends.
    pub fn next_end(&self, now: Timestamp) -> Option<Timestamp> {
        let sites = self.until.lock().expect("no panic while the map is held");
        sites.values().filter(|until| **until > now).min().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_site_that_asked_is_left_alone_and_only_so_long() {
        let second = |second| Timestamp::from_second(second).expect("a time");
        let pace = Pace::default();
        pace.pause("acme", second(10));
        pace.pause("acme", second(5));
        assert_eq!(pace.paused(second(9)), ["acme"]);
        assert_eq!(pace.next_end(second(9)), Some(second(10)));
        assert_eq!(pace.paused_until("acme", second(9)), Some(second(10)));
        assert_eq!(pace.paused_until("globex", second(9)), None);
        assert!(pace.paused(second(10)).is_empty());
    }
}
