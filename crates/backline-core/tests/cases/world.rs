//! Reads a case into facts, and prints the plan that they lead to.

use backline_core::finding::{Kind, Location, Package};
use backline_core::ids::*;
use backline_core::jira::adf::build::{Builder, text};
use backline_core::jira::field::{Choice, FieldMeta, Schema};
use backline_core::jira::issue::{Issue, IssueType, JiraProject, Named};
use backline_core::jira::kind;
use backline_core::jira::value::Value;
use backline_core::jira::workflow::{Category, Status, Transition};
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::closing::{ClosedBy, ClosingRule, Meaning};
use backline_core::mapping::lifecycle::{Lifecycle, Stage, Step};
use backline_core::mapping::source::Source;
use backline_core::mapping::{ConnectedProject, FieldMapping, Mapping, Owner};
use backline_core::pull_request::{PullRequest, State, Tracked};
use backline_core::severity::{Rating, Severity};
use backline_core::ticket::desired::{Desired, desired};
use backline_core::ticket::news::news;
use backline_core::ticket::plan::fields::in_words;
use backline_core::ticket::plan::{Fields, Operation, Plan, may_act, plan};
use backline_core::ticket::{Applied, Facts, Learned, Subject, Ticket};
use backline_core::vulnerability::{self, Dismissal, DismissalKind, Resolution, Vulnerability};
use jiff::Timestamp;
use std::collections::BTreeMap;
use uuid::Uuid;

const PUBLIC_URL: &str = "https://backline.example";
const LEVELS: [&str; 5] = ["Highest", "High", "Medium", "Low", "Lowest"];

pub struct World {
    facts: Facts,
    observed: BTreeMap<String, String>,
    offered: Vec<Transition>,
    resolution: Option<Named>,
}

impl World {
    pub fn read(given: &str) -> Self {
        let parts = parts(given);
        let lines = |name: &str| parts.get(name).cloned().unwrap_or_default();
        let mut facts = Facts {
            subject: Subject {
                id: SubjectId(Uuid::from_u128(1)),
                cloud_id: CloudId::new("cloud"),
                project: JiraProjectId::new("10000"),
                group_key: "vulnerability:1".to_owned(),
                generation: 1,
            },
            project: Some(project(&lines("mapping"), &lines("lifecycle"))),
            vulnerabilities: lines("finding").iter().enumerate().map(|(n, line)| finding(n, line)).collect(),
            pull_requests: lines("pull request").iter().map(|line| pull_request(line)).collect(),
            ticket: None,
            learned: lines("learned").iter().map(|line| learned(line)).collect(),
            stale: 0,
        };
        if let Some(line) = lines("ticket").first() {
            facts.ticket = Some(ticket(line));
            let wanted = wanted(&facts);
            let written =
                if parts.contains_key("was") { with(&facts, &lines("was")) } else { wanted.clone() };
            let told = parts.contains_key("told").then(|| with(&facts, &lines("told")));
            let ticket = facts.ticket.as_mut().expect("it was just set");
            for field in &written.fields {
                ticket.applied.fields.insert(field.field.id.clone(), field.value.clone());
            }
            apply(ticket, &wanted, &lines("applied"), &lines("said"));
            ticket.applied.yielded = lines("yielded").iter().map(|name| FieldId::new(name.clone())).collect();
            let told = told.iter().flat_map(|told| &told.fields);
            let told: Vec<_> = told.filter_map(|field| news(&ticket.applied, field)).collect();
            ticket.applied.told = told.into_iter().map(|news| (news.tells.field, news.tells.facts)).collect();
        }
        let observed = lines("observed").iter().map(|line| assignment(line)).collect();
        let offered = lines("offered").iter().map(|line| transition(line)).collect();
        let named = |name: &String| Named { id: name.clone(), name: name.clone() };
        let resolution = lines("closed as").first().map(named);
        let closing = &mut facts.project.as_mut().expect("it was just set").mapping.closing;
        for line in lines("closing") {
            match closing_rule(&line) {
                Ok(rule) => closing.rules.push(rule),
                Err(means) => closing.otherwise = means,
            }
        }
        Self { facts, observed, offered, resolution }
    }

    pub fn plan(&self) -> Plan {
        let issue = self.facts.ticket.as_ref().map(|ticket| self.issue(ticket));
        let observed = issue.as_ref().map(|issue| (issue, self.offered.as_slice()));
        plan(&self.facts, &wanted(&self.facts), observed)
    }

    /// Records the plan as carried out, as far as it is not a move.
    pub fn carry_out(&mut self, plan: &Plan) {
        let Some(ticket) = &mut self.facts.ticket else { return };
        let applied = &mut ticket.applied;
        applied.yielded.extend(plan.kept.iter().filter_map(|kept| kept.yielded.clone()));
        applied.stage = plan.stage_reached.or(applied.stage);
        for planned in &plan.operations {
            match &planned.operation {
                Operation::Comment { key, tells, .. } => {
                    assert!(applied.comments.insert(key.clone()), "{key} is said twice");
                    applied.told.extend(tells.clone().map(|tells| (tells.field, tells.facts)));
                }
                Operation::Link(link) => {
                    applied.links.insert(link.global_id.clone(), link.hash());
                }
                Operation::Edit(fields) => applied.fields.extend(fields.applied.clone()),
                Operation::Transition { stage, .. } => applied.stage = stage.or(applied.stage),
                Operation::Create(_) => {}
            }
        }
    }

    pub fn may_act(&self) -> bool {
        may_act(&self.facts, &wanted(&self.facts))
    }

    fn issue(&self, ticket: &Ticket) -> Issue {
        let mut fields: BTreeMap<FieldId, serde_json::Value> = BTreeMap::new();
        for (id, value) in &ticket.applied.fields {
            let meta = meta(id.as_str());
            fields.insert(id.clone(), kind::of(&meta).expect("a known kind").write(Some(value)));
        }
        for (name, words) in &self.observed {
            let id = FieldId::new(name.clone());
            let json = match value(name, words) {
                Some(value) => kind::of(&meta(name)).expect("a known kind").write(Some(&value)),
                None => serde_json::Value::Null,
            };
            fields.insert(id, json);
        }
        Issue {
            id: ticket.issue.clone(),
            key: ticket.key.clone(),
            project: JiraProjectId::new("10000"),
            status: ticket.status.clone().expect("a case names the status"),
            resolution: self.resolution.clone(),
            updated_at: None,
            fields,
            properties: BTreeMap::new(),
        }
    }
}

fn wanted(facts: &Facts) -> Desired {
    desired(facts, PUBLIC_URL).expect("a case has a finding and a project")
}

/// As it would be with these findings.
fn with(facts: &Facts, findings: &[String]) -> Desired {
    let vulnerabilities = findings.iter().enumerate().map(|(n, line)| finding(n, line)).collect();
    wanted(&Facts { vulnerabilities, ..facts.clone() })
}

fn parts(given: &str) -> BTreeMap<String, Vec<String>> {
    let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut name = String::new();
    for line in given.lines().filter(|line| !line.starts_with('#') || line.starts_with("#1")) {
        match line.strip_prefix("-- ") {
            Some(next) => {
                name = next.to_owned();
                parts.entry(name.clone()).or_default();
            }
            None if !line.trim().is_empty() => {
                parts.entry(name.clone()).or_default().push(line.trim().to_owned())
            }
            None => {}
        }
    }
    parts
}

fn day(day: &str) -> Timestamp {
    let day: u32 = day.parse().expect("a day of March 2026");
    format!("2026-03-{day:02}T09:00:00Z").parse().expect("a date")
}

fn finding(number: usize, line: &str) -> Vulnerability {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (name, version) = words[2].split_once('@').expect("package@version");
    let after = |word: &str| words.iter().position(|w| *w == word).map(|at| words[at + 1]);
    let has = |word: &str| words.contains(&word);
    let status = match (has("resolved"), has("dismissed")) {
        (true, _) => vulnerability::Status::Resolved,
        (_, true) => vulnerability::Status::Dismissed,
        _ => vulnerability::Status::Open,
    };
    Vulnerability {
        id: VulnerabilityId(Uuid::from_u128(100 + number as u128)),
        key: VulnerabilityKey::new(format!("key{number}")),
        repository: RepositoryName::new(after("in").expect("a repository")),
        kind: Kind::Package,
        status,
        title: format!("Weakness in {name}"),
        description: String::new(),
        rating: Rating {
            severity: Severity::from_word(words[1]),
            source: "nvd".to_owned(),
            word: words[1].to_owned(),
            score: None,
            vector: None,
        },
        identifiers: vec![words[0].to_owned()],
        cwes: Vec::new(),
        package: Some(Package {
            ecosystem: "npm".to_owned(),
            name: name.to_owned(),
            version: version.to_owned(),
            purl: None,
            fixed_versions: after("fixed").map(str::to_owned).into_iter().collect(),
        }),
        location: Location { path: Some("package-lock.json".to_owned()), ..Location::default() },
        rule: None,
        remedy: None,
        references: Vec::new(),
        scanners: vec!["trivy".to_owned()],
        detected_at: day("1"),
        due_at: None,
        last_seen_at: day(after("seen").unwrap_or("1")),
        resolved: has("resolved").then(|| Resolution {
            at: day("6"),
            report: None,
            evidence: "absent in the trivy scan of 6 March 2026".to_owned(),
        }),
        reopened_at: after("since").map(day),
        reopened_count: after("again").map_or(0, |count| count.parse().expect("a count")),
        dismissed: has("dismissed").then(|| Dismissal {
            at: day("6"),
            by: "ada".to_owned(),
            reason: "test code".to_owned(),
            kind: DismissalKind::Other,
            until: None,
            ticket: has("there").then(|| IssueId::new("1")),
        }),
    }
}

fn pull_request(line: &str) -> Tracked {
    let words: Vec<&str> = line.split_whitespace().collect();
    let number: u64 = words[0].trim_start_matches('#').parse().expect("a number");
    let merged_at = words.get(2).map(|at| day(at));
    let is_elsewhere = words.contains(&"elsewhere");
    let state = match words[1] {
        "merged" => State::Merged,
        "closed" => State::Closed,
        _ => State::Open,
    };
    let pull_request = PullRequest {
        repository: RepositoryName::new("acme/api"),
        number,
        url: format!("https://github.example/acme/api/pull/{number}"),
        title: "Fix it".to_owned(),
        body: String::new(),
        state,
        is_draft: words[1] == "draft",
        branch: "fix".to_owned(),
        base: if is_elsewhere { "release/1.x" } else { "main" }.to_owned(),
        targets_default_branch: !is_elsewhere,
        author: "dana".to_owned(),
        author_is_bot: false,
        head_sha: "abc".to_owned(),
        commit_messages: Vec::new(),
        merged_at,
        updated_at: day("4"),
    };
    let merged_by = pull_request.merged_by(day("9"));
    Tracked { id: PullRequestId(Uuid::from_u128(u128::from(number))), pull_request, merged_by }
}

fn meta(name: &str) -> FieldMeta {
    let schema = |kind: &str, items: Option<&str>, system: Option<&str>| Schema {
        kind: kind.to_owned(),
        items: items.map(str::to_owned),
        system: system.map(str::to_owned),
        custom: None,
    };
    let (schema, is_required) = match name {
        "summary" => (schema("string", None, Some("summary")), true),
        "description" => (schema("string", None, Some("description")), false),
        "labels" => (schema("array", Some("string"), Some("labels")), false),
        "priority" => (schema("priority", None, Some("priority")), false),
        "resolution" => (schema("resolution", None, Some("resolution")), true),
        _ => (schema("option", None, None), true),
    };
    let allowed = match name {
        "priority" | "severity" => Some(LEVELS.iter().map(|level| Choice::new(*level, *level)).collect()),
        "resolution" => Some(vec![Choice::new("Fixed", "Fixed")]),
        _ => None,
    };
    FieldMeta {
        id: FieldId::new(name),
        name: name[..1].to_uppercase() + &name[1..],
        is_required,
        has_default: false,
        schema: Some(schema),
        operations: vec!["set".to_owned()],
        allowed,
    }
}

fn value(name: &str, words: &str) -> Option<Value> {
    if words == "nothing" {
        return None;
    }
    Some(match name {
        "summary" => Value::Text(words.to_owned()),
        "labels" => Value::Words(words.split_whitespace().map(str::to_owned).collect()),
        "description" => Value::Rich(Builder::new().paragraph([text(words)]).doc()),
        _ => Value::Choice(words.to_owned()),
    })
}

fn assignment(line: &str) -> (String, String) {
    let (name, words) = line.split_once(" = ").expect("name = value");
    (name.to_owned(), words.to_owned())
}

fn project(mapping: &[String], lifecycle: &[String]) -> ConnectedProject {
    let mut fields = vec![FieldMapping {
        field: meta("summary"),
        source: Source::Manual { text: "{{ identifier }} in {{ package }}".to_owned() },
        owner: Owner::Shared,
    }];
    fields.extend(mapping.iter().map(|line| field_mapping(line)));
    ConnectedProject {
        id: ConnectedProjectId(Uuid::from_u128(7)),
        connection: ConnectionId(Uuid::from_u128(8)),
        cloud_id: CloudId::new("cloud"),
        site_url: "https://acme.example".to_owned(),
        project: JiraProject {
            id: JiraProjectId::new("10000"),
            key: "SEC".to_owned(),
            name: "Security".to_owned(),
            type_key: "software".to_owned(),
            is_team_managed: false,
        },
        issue_type: IssueType { id: IssueTypeId::new("1"), name: "Bug".to_owned(), is_subtask: false },
        position: 0,
        rule: Default::default(),
        mapping: Mapping {
            version: 1,
            fields,
            lifecycle: Lifecycle(lifecycle.iter().map(|line| step(line)).collect()),
            takes_labels: false,
            ..Mapping::default()
        },
    }
}

/// `Won't Do means wont_fix`, or what everything else means.
fn closing_rule(line: &str) -> Result<ClosingRule, Meaning> {
    let (name, means) = line.split_once(" means ").expect("resolution means meaning");
    let means = means.parse().expect("a meaning");
    match name {
        "anything else" => Err(means),
        _ => Ok(ClosingRule {
            by: ClosedBy::Resolution,
            id: name.to_owned(),
            name: name.to_owned(),
            means,
            expires_days: None,
        }),
    }
}

fn field_mapping(line: &str) -> FieldMapping {
    let (line, owner) = line.split_once(" owner ").unwrap_or((line, "shared"));
    let (name, from) = assignment(line);
    let field = BacklineField::from_word(&from);
    let levels = ["critical", "high", "medium", "low", "info"];
    let values =
        levels.iter().zip(LEVELS).map(|(word, level)| ((*word).to_owned(), Choice::new(level, level)));
    let source = match field {
        Some(field) => Source::Backline { field, values: values.collect(), default: None },
        None => Source::Manual { text: from.trim_matches('"').to_owned() },
    };
    FieldMapping { field: meta(&name), source, owner: owner.parse().expect("an owner") }
}

fn step(line: &str) -> (Stage, Step) {
    let (stage, rest) = line.split_once(" -> ").expect("stage -> status");
    let (rest, says) = rest.split_once(" says ").unwrap_or((rest, ""));
    let (name, with) = rest.split_once(" with ").map_or((rest, None), |(name, with)| (name, Some(with)));
    let fields = with.map(|field| FieldMapping {
        field: meta(field),
        source: Source::Jira { choices: vec![Choice::new("Fixed", "Fixed")] },
        owner: Owner::Once,
    });
    let status = (name != "nothing").then(|| status(name));
    let step =
        Step { status, fields: fields.into_iter().collect(), comments: true, comment_text: says.to_owned() };
    (stage.parse().expect("a stage"), step)
}

fn status(name: &str) -> Status {
    let category = match name {
        "To Do" => Category::New,
        "Done" => Category::Done,
        _ => Category::Indeterminate,
    };
    Status { id: StatusId::new(name), name: name.to_owned(), category }
}

fn transition(line: &str) -> Transition {
    let (name, rest) = line.split_once(" -> ").expect("name -> status");
    let (to, demands) = rest.split_once(" demands ").map_or((rest, None), |(to, field)| (to, Some(field)));
    let demanded = |name| FieldMeta { is_required: true, ..meta(name) };
    let fields: Vec<FieldMeta> = demands.map(demanded).into_iter().collect();
    Transition {
        id: TransitionId::new(name),
        name: name.to_owned(),
        to: status(to),
        has_screen: !fields.is_empty(),
        fields,
    }
}

fn learned(line: &str) -> Learned {
    let (from, rest) = line.split_once(": ").expect("status: name -> status");
    Learned { from: StatusId::new(from), transitions: vec![transition(rest)] }
}

fn ticket(line: &str) -> Ticket {
    let (key, rest) = line.split_once(" at ").expect("KEY at STATUS, stage STAGE");
    let (name, stage) = rest.split_once(", stage ").expect("a stage");
    Ticket {
        issue: IssueId::new("1"),
        key: IssueKey::new(key),
        status: Some(status(name)),
        applied: Applied { mapping_version: 1, stage: stage.parse().ok(), ..Applied::default() },
        created_at: day("1"),
        is_gone: false,
    }
}

fn apply(ticket: &mut Ticket, wanted: &Desired, applied: &[String], said: &[String]) {
    for line in applied {
        let (name, words) = assignment(line);
        match value(&name, &words) {
            Some(value) => ticket.applied.fields.insert(FieldId::new(name), value),
            None => ticket.applied.fields.remove(&FieldId::new(name)),
        };
    }
    let all = said.iter().any(|word| word == "all");
    let comments = wanted.comments.iter().filter(|_| all).map(|comment| comment.key.clone());
    ticket.applied.comments = comments.chain(said.iter().map(|key| said_key(key))).collect();
    for link in &wanted.links {
        if all {
            ticket.applied.links.insert(link.global_id.clone(), link.hash());
        } else if said.contains(&"old links".to_owned()) {
            ticket.applied.links.insert(link.global_id.clone(), "another".to_owned());
        }
    }
}

/// `#12 closed`, else a key as it is.
fn said_key(line: &str) -> String {
    match line.split_once(' ') {
        Some((number, event)) if number.starts_with('#') => format!("pull-request:acme/api{number}:{event}"),
        _ => line.to_owned(),
    }
}

pub fn show(plan: &Plan) -> String {
    let mut out = String::new();
    for planned in &plan.operations {
        let detail = match &planned.operation {
            Operation::Create(fields) => format!("create {}", show_fields(&fields.applied)),
            Operation::Edit(fields) => format!("edit {}", show_written(fields)),
            Operation::Transition { name, to, fields, .. } => {
                format!("transition '{name}' to {} {}", to.name, show_written(fields))
            }
            Operation::Comment { body, .. } => format!("comment \"{}\"", body.plain_text().trim()),
            Operation::Link(link) => format!("link {} ({})", link.title, link.summary),
        };
        out.push_str(&format!("{}    [{}] {}\n", detail.trim(), planned.rule, planned.reason));
    }
    for kept in &plan.kept {
        out.push_str(&format!("keep {}    [{}]\n", kept.what, kept.rule));
    }
    if let Some(blocked) = &plan.blocked {
        out.push_str(&format!("blocked: {}\nwhy: {}\ndo: {}\n", blocked.what, blocked.why, blocked.remedy));
    }
    if let Some(stage) = plan.stage_reached {
        out.push_str(&format!("reached {}\n", stage.word()));
    }
    if out.is_empty() { "nothing\n".to_owned() } else { out }
}

fn show_written(fields: &Fields) -> String {
    let verbs: Vec<String> = fields.update.iter().map(|(id, verbs)| format!("{id}: {verbs}")).collect();
    let set = fields.json.keys().map(|id| (id.clone(), fields.applied[id].clone())).collect();
    [show_fields(&set), verbs.join("; ")].join(" ").trim().to_owned()
}

fn show_fields(fields: &BTreeMap<FieldId, Value>) -> String {
    fields.iter().map(|(id, value)| format!("{id} = {}", in_words(value))).collect::<Vec<_>>().join("; ")
}
