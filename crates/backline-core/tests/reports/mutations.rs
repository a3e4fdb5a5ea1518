//! A damaged report is read or refused, and nothing else happens.

use crate::sample;
use crate::samples::SAMPLES;
use backline_core::finding::{self, Limits};
use proptest::prelude::*;

/// The largest sample is left out: its parser is that of the other SARIF samples, and reading it takes longest.
fn small_samples() -> Vec<Vec<u8>> {
    SAMPLES.iter().map(|(name, ..)| sample(name)).filter(|bytes| bytes.len() < 100_000).collect()
}

fn check(bytes: &[u8]) {
    match finding::read(bytes, &Limits::default()) {
        Ok(report) => {
            let skipped: usize = report.skipped.iter().map(|skip| skip.count).sum();
            assert_eq!(report.rows, report.findings.len() + report.merged + skipped);
        }
        Err(refused) => {
            assert!(!refused.place.is_empty() && !refused.rule.is_empty() && !refused.remedy.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_cut_report_is_refused_or_read(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>()) {
        let samples = small_samples();
        let bytes = which.get(&samples);
        check(&bytes[..at.index(bytes.len())]);
    }

    #[test]
    fn a_changed_byte_is_refused_or_read(
        which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), byte in any::<u8>(),
    ) {
        let samples = small_samples();
        let mut bytes = which.get(&samples).clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        check(&bytes);
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }

    #[test]
    fn a_value_of_another_type_is_refused_or_read(
        which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(),
        put in prop::sample::select(vec!["null", "5", "-1.5", "true", "[]", "{}", "\"x\"", "[[]]", "{\"a\":{}}"]),
    ) {
        let samples = small_samples();
        let text = String::from_utf8(which.get(&samples).clone()).expect("samples are UTF-8");
        // After a colon stands a value: the one-line scalar there gives way to another value.
        let colons: Vec<usize> = text.match_indices("\": ").map(|(at, _)| at + 3).collect();
        prop_assume!(!colons.is_empty());
        let start = colons[at.index(colons.len())];
        let end = text[start..].find([',', '\n']).map_or(text.len(), |length| start + length);
        check(format!("{}{put}{}", &text[..start], &text[end..]).as_bytes());
    }
}
