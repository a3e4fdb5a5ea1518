//! Draws a plan from a seed, in the manner of a swarm: of the kinds of trouble about half are off in each world, and
//! those that are on are rare in one and frequent in another.

use super::{Act, Admin, Change, Code, Does, Fault, Killed, Line, Plan, Setup, User};
use crate::random::{Random, Stream};

/// Requests among which faults are drawn; what comes later has none.
const REQUESTS: u64 = 2_500;
/// Calls of the ledger among which a process dies.
const CALLS: u64 = 6_000;
/// How long a commit may come after its request ended; below the settle time.
const LATE_MS_MAX: u64 = 590_000;
const DOWN_MS: (u64, u64) = (100, 60_000);

impl Plan {
    pub fn draw(seed: u64) -> Self {
        let setup = setup(seed);
        let mut lines = acts(seed, &setup);
        lines.extend(faults(seed));
        lines.extend(deaths(seed, &setup));
        Self { seed, setup, lines }
    }
}

fn setup(seed: u64) -> Setup {
    let mut random = Random::of(seed, Stream::Setup);
    let latency = random.pick(&[(5, 40), (50, 400), (200, 3_000)]);
    Setup {
        replicas: random.between(1, 3) as usize,
        workers: random.between(1, 2) as usize,
        cap: random.chance(350).then(|| random.between(2, 8) as u32),
        settle_s: 600,
        search_lag_ms: random.pick(&[0, 1_500, 60_000, 500_000]),
        latency_ms: latency,
        safety_s: random.pick(&[1_800, 3_600, 7_200]),
    }
}

/// Which kinds of acts happen in this world, each with its weight.
struct Crowd(Vec<(u64, Kind)>);

#[derive(Clone, Copy)]
enum Kind {
    Scan,
    Person,
    Vandal,
    Code,
    Admin,
    Session,
    Approve,
    Pause,
    Kill,
}

impl Crowd {
    fn of(random: &mut Random) -> Self {
        let mut kinds = vec![(8, Kind::Scan), (6, Kind::Person), (5, Kind::Code)];
        for (weight, kind) in [
            (2, Kind::Vandal),
            (2, Kind::Admin),
            (1, Kind::Session),
            (2, Kind::Pause),
            (2, Kind::Kill),
            (2, Kind::Approve),
        ] {
            if random.chance(500) {
                kinds.push((weight, kind));
            }
        }
        Self(kinds)
    }

    fn draw(&self, random: &mut Random) -> Kind {
        let mut left = random.below(self.0.iter().map(|(weight, _)| weight).sum());
        for (weight, kind) in &self.0 {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *kind,
            }
        }
        Kind::Scan
    }
}

fn acts(seed: u64, setup: &Setup) -> Vec<Line> {
    let mut random = Random::of(seed, Stream::People);
    let crowd = Crowd::of(&mut random);
    let first = (0..random.between(3, 10)).map(|_| Change::Add { severity: random.below(4) }).collect();
    let mut lines = vec![Line::Act { at_ms: 1_000, act: Act::Scan(first) }];
    let mut at: Vec<u64> =
        (0..random.between(20, 80)).map(|_| random.between(2_000, setup.safety_s * 1_000)).collect();
    at.sort_unstable();
    for at_ms in at {
        let kind = crowd.draw(&mut random);
        // What a person breaks off is taken up again some time later.
        for (after_ms, act) in act(&mut random, kind, setup) {
            lines.push(Line::Act { at_ms: at_ms + after_ms, act });
        }
    }
    lines
}

fn act(random: &mut Random, kind: Kind, setup: &Setup) -> Vec<(u64, Act)> {
    let pick = random.draw();
    let later = random.between(1_000, 1_200_000);
    let replica = random.below(setup.replicas as u64) as usize;
    match kind {
        Kind::Scan => vec![(0, Act::Scan(changes(random)))],
        Kind::Person => vec![(0, Act::Person { pick, does: does(random) })],
        Kind::Vandal => vec![(0, Act::Person { pick, does: worse(random) })],
        Kind::Code => vec![(0, Act::Code { pick, does: code(random) })],
        Kind::Admin => {
            let (bad, good) = random.pick(&[
                (
                    Admin::Transition { id: 21, is_offered: false },
                    Admin::Transition { id: 21, is_offered: true },
                ),
                (
                    Admin::Transition { id: 51, is_offered: false },
                    Admin::Transition { id: 51, is_offered: true },
                ),
                (Admin::Require { is_required: true }, Admin::Require { is_required: false }),
                (Admin::Edit { is_allowed: false }, Admin::Edit { is_allowed: true }),
                (Admin::Site { is_active: false }, Admin::Site { is_active: true }),
                (Admin::Expire { status: 401 }, Admin::Expire { status: 401 }),
            ]);
            vec![(0, Act::Admin(bad)), (later, Act::Admin(good))]
        }
        // Amid work: where nothing is under way, nothing can go wrong.
        Kind::Session => vec![
            (0, Act::Scan(additions(random))),
            (random.between(10, 4_000), Act::User(User::Disconnect)),
            (later, Act::User(User::Connect)),
        ],
        Kind::Approve => vec![(0, Act::User(User::Approve))],
        Kind::Pause => vec![
            (0, Act::Scan(additions(random))),
            (random.between(10, 4_000), Act::Pause { replica, ms: random.between(1_000, 60_000) }),
        ],
        Kind::Kill => vec![(0, Act::Kill { replica, down_ms: random.between(DOWN_MS.0, DOWN_MS.1) })],
    }
}

fn additions(random: &mut Random) -> Vec<Change> {
    (0..random.between(1, 4)).map(|_| Change::Add { severity: random.below(4) }).collect()
}

fn changes(random: &mut Random) -> Vec<Change> {
    (0..random.between(0, 3))
        .map(|_| match random.below(5) {
            0 | 1 => Change::Add { severity: random.below(4) },
            2 => Change::Drop { pick: random.draw() },
            3 => Change::Rate { pick: random.draw(), severity: random.below(4) },
            _ => Change::Refind { pick: random.draw() },
        })
        .collect()
}

fn does(random: &mut Random) -> Does {
    let word = random.below(1_000_000);
    match random.below(7) {
        0 => Does::Summary(word),
        1 => Does::Priority(random.between(1, 5)),
        2 => Does::Label(word),
        3 => Does::Unlabel,
        4 => Does::Describe(word),
        5 => Does::Comment(word),
        _ => Does::Transition(random.draw()),
    }
}

fn worse(random: &mut Random) -> Does {
    match random.below(5) {
        0 => Does::Move,
        1 => Does::Delete,
        2 => Does::Archive(true),
        3 => Does::Archive(false),
        _ => Does::Clone,
    }
}

fn code(random: &mut Random) -> Code {
    match random.below(8) {
        0..=2 => Code::Open,
        3 | 4 => Code::Merge,
        5 => Code::Close,
        6 => Code::Reopen,
        _ => Code::Words(random.below(1_000_000)),
    }
}

/// Kinds of faults of a request.
const FAULTS: usize = 14;

fn faults(seed: u64) -> Vec<Line> {
    let mut random = Random::of(seed, Stream::Network);
    let rates: Vec<u64> =
        (0..FAULTS).map(|_| if random.chance(500) { random.pick(&[2, 6, 20, 50]) } else { 0 }).collect();
    let mut lines = Vec::new();
    for request in 1..=REQUESTS {
        for (kind, rate) in rates.iter().enumerate() {
            // Drawn whether it comes or not, so that no request shifts the next.
            let (comes, fault) = (random.chance(*rate), fault(&mut random, kind));
            if comes {
                lines.push(Line::Fault { request, fault });
                break;
            }
        }
    }
    lines
}

fn fault(random: &mut Random, kind: usize) -> Fault {
    let down_ms = random.between(DOWN_MS.0, DOWN_MS.1);
    match kind {
        0 => Fault::Refused,
        1 => Fault::Reset,
        2 => Fault::ResetAfterCommit,
        3 => Fault::Late { ms: random.between(100, LATE_MS_MAX) },
        4 => Fault::Slow { ms: random.between(1_000, 120_000) },
        5 => Fault::Truncated,
        6 => Fault::Status { status: random.pick(&[500, 502, 503, 504]), is_after_commit: false },
        7 => Fault::Status { status: random.pick(&[500, 502, 503, 504]), is_after_commit: true },
        8 => Fault::TooMany {
            retry_after_s: random.chance(750).then(|| random.between(1, 300)),
            reason: random
                .pick(&["jira-quota-tenant-based", "jira-burst-based", "jira-per-issue-on-write"])
                .to_owned(),
        },
        9 => Fault::Garbage {
            shape: random.pick(&["broken", "json", "html", "foreign_id", "empty"]).to_owned(),
        },
        10 => Fault::ExpiredToken { status: 401 },
        11 => Fault::SearchLag { ms: random.between(1_000, 590_000) },
        12 => {
            Fault::Kill { when: random.pick(&[Killed::HalfSent, Killed::Sent, Killed::Committed]), down_ms }
        }
        _ => Fault::Race { does: does(random) },
    }
}

fn deaths(seed: u64, _: &Setup) -> Vec<Line> {
    let mut random = Random::of(seed, Stream::Processes);
    let rate = if random.chance(500) { random.pick(&[1, 3, 10]) } else { 0 };
    let mut lines = Vec::new();
    for call in 1..=CALLS {
        let (comes, is_after) = (random.chance(rate), random.chance(500));
        let down_ms = random.between(DOWN_MS.0, DOWN_MS.1);
        if comes {
            lines.push(Line::Cut { call, is_after, down_ms });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_one_plan_and_another_draws_another() {
        assert_eq!(Plan::draw(5), Plan::draw(5));
        assert_ne!(Plan::draw(5).lines, Plan::draw(6).lines);
    }

    #[test]
    fn every_kind_of_trouble_is_drawn_by_some_seed() {
        let words: std::collections::BTreeSet<String> = (0..40)
            .flat_map(|seed| Plan::draw(seed).lines)
            .map(|line| {
                let text = serde_json::to_string(&line).expect("plain JSON");
                text.split('"')
                    .filter(|word| word.starts_with(char::is_lowercase))
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        let all = words.into_iter().collect::<Vec<_>>().join("\n");
        for word in [
            "late",
            "truncated",
            "too_many",
            "garbage",
            "race",
            "kill",
            "half_sent",
            "cut",
            "pause",
            "disconnect",
        ] {
            assert!(all.contains(word), "{word}");
        }
    }
}
