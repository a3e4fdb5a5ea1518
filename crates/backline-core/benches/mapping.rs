//! Times the mapping doctor: 200 vulnerabilities of a real report, 60 fields of every source. `./bench mapping`.

use backline_core::finding::{self, Limits};
use backline_core::ids::{RepositoryName, VulnerabilityId, VulnerabilityKey};
use backline_core::jira::field::{Choice, FieldMeta, Schema};
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::compose::compose;
use backline_core::mapping::doctor;
use backline_core::mapping::read::View;
use backline_core::mapping::source::Source;
use backline_core::mapping::{FieldMapping, Mapping, Owner};
use backline_core::vulnerability::Vulnerability;
use backline_core::vulnerability::track::{Birth, first};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::hint::black_box;
use uuid::Uuid;

/// As in the product.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const REPORT: &[u8] = include_bytes!("../../../samples/trivy/pom.json");
const VULNERABILITIES: usize = 200;
const FIELDS: usize = 60;
const ROUNDS: u32 = 50;

fn main() {
    let all = vulnerabilities();
    let views: Vec<View<'_>> = all
        .iter()
        .map(|vulnerability| View { vulnerability, pull_requests: &[], public_url: "https://b.example" })
        .collect();
    let mapping = Mapping { fields: (0..FIELDS).map(field).collect(), ..Mapping::default() };
    let doctor = timed(|| drop(black_box(doctor::examine(black_box(&mapping), views.iter().copied()))));
    println!("doctor, {VULNERABILITIES} vulnerabilities x {FIELDS} fields: {doctor:.2} ms");
    let preview = timed(|| {
        for field in &mapping.fields {
            let _ = black_box(compose(field, views[0]));
        }
    });
    println!("preview of one ticket, {FIELDS} fields: {preview:.3} ms");
}

/// Milliseconds of one run, the median of many.
fn timed(run: impl Fn()) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = std::time::Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn vulnerabilities() -> Vec<Vulnerability> {
    let report = finding::read(REPORT, &Limits::default()).expect("a report");
    let of = |at: usize| {
        let birth = Birth {
            id: VulnerabilityId(Uuid::from_u128(at as u128)),
            key: VulnerabilityKey::from(format!("k{at}").as_str()),
            repository: RepositoryName::from("acme/payments-api"),
            scanner: "trivy".to_owned(),
            seen_at: Timestamp::UNIX_EPOCH,
            due_at: Some(Timestamp::UNIX_EPOCH),
        };
        first(birth, &report.findings[at % report.findings.len()])
    };
    (0..VULNERABILITIES).map(of).collect()
}

/// One of five, in turn: a template, the document, a mapped choice, a plain field, labels.
fn field(at: usize) -> FieldMapping {
    let backline = |field| Source::Backline { field, values: BTreeMap::new(), default: None };
    let (kind, items, custom, source) = match at % 5 {
        0 => {
            let text = "[{{ severity | upper }}] {{ headline }} ({{ repository_short }})".to_owned();
            ("string", None, "textfield", Source::Manual { text })
        }
        1 if at == 1 => ("string", None, "textarea", backline(BacklineField::Finding)),
        1 => ("string", None, "textarea", backline(BacklineField::Description)),
        2 => {
            let default = Some(Choice::new("3", "Medium"));
            let source =
                Source::Backline { field: BacklineField::Severity, values: BTreeMap::new(), default };
            ("option", None, "select", source)
        }
        3 => ("date", None, "datepicker", backline(BacklineField::DueAt)),
        _ => ("array", Some("string"), "labels", backline(BacklineField::Labels)),
    };
    let field = FieldMeta {
        id: format!("customfield_{}", 10_000 + at).as_str().into(),
        name: format!("Field {at}"),
        is_required: at.is_multiple_of(2),
        has_default: false,
        schema: Some(Schema {
            kind: kind.to_owned(),
            items: items.map(str::to_owned),
            system: None,
            custom: Some(format!("com.atlassian.jira.plugin.system.customfieldtypes:{custom}")),
        }),
        operations: vec!["set".to_owned()],
        allowed: (kind == "option").then(|| {
            ["Critical", "High", "Medium", "Low"]
                .iter()
                .enumerate()
                .map(|(at, label)| Choice::new((at + 1).to_string(), *label))
                .collect()
        }),
    };
    FieldMapping { field, source, owner: Owner::Shared }
}
