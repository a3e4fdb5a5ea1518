//! The doctor's verdict and Jira's are one: whatever it calls fine is taken, whatever it calls refused is refused.

use super::administrator::{Administrator, pick};
use super::site::{Site, view, vulnerabilities};
use backline_clients::jira::JiraError;
use backline_core::ids::FieldId;
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::kind::{self, Control, Lookup};
use backline_core::jira::value::Value;
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::compose::Filler;
use backline_core::mapping::doctor::{self, Effect};
use backline_core::mapping::source::Source;
use backline_core::mapping::{FieldMapping, Mapping, Owner, template};
use backline_core::ticket::plan::Fields;
use backline_core::vulnerability::Vulnerability;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Field, source and vulnerability together are one case.
const CASES: usize = 20_000;
/// Screens as an administrator leaves them; the first is the site's own.
const ROUNDS: usize = 10;
/// Fields that are made mandatory in a round, and how often a value for one is looked for.
const DEMANDED: usize = 5;
const TRIES: usize = 100;
/// Fields that are sent in one request.
const TOGETHER: usize = 12;

/// Kinds that are named by what only Jira knows: no call of its API lists them, so a typed one may not exist.
const KNOWN_TO_JIRA_ALONE: [&str; 4] =
    ["Team, by id", "Sprint, by number", "Organizations, by number", "Epic, by key"];

/// Words that people and scanners write, good and bad.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("37".to_owned()),
        Just("3.5".to_owned()),
        Just("1h 30m".to_owned()),
        Just("2026-10-15".to_owned()),
        Just("2026-13-45".to_owned()),
        Just("2026-10-15T09:30:00.000+0200".to_owned()),
        Just("https://example.com/a?b=c".to_owned()),
        Just("javascript:alert(1)".to_owned()),
        Just("security".to_owned()),
        Just("one two".to_owned()),
        Just("{\"a\": [1, null]}".to_owned()),
        Just("{{ title }}".to_owned()),
        Just("{{ cvss_score }}".to_owned()),
        Just("{{ advisory_url }}".to_owned()),
        Just("{{ severity | upper }} {{ package }}".to_owned()),
        "[ -~]{1,40}",
        "\\PC{1,300}",
    ]
}

/// A source as somebody may have chosen it, for a field with these choices. What is gone from a list is known by the
/// list; whether a person or a group still exists is not.
fn source(choices: Vec<Choice>, is_listed: bool) -> BoxedStrategy<Source> {
    let backline = proptest::sample::select(BacklineField::ALL).prop_map(|field| Source::Backline {
        field,
        values: BTreeMap::new(),
        default: None,
    });
    let manual = text().prop_map(|text| Source::Manual { text });
    if choices.is_empty() {
        return prop_oneof![backline, manual].boxed();
    }
    let gone = Just(Choice::new("987654", "gone"));
    let choice = prop_oneof![9 => proptest::sample::select(choices), u32::from(is_listed) => gone];
    let chosen = proptest::collection::vec(choice.clone(), 0..3).prop_map(|choices| Source::Jira { choices });
    let mapped = (proptest::sample::select(BacklineField::ALL), proptest::option::of(choice))
        .prop_map(|(field, default)| Source::Backline { field, values: BTreeMap::new(), default });
    prop_oneof![3 => chosen, 2 => mapped, 1 => backline, 2 => manual].boxed()
}

/// A field of the screen, and how its sources are drawn.
type Asked = (FieldMeta, BoxedStrategy<Source>);
/// What is sent of fields, with where it came from.
type Sent = BTreeMap<FieldId, (Value, FieldMapping)>;

async fn asked(site: &Site) -> Vec<Asked> {
    let mut fields = Vec::new();
    for field in &site.fields {
        let Ok(kind) = kind::of(field) else { continue };
        if KNOWN_TO_JIRA_ALONE.contains(&kind.title()) {
            continue;
        }
        let lookup = kind.lookup(field);
        // Parents are issues, of which the site would have to be asked for each case.
        let choices = if lookup == Lookup::Issues { Vec::new() } else { site.choices(field, lookup).await };
        fields.push((field.clone(), source(choices, lookup == Lookup::Listed)));
    }
    fields
}

/// As the site's own screens stand, and as an administrator leaves them who changes lists, screens and what is mandatory
/// at random.
#[tokio::test]
async fn the_doctor_and_jira_say_the_same() {
    let mut site = Site::start().await;
    let all = vulnerabilities();
    let mut administrator = Administrator::of(&site);
    let mut runner =
        TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let (mut fine, mut refused, mut demanded) = (0, 0, 0);
    for round in 0..ROUNDS {
        let mut always = Sent::new();
        if round > 0 {
            let off = administrator.change(&site, &mut runner).await;
            site.fields = site.screen().await;
            always = demand(&site, &mut administrator, &mut runner, &all).await;
            site.fields = site.screen().await;
            demanded += always.len();
            missing(&site, &always, &off).await;
        }
        let fields = asked(&site).await;
        let mut together = always.clone();
        for case in 0..CASES / ROUNDS {
            let (field, strategy) = &fields[case % fields.len()];
            let source = strategy.new_tree(&mut runner).expect("a source").current();
            let mapping = FieldMapping { field: field.clone(), source, owner: Owner::Shared };
            match verdict(&mapping, &all[case % all.len()]) {
                Verdict::Fine(Some(value)) => {
                    fine += 1;
                    together.insert(field.id.clone(), (value, mapping));
                }
                Verdict::Fine(None) => fine += 1,
                Verdict::Refused(naive) => {
                    refused += 1;
                    let Some(naive) = naive else { continue };
                    let mut sent = written(&always);
                    sent.json.insert(field.id.clone(), naive.clone());
                    refuses(&site, sent, &field.id, &format!("{mapping:?} sends {naive}")).await;
                }
            }
            if together.len() >= always.len() + TOGETHER || case + 1 == CASES / ROUNDS {
                let sent = std::mem::replace(&mut together, always.clone());
                if let Err(error) = site.create(written(&sent)).await {
                    panic!("round {round}: the doctor called this fine: {error:?}\n{sent:#?}");
                }
            }
        }
    }
    assert!(fine > CASES / 4 && refused > CASES / 10, "{fine} fine, {refused} refused");
    assert!(demanded > ROUNDS, "{demanded} fields were made mandatory");
    site.sim.stop().await;
}

/// Makes some fields mandatory that can be filled, and fills them.
async fn demand(
    site: &Site,
    administrator: &mut Administrator,
    runner: &mut TestRunner,
    all: &[Vulnerability],
) -> Sent {
    let fields = asked(site).await;
    let mut always = Sent::new();
    for _ in 0..DEMANDED {
        let (field, strategy) = pick(runner, &fields);
        for _ in 0..TRIES {
            let source = strategy.new_tree(runner).expect("a source").current();
            let mapping = FieldMapping { field: field.clone(), source, owner: Owner::Shared };
            let Verdict::Fine(Some(value)) = verdict(&mapping, &all[0]) else { continue };
            if administrator.require(&field.id).await {
                always.insert(field.id.clone(), (value, mapping));
            }
            break;
        }
    }
    always
}

/// What is mandatory is missed by both, and what is off the screen is refused by both.
async fn missing(site: &Site, always: &Sent, off: &[FieldMeta]) {
    let told = |sent: &Sent, field: &FieldId, what: &str| {
        let fields = sent.values().map(|(_, mapping)| mapping.clone()).collect();
        let problems = doctor::check(&site.fields, &Mapping { fields, ..Mapping::default() });
        problems.iter().any(|problem| problem.field.as_ref() == Some(field) && problem.what.contains(what))
    };
    let no_value = "is mandatory and has no value";
    for field in always.keys() {
        let mut without = always.clone();
        without.remove(field);
        let screen = site.fields.iter().find(|on| on.id == *field);
        if !screen.is_some_and(FieldMeta::is_mandatory) {
            // Jira fills it with a default of its own.
            assert!(!told(&without, field, no_value), "{screen:?}");
            site.create(written(&without)).await.expect("it has a default");
            continue;
        }
        assert!(told(&without, field, no_value) && !told(always, field, no_value), "{screen:?} {always:#?}");
        refuses(site, written(&without), field, "what is mandatory is missing").await;
    }
    for field in off.iter().filter(|field| !site.fields.iter().any(|on| on.id == field.id)) {
        let mapping = FieldMapping {
            field: field.clone(),
            source: Source::Manual { text: "1".to_owned() },
            owner: Owner::Shared,
        };
        let mut with = always.clone();
        with.insert(field.id.clone(), (Value::Text("1".to_owned()), mapping));
        assert!(told(&with, &field.id, "is not on the create screen"), "{field:?} is off the screen");
        let mut sent = written(always);
        sent.json.insert(field.id.clone(), json!("1"));
        refuses(site, sent, &field.id, "it is off the screen").await;
    }
}

fn written(sent: &Sent) -> Fields {
    let mut values = Fields::default();
    for (id, (value, mapping)) in sent {
        values.write(kind::of(&mapping.field).expect("a kind"), id, value, value);
    }
    values
}

async fn refuses(site: &Site, sent: Fields, field: &FieldId, why: &str) {
    let answer = site.create(sent).await;
    let is_named = matches!(&answer, Err(JiraError::Refused { fields }) if names(fields, field));
    assert!(is_named, "{field}: {why}: {answer:?}");
}

fn names(problems: &[backline_clients::jira::FieldProblem], field: &FieldId) -> bool {
    problems.iter().any(|problem| problem.field.as_ref() == Some(field))
}

enum Verdict {
    /// With what is sent; `None` where the field is left alone.
    Fine(Option<Value>),
    /// With what the source says, as Jira would have to take it; `None` where it says nothing that could be sent.
    Refused(Option<Json>),
}

fn verdict(mapping: &FieldMapping, vulnerability: &Vulnerability) -> Verdict {
    let kind = kind::of(&mapping.field).expect("a kind");
    let whole = Mapping { fields: vec![mapping.clone()], ..Mapping::default() };
    let is_refused =
        doctor::examine(&whole, [view(vulnerability)]).iter().any(|verdict| verdict.effect != Effect::Cut);
    if !is_refused {
        let filled = Filler::of(mapping).and_then(|filler| filler.fill(view(vulnerability)));
        return Verdict::Fine(filled.expect("the doctor calls it fine").map(|filled| filled.value));
    }
    // A choice that Jira never offered can be sent; words for which a kind has no shape cannot.
    let naive = match &mapping.source {
        Source::Jira { choices } => choices.iter().find(|choice| choice.id == "987654").map(|choice| {
            let one = json!({"id": choice.id});
            if kind.is_set() { json!([one]) } else { one }
        }),
        Source::Manual { text } if !template::is_template(text) && !text.trim().is_empty() => {
            Some(json!(text))
        }
        Source::Backline { .. } | Source::Manual { .. } => None,
    };
    let is_plain = matches!(kind.control(), Control::Number | Control::Date | Control::DateTime);
    let is_closed = kind.is_choice() && !matches!(mapping.source, Source::Manual { .. });
    Verdict::Refused(naive.filter(|_| is_closed || is_plain))
}
