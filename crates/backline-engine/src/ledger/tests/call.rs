//! One call, as a value: drawn from a generator, printed when it fails.

use super::pair::Pair;
use super::world::SITES;
use crate::testing::random::Random;
use backline_core::ids::{CloudId, IntentId, IssueId, IssueKey, RepositoryName, StatusId, SubjectId};
use backline_core::jira::workflow::{Category, Status, Transition};
use backline_core::notice::{Blocked, End};
use backline_core::ticket::{Applied, Learned, Ticket};
use backline_core::vulnerability::Dismissal;
use backline_store::audit::{Action, Answer, Called, Request};
use backline_store::intent::Intent;
use backline_store::reconcile::{Decided, Looked, Outcome, Verdict};
use backline_store::timeline::{TimelineEntry, TimelineKind};
use backline_store::work::{Due, Next, Priority, WorkKey};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use uuid::Uuid;

/// `lease`, `read` and `notice` name one that was answered before, by its place; it may be stale.
#[derive(Debug)]
pub enum Call {
    Advance { to: Timestamp },
    Mark(Vec<Due>),
    Lease { owner: &'static str, lease_ms: u32, limit: usize, excluded: Vec<CloudId> },
    Pressing { owner: &'static str, limit: usize, least: Priority, at: Option<Vec<CloudId>> },
    Alike { lease: usize, project: usize, limit: usize },
    Extend { lease: usize, lease_ms: u32 },
    Finish { lease: usize, next: Next },
    Begin { lease: usize, intent: Intent, failed: Vec<IntentId> },
    Admit { asked: Vec<(usize, SubjectId)>, per_hour: u32 },
    Creates { begun: Vec<(usize, Intent, Vec<IntentId>)>, is_limited: bool },
    Approve { shown: usize },
    Undo { batch: usize },
    Carry { lease: usize, limit: u64 },
    Record { lease: usize, outcome: Box<Outcome> },
    Probe { lease: usize, next: Next },
    Told { notice: usize, is_over: bool },
    BreakLeases,
    Touch(Vec<SubjectId>),
    ReadGrant { connection: usize },
    BeginRefresh { read: usize, owner: &'static str },
    EndRefresh { read: usize, owner: &'static str },
    Renew { read: usize, word: String },
    Lose { read: usize },
    Connect { site: &'static str, word: String },
    Disconnect { connection: usize },
}

const OWNERS: [&str; 2] = ["a", "b"];

pub fn draw(random: &mut Random, pair: &Pair) -> Call {
    match random.below(100) {
        0..8 => Call::Advance { to: later(pair.now, random.below(9_000)) },
        // To the millisecond at which something is due or a lease ends.
        8..12 => Call::Advance { to: pair.next_due_at.unwrap_or(pair.now).max(pair.now) },
        12..26 => Call::Mark((0..=random.below(3)).map(|_| due(random, pair)).collect()),
        26 => Call::Pressing {
            owner: random.pick(&OWNERS),
            limit: random.below(3),
            least: random.pick(&[Priority::PullRequest, Priority::Update]),
            at: random.pick(&[None, Some(vec![CloudId::from(SITES[0])])]),
        },
        27..43 => Call::Lease {
            owner: random.pick(&OWNERS),
            lease_ms: 1_000 * (3 + random.below(12) as u32),
            limit: random.below(5),
            excluded: random.some(&SITES.map(CloudId::from), 15),
        },
        43..45 if pair.leases() > 0 => {
            let lease = of_a_subject(random, pair);
            Call::Alike { lease, project: random.below(SITES.len()), limit: random.below(4) }
        }
        45..46 if pair.leases() > 0 => {
            let lease = recent(random, pair.leases());
            Call::Extend { lease, lease_ms: 1_000 * (3 + random.below(12) as u32) }
        }
        46..53 if pair.leases() > 0 => {
            let probes: Vec<usize> = (0..pair.leases()).filter(|lease| pair.is_probe(*lease)).collect();
            let batches = (0..pair.leases()).filter(|lease| pair.batch_of(*lease).is_some());
            let batches: Vec<usize> = batches.collect();
            // Few keys are probes, and fewer batches: at times one of all that there were, so that stale ones come too.
            let lease = match random.below(10) {
                0..4 if !batches.is_empty() => random.pick(&batches),
                4..7 if !probes.is_empty() => random.pick(&probes),
                _ => recent(random, pair.leases()),
            };
            match random.chance(80) {
                true if pair.is_probe(lease) => Call::Probe { lease, next: next(random, pair) },
                true if pair.batch_of(lease).is_some() => {
                    Call::Carry { lease, limit: 1 + random.below(3) as u64 }
                }
                _ => Call::Finish { lease, next: next(random, pair) },
            }
        }
        53..59 if pair.leases() > 0 => begin(random, pair),
        59..63 if pair.leases() > 0 => {
            let several = several(random, pair);
            let begun = several.into_iter().map(|(lease, _)| create(random, pair, lease)).collect();
            Call::Creates { begun, is_limited: random.chance(80) }
        }
        63..65 if pair.leases() > 0 => {
            Call::Admit { asked: several(random, pair), per_hour: random.below(3) as u32 }
        }
        65..68 if pair.shown() > 0 => Call::Approve { shown: recent(random, pair.shown()) },
        68..72 if pair.batches() > 0 => Call::Undo { batch: random.below(pair.batches()) },
        72..80 if pair.leases() > 0 => record(random, pair),
        80..82 if pair.notices() > 0 => {
            Call::Told { notice: random.below(pair.notices()), is_over: random.chance(30) }
        }
        82 => Call::BreakLeases,
        83..86 => Call::ReadGrant { connection: random.below(SITES.len()) },
        86..97 if pair.reads() > 0 => {
            let read =
                if random.chance(50) { random.below(pair.reads()) } else { recent(random, pair.reads()) };
            let owner = random.pick(&OWNERS);
            match random.below(8) {
                0..3 => Call::BeginRefresh { read, owner },
                3 => Call::EndRefresh { read, owner },
                4..7 => Call::Renew { read, word: pair.word() },
                _ => Call::Lose { read },
            }
        }
        97 => Call::Connect { site: random.pick(&SITES), word: pair.word() },
        98 => Call::Disconnect { connection: random.below(SITES.len()) },
        99 => Call::Touch(random.some(&pair.subjects, 50)),
        _ => Call::Advance { to: later(pair.now, 1) },
    }
}

/// Mostly the last few, at times an old one.
fn recent(random: &mut Random, count: usize) -> usize {
    if random.chance(85) { count - 1 - random.below(count.min(3)) } else { random.below(count) }
}

/// One of the last few that is of a subject, where there is one.
fn of_a_subject(random: &mut Random, pair: &Pair) -> usize {
    let drawn = recent(random, pair.leases());
    (drawn.saturating_sub(2)..=drawn).rev().find(|lease| pair.subject_of(*lease).is_some()).unwrap_or(drawn)
}

fn later(now: Timestamp, ms: usize) -> Timestamp {
    now + SignedDuration::from_millis(ms as i64)
}

fn due(random: &mut Random, pair: &Pair) -> Due {
    let key = match random.below(5) {
        0 => WorkKey::PullRequest {
            repository: RepositoryName::from("acme/api"),
            number: 1 + random.below(4) as u64,
        },
        1 => WorkKey::PollGithub(RepositoryName::from("acme/api")),
        _ => WorkKey::Subject(random.pick(&pair.subjects)),
    };
    Due {
        key,
        site: random.some(&SITES.map(CloudId::from), 40).pop(),
        // A coarse grid, so that equals are common.
        at: later(pair.now, 500 * random.below(12)) - SignedDuration::from_millis(2_000),
        priority: random.pick(&[
            Priority::PullRequest,
            Priority::NewCritical,
            Priority::Update,
            Priority::Check,
        ]),
        reason: format!("reason {}", random.below(12)),
    }
}

fn next(random: &mut Random, pair: &Pair) -> Next {
    let at = later(pair.now, 500 * random.below(20));
    random.pick(&[Next::Done, Next::OnChange, Next::At(at), Next::Watch(at), Next::Retry(at)])
}

/// Of the lease's own subject where it has one.
fn subject(random: &mut Random, pair: &Pair, lease: usize) -> SubjectId {
    pair.subject_of(lease).unwrap_or(random.pick(&pair.subjects))
}

/// Leases of subjects that differ, each with its subject.
fn several(random: &mut Random, pair: &Pair) -> Vec<(usize, SubjectId)> {
    let mut several: BTreeMap<SubjectId, usize> = BTreeMap::new();
    for _ in 0..=random.below(3) {
        let lease = of_a_subject(random, pair);
        several.insert(subject(random, pair, lease), lease);
    }
    several.into_iter().map(|(subject, lease)| (lease, subject)).collect()
}

fn begin(random: &mut Random, pair: &Pair) -> Call {
    let lease = of_a_subject(random, pair);
    let (lease, intent, failed) = create(random, pair, lease);
    let kind = random.pick(&["create", "comment", "edit"]).to_owned();
    Call::Begin { lease, intent: Intent { kind, ..intent }, failed }
}

fn create(random: &mut Random, pair: &Pair, lease: usize) -> (usize, Intent, Vec<IntentId>) {
    let subject = subject(random, pair, lease);
    let open = pair.intents_of(subject);
    // Several may be drawn for one call, each under another lease.
    let number = 1_000 * (1 + pair.intents.len() as u128) + lease as u128;
    let intent = Intent {
        id: if random.chance(5) { open.first().copied() } else { None }
            .unwrap_or(IntentId(Uuid::from_u128(number))),
        subject,
        kind: "create".to_owned(),
        nonce: Uuid::from_u128(1_000_000 + number),
        operation: serde_json::json!({"number": number as u64}),
        begun_at: pair.now,
        deadline_at: later(pair.now, 30_000),
    };
    (lease, intent, random.some(&open, 50))
}

fn record(random: &mut Random, pair: &Pair) -> Call {
    let lease = of_a_subject(random, pair);
    let subject = subject(random, pair, lease);
    let open = pair.intents_of(subject);
    let note = |number: usize| {
        TimelineEntry::new(pair.now, TimelineKind::Noted, format!("note {number}")).about_subject(subject)
    };
    let outcome = Outcome {
        subject: if random.chance(3) { SubjectId(Uuid::from_u128(7)) } else { subject },
        ticket: random.chance(60).then(|| ticket(random, pair)),
        looked: random.chance(50).then(|| Looked { stale: random.below(3) as u64, changed_at: None }),
        decided: random.chance(10).then(|| decided(random, pair)),
        confirmed: random.some(&open, 40),
        failed: random.some(&open, 20),
        calls: random.some(&open, 30).into_iter().map(called).collect(),
        timeline: (0..random.below(3)).map(note).collect(),
        learned: (0..random.below(3)).map(|_| learned(random)).collect(),
        verdict: match random.below(3) {
            0 => Verdict::Unchanged,
            1 => Verdict::Clear(random.pick(&[End::Mended, End::Mended, End::Resolved])),
            _ => Verdict::Blocked {
                blocked: blocked(&format!("cause {}", random.below(3))),
                look_at: later(pair.now, 500 * random.below(12)),
            },
        },
        due: (0..random.below(3)).map(|_| due(random, pair)).collect(),
        next: next(random, pair),
    };
    Call::Record { lease, outcome: Box::new(outcome) }
}

fn called(intent: IntentId) -> Called {
    Called {
        intent,
        call: intent.0,
        action: Action::JiraCreate,
        object: "SEC-1".to_owned(),
        rule: "no ticket yet".to_owned(),
        reason: "found".to_owned(),
        request: Request { method: "POST".to_owned(), path: "/issue".to_owned(), body: "{}".to_owned() },
        answer: Answer { status: Some(201), words: String::new() },
    }
}

fn decided(random: &mut Random, pair: &Pair) -> Decided {
    let ticket = IssueId::new(format!("{}", 62 + random.below(6)));
    match random.chance(60) {
        true => Decided::Dismissed(Dismissal {
            ticket: random.chance(70).then_some(ticket),
            ..Dismissal::said(pair.now, "SEC-1", "was closed in Jira as Won't Do")
        }),
        false => Decided::TakenBack { by: "SEC-1".to_owned() },
    }
}

fn ticket(random: &mut Random, pair: &Pair) -> Ticket {
    let number = 62 + random.below(6);
    Ticket {
        issue: IssueId::new(format!("{number}")),
        key: IssueKey::new(format!("SEC-{number}")),
        status: None,
        applied: Applied { mapping_version: random.below(5) as u32, ..Applied::default() },
        created_at: pair.now,
        is_gone: random.chance(10),
    }
}

fn learned(random: &mut Random) -> Learned {
    let status = |number: usize| Status {
        id: StatusId::new(format!("{number}")),
        name: format!("Status {number}"),
        category: Category::New,
    };
    let to = status(random.below(4));
    let transition =
        Transition { id: "11".into(), name: "Go".to_owned(), to, has_screen: false, fields: Vec::new() };
    Learned { from: status(random.below(4)).id, transitions: vec![transition] }
}

pub fn blocked(cause: &str) -> Blocked {
    Blocked {
        cause: cause.to_owned(),
        what: "Jira refused to create a ticket in SEC".to_owned(),
        why: "Team is required".to_owned(),
        remedy: "Map Team".to_owned(),
        page: "/integrations/jira".to_owned(),
    }
}
