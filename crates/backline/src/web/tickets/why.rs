//! Why a ticket is as it is: what comes next, what is not known yet, and what was sent.

use crate::web::audit::written::Written;
use crate::web::part::moment::Moment;
use backline_store::why::{Doubt, NextLook, Why};

pub struct Because {
    pub next: Option<Next>,
    /// Answers that were lost, a sentence each.
    pub doubts: Vec<String>,
    pub writes: Vec<Written>,
}

/// One sentence with a time in it.
pub struct Next {
    pub lead: &'static str,
    pub at: Option<Moment>,
    /// What led to it, and how often it was tried.
    pub rest: String,
}

impl Because {
    pub fn of(why: &Why) -> Self {
        Self {
            next: why.next.as_ref().map(Next::of),
            doubts: why.doubts.iter().map(doubt).collect(),
            writes: why.writes.iter().map(Written::of).collect(),
        }
    }
}

impl Next {
    fn of(next: &NextLook) -> Self {
        let because = match next.reasons.as_slice() {
            [] => String::new(),
            reasons => format!(", because {}", reasons.join("; ")),
        };
        let (lead, at) = match next.is_under_way {
            true => ("It is being worked on", None),
            false => ("It is looked at", Some(Moment::of(next.at))),
        };
        let tried = match next.tries {
            0 => String::new(),
            _ if next.is_under_way => String::new(),
            1 => "; tried once so far".to_owned(),
            tries => format!("; tried {tries} times so far"),
        };
        Self { lead, at, rest: format!("{because}{tried}.") }
    }
}

fn doubt(doubt: &Doubt) -> String {
    let what = doubt.operation.replace('_', " ");
    let at = Moment::of(doubt.begun_at).text;
    format!("The answer to a {what} of {at} was lost: what became of it is looked for.")
}

#[cfg(test)]
mod tests {
    use super::Next;
    use backline_store::why::NextLook;

    #[test]
    fn a_sentence_says_when_and_for_what() {
        let look = |reasons: &[&str], tries, is_under_way| {
            let reasons = reasons.iter().map(|reason| (*reason).to_owned()).collect();
            let at = "2026-11-26T07:00:00Z".parse().unwrap();
            let next = Next::of(&NextLook { at, reasons, tries, is_under_way });
            format!("{} {}{}", next.lead, next.at.map(|at| at.text).unwrap_or_default(), next.rest)
        };
        assert_eq!(look(&[], 0, false), "It is looked at 26 Nov 2026, 07:00.");
        assert_eq!(
            look(&["a report came", "acme/api#1 was merged"], 2, false),
            "It is looked at 26 Nov 2026, 07:00, because a report came; acme/api#1 was merged; tried 2 times so far."
        );
        assert_eq!(look(&["a report came"], 1, true), "It is being worked on , because a report came.");
    }
}
