//! Prints documents that Backline would send to Jira, one a line, for `tests/adf` to hold against the published schema.
//!
//! Of every sample's findings, and of hostile text in every place that takes text: descriptions, comments of every
//! step in Backline's words and in a mapping's own, and every field of the catalogue in a paragraph field.

use backline_core::finding::{self, Limits, Location, Package};
use backline_core::ids::{PullRequestId, RepositoryName, VulnerabilityId, VulnerabilityKey};
use backline_core::jira::adf::Doc;
use backline_core::jira::adf::build::{Builder, code, link, strong, text};
use backline_core::jira::field::{FieldMeta, Schema};
use backline_core::jira::value::Value;
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::compose::compose;
use backline_core::mapping::read::View;
use backline_core::mapping::source::Source;
use backline_core::mapping::telling::{Happening, OCCASIONS, Telling};
use backline_core::mapping::{FieldMapping, Owner};
use backline_core::pull_request::{PullRequest, State, Tracked};
use backline_core::vulnerability::track::{Birth, first};
use backline_core::vulnerability::{Dismissal, DismissalKind, Resolution, Vulnerability};
use jiff::Timestamp;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

#[path = "documents/hostile.rs"]
mod hostile;
#[path = "documents/said.rs"]
mod said;

const LONG_BYTES: usize = 5_000;
const LONG_FIELDS: [BacklineField; 4] =
    [BacklineField::Finding, BacklineField::Title, BacklineField::Description, BacklineField::References];
const PUBLIC_URL: &str = "https://backline.example";

/// How a builder takes a text.
type Adds = fn(Builder, &str) -> Builder;

fn main() -> std::io::Result<()> {
    let mut out = Out(BufWriter::new(std::io::stdout().lock()));
    for vulnerability in sampled()? {
        of(&mut out, "sample", &vulnerability, &[pull_request("Fix it")])?;
    }
    for (name, words) in hostile::texts() {
        of(&mut out, name, &vulnerability(&words), &[pull_request(&words), pull_request(&words)])?;
        parts(&mut out, name, &words)?;
    }
    let many = vec![pull_request("Fix it"); 1_000];
    of(&mut out, "many pull requests", &vulnerability("short"), &many)
}

struct Out<W>(W);

impl<W: Write> Out<W> {
    /// What Jira is sent is null where there is nothing to say, so an empty document is none.
    fn document(&mut self, of: &str, doc: &Doc) -> std::io::Result<()> {
        match doc.is_empty() {
            true => Ok(()),
            false => writeln!(self.0, "{}", json!({"of": of, "document": doc.to_json()})),
        }
    }
}

/// Everything that is written of one vulnerability.
fn of<W: Write>(out: &mut Out<W>, name: &str, v: &Vulnerability, prs: &[Tracked]) -> std::io::Result<()> {
    let view = View { vulnerability: v, pull_requests: prs, public_url: PUBLIC_URL };
    // What is long is cut the same in every field of its shape.
    let is_long = v.title.len() > LONG_BYTES;
    let fields = BacklineField::ALL.iter().filter(|field| !is_long || LONG_FIELDS.contains(field));
    for field in fields {
        let source = Source::Backline { field: *field, values: BTreeMap::new(), default: None };
        out.document(&format!("{name}: {}", field.word()), &filled(source, view))?;
    }
    for template in [
        "{{ title }}\n{{ description }}\n\n{{ references }}",
        "{% for a in title | split(' ') %}{{ a }}\n{% endfor %}",
    ] {
        out.document(
            &format!("{name}: a template"),
            &filled(Source::Manual { text: template.to_owned() }, view),
        )?;
        let telling = Telling::read(template).expect("it is a template");
        let occasions = if is_long { &OCCASIONS[..1] } else { &OCCASIONS[..] };
        for occasion in occasions {
            let happening = Happening { event: &v.title, occasion };
            let doc = telling.body(view, happening).ok().flatten().unwrap_or_default();
            out.document(&format!("{name}: a comment in own words, {occasion}"), &doc)?;
        }
    }
    for (occasion, doc) in said::comments(v, prs) {
        out.document(&format!("{name}: a comment, {occasion}"), &doc)?;
    }
    Ok(())
}

/// The parts that documents are built of, each alone and all together.
fn parts<W: Write>(out: &mut Out<W>, name: &str, words: &str) -> std::io::Result<()> {
    let inlines =
        || [text(words), strong(words), code(words), link(words, words), link(words, "https://b.example")];
    let item = || inlines().to_vec();
    let builders: [(&str, Adds); 2] = [
        ("heading", |builder, words| builder.heading(9, words)),
        ("prose", |builder, words| builder.prose(words)),
    ];
    for (part, build) in builders {
        out.document(&format!("{name}: {part}"), &build(Builder::new(), words).doc())?;
    }
    let all = Builder::new()
        .heading(0, words)
        .paragraph(inlines())
        .facts([("One", item()), ("Two", vec![text(words)]), ("None", Vec::new())])
        .bullets([item(), vec![text("")], item()])
        .lines(words, &[words.to_owned()])
        .prose(words);
    out.document(&format!("{name}: all parts"), &all.doc())
}

fn filled(source: Source, view: View<'_>) -> Doc {
    let schema =
        Schema { kind: "string".to_owned(), system: Some("description".to_owned()), ..Schema::default() };
    let field = FieldMeta {
        id: "description".into(),
        name: "Description".to_owned(),
        is_required: false,
        has_default: false,
        schema: Some(schema),
        operations: vec!["set".to_owned()],
        allowed: None,
    };
    match compose(&FieldMapping { field, source, owner: Owner::Shared }, view) {
        Ok(Some(Value::Rich(doc))) => doc,
        // Longer than a template may be.
        Ok(_) | Err(_) => Doc::default(),
    }
}

fn sampled() -> std::io::Result<Vec<Vulnerability>> {
    let mut all = Vec::new();
    for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples"))? {
        let Ok(report) = finding::read(&std::fs::read(path)?, &Limits::default()) else { continue };
        all.extend(report.findings.iter().map(|finding| first(birth(), finding)));
    }
    assert!(all.len() > 100, "the samples hold more than {} findings", all.len());
    Ok(all)
}

fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => found.extend(files(&path)?),
            false => found.push(path),
        }
    }
    found.sort();
    Ok(found)
}

fn birth() -> Birth {
    Birth {
        id: VulnerabilityId(Uuid::from_u128(1)),
        key: VulnerabilityKey::from("key"),
        repository: RepositoryName::from("acme/payments-api"),
        scanner: "trivy".to_owned(),
        seen_at: Timestamp::UNIX_EPOCH,
        due_at: Some(Timestamp::UNIX_EPOCH),
    }
}

/// One that says the same words in every place that takes words.
fn vulnerability(words: &str) -> Vulnerability {
    let all = || vec![words.to_owned(), words.to_owned()];
    let known = finding::read(SMALLEST, &Limits::default()).expect("it is a report");
    let small = first(birth(), &known.findings[0]);
    let package = Package {
        ecosystem: words.to_owned(),
        name: words.to_owned(),
        version: words.to_owned(),
        purl: Some(words.to_owned()),
        fixed_versions: all(),
    };
    Vulnerability {
        repository: RepositoryName::from(words),
        title: words.to_owned(),
        description: words.to_owned(),
        identifiers: all(),
        cwes: all(),
        package: Some(package),
        location: Location {
            path: Some(words.to_owned()),
            image: Some(words.to_owned()),
            resource: Some(words.to_owned()),
            ..small.location
        },
        rule: Some(words.to_owned()),
        remedy: Some(words.to_owned()),
        references: all(),
        scanners: all(),
        reopened_count: 1,
        resolved: Some(Resolution { at: Timestamp::UNIX_EPOCH, report: None, evidence: words.to_owned() }),
        dismissed: Some(Dismissal {
            at: Timestamp::UNIX_EPOCH,
            by: words.to_owned(),
            reason: words.to_owned(),
            kind: DismissalKind::Other,
            until: None,
            ticket: None,
        }),
        ..small
    }
}

const SMALLEST: &[u8] = br#"{"SchemaVersion": 2, "ArtifactName": "a", "Results": [{"Target": "package-lock.json",
    "Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": [{"VulnerabilityID": "CVE-2021-23337", "PkgName": "lodash",
    "InstalledVersion": "4.17.4", "Severity": "HIGH", "Title": "Command injection"}]}]}"#;

fn pull_request(words: &str) -> Tracked {
    let pull_request = PullRequest {
        repository: RepositoryName::from(words),
        number: 12,
        url: words.to_owned(),
        title: words.to_owned(),
        body: words.to_owned(),
        state: State::Open,
        is_draft: false,
        branch: words.to_owned(),
        base: words.to_owned(),
        targets_default_branch: true,
        author: words.to_owned(),
        author_is_bot: false,
        head_sha: String::new(),
        commit_messages: Vec::new(),
        merged_at: None,
        updated_at: Timestamp::UNIX_EPOCH,
    };
    Tracked { id: PullRequestId(Uuid::from_u128(1)), pull_request, merged_by: None }
}
