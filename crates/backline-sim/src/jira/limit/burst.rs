//! Requests per second: a token bucket per site and endpoint, as large as its rate.

use super::{Endpoint, Level, Refused};
use std::collections::HashMap;

/// Tokens are counted in thousandths, so that a millisecond brings a whole number of them.
const TOKEN: u64 = 1_000;

#[derive(Debug)]
struct Bucket {
    thousandths: u64,
    at_ms: i64,
}

impl Bucket {
    fn fill(&mut self, rate: u64, now_ms: i64) {
        let elapsed_ms = u64::try_from(now_ms - self.at_ms).unwrap_or_default();
        self.thousandths = (self.thousandths + elapsed_ms.saturating_mul(rate)).min(rate * TOKEN);
        self.at_ms = now_ms;
    }
}

/// Every bucket that was asked of: at most the number of sites times that of endpoints.
#[derive(Debug, Default)]
pub struct Buckets(HashMap<Endpoint, HashMap<String, Bucket>>);

impl Buckets {
    /// Whether there is a token.
    pub fn check(
        &mut self,
        cloud_id: &str,
        endpoint: Endpoint,
        rate: u64,
        now_ms: i64,
    ) -> Result<(), Refused> {
        let thousandths = self.filled(cloud_id, endpoint, rate, now_ms).thousandths;
        if thousandths >= TOKEN {
            return Ok(());
        }
        // A rate of nothing never brings a token; a second later is as good an answer as any.
        let wait_ms = (TOKEN - thousandths).checked_div(rate).map_or(1_000, |ms| ms as i64 + 1);
        Err(Refused { reason: "jira-burst-based", limit: rate, wait_ms })
    }

    /// Takes a token that [`Buckets::check`] has seen.
    pub fn take(&mut self, cloud_id: &str, endpoint: Endpoint, rate: u64, now_ms: i64) -> Level {
        let bucket = self.filled(cloud_id, endpoint, rate, now_ms);
        bucket.thousandths = bucket.thousandths.saturating_sub(TOKEN);
        Level { limit: rate, remaining: bucket.thousandths / TOKEN }
    }

    fn filled(&mut self, cloud_id: &str, endpoint: Endpoint, rate: u64, now_ms: i64) -> &mut Bucket {
        let sites = self.0.entry(endpoint).or_default();
        if !sites.contains_key(cloud_id) {
            sites.insert(cloud_id.to_owned(), Bucket { thousandths: rate * TOKEN, at_ms: now_ms });
        }
        let bucket = sites.get_mut(cloud_id).expect("it was put there");
        bucket.fill(rate, now_ms);
        bucket
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const READ: Endpoint = Endpoint { method: "GET", path: "/myself" };

    #[test]
    fn a_bucket_empties_and_fills_at_its_rate() {
        let mut buckets = Buckets::default();
        for left in (0..10).rev() {
            assert!(buckets.check("a", READ, 10, 0).is_ok());
            assert_eq!(buckets.take("a", READ, 10, 0), Level { limit: 10, remaining: left });
        }
        let refused = buckets.check("a", READ, 10, 50).expect_err("the bucket is empty");
        assert_eq!((refused.limit, refused.reason), (10, "jira-burst-based"));
        assert!(buckets.check("b", READ, 10, 50).is_ok(), "another site has its own");
        assert!(buckets.check("a", READ, 10, 100).is_ok(), "a tenth of a second brings one token");
        buckets.take("a", READ, 10, 100);
        buckets.filled("a", READ, 10, 1_000_000);
        assert_eq!(buckets.take("a", READ, 10, 1_000_000).remaining, 9, "no more than the rate is saved up");
    }
}
