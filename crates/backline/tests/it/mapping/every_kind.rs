//! Every kind of field from every source that it can take: created, edited, moved, read back.

use super::site::{Site, verbs, view, vulnerabilities};
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::kind::{self, Control, Kind};
use backline_core::jira::value::Value;
use backline_core::mapping::catalogue::BacklineField;
use backline_core::mapping::compose::Filler;
use backline_core::mapping::source::Source;
use backline_core::mapping::{FieldMapping, Owner};
use backline_core::ticket::plan::Fields;
use std::collections::{BTreeMap, BTreeSet};

/// What a person could type into a field of this kind; `None` where only Jira knows what there is.
async fn typed(site: &Site, kind: &dyn Kind) -> Option<String> {
    let text = match (kind.title(), kind.control()) {
        ("Team, by id", _) => return None,
        ("Epic, by key", _) => return Some(site.epic().await.key.to_string()),
        ("Organizations, by number", _) => "1 2",
        ("Assets objects, by id", _) => "w:88, w:89",
        ("Object of an app, as JSON", _) => r#"{"a": [1, null]}"#,
        ("Original estimate", _) => "3h",
        (_, Control::Number) => "37",
        (_, Control::Date) => "2026-10-15",
        (_, Control::DateTime) => "2026-10-15T09:30+02:00",
        (_, Control::Words) => "one two",
        _ => "https://example.com/{{ identifier }}",
    };
    Some(text.to_owned())
}

/// The sources that fit a field; `other` makes them give something else, for an edit.
async fn sources(site: &Site, field: &FieldMeta, other: bool) -> Vec<Source> {
    let kind = kind::of(field).expect("a kind");
    let mut sources = Vec::new();
    let offered = site.choices(field, kind.lookup(field)).await;
    let choice = if other { offered.last() } else { offered.first() };
    if let Some(choice) = choice.map(with_first_child) {
        sources.push(Source::Jira { choices: vec![choice.clone()] });
        if kind.is_choice() {
            let field = BacklineField::Severity;
            sources.push(Source::Backline { field, values: BTreeMap::new(), default: Some(choice) });
        }
    }
    if !kind.is_choice() {
        let fitting = BacklineField::ALL.iter().filter(|field| kind.fits(field.shape()));
        sources.extend(fitting.map(|field| Source::Backline {
            field: *field,
            values: BTreeMap::new(),
            default: None,
        }));
    }
    if kind.takes_manual() {
        sources.extend(typed(site, kind).await.map(|text| Source::Manual { text }));
    }
    sources
}

fn with_first_child(choice: &Choice) -> Choice {
    Choice { children: choice.children.iter().take(1).cloned().collect(), ..choice.clone() }
}

#[tokio::test]
async fn what_is_composed_is_taken_and_read_back_unchanged() {
    let site = Site::start().await;
    let all = vulnerabilities();
    let mut titles = BTreeSet::new();
    let mut count = 0;
    for field in site.fields.iter().filter(|field| field.id.as_str() != "summary") {
        let Ok(kind) = kind::of(field) else { continue };
        titles.insert(kind.title());
        let second = sources(&site, field, true).await;
        for (source, second) in sources(&site, field, false).await.into_iter().zip(second) {
            let of = |source: &Source| fill(field, source.clone(), &all);
            let Some(value) = of(&source) else { continue };
            let name = format!("{} ({}) from {source:?}", field.name, field.id);
            let issue = site.create(written(field, &value)).await;
            let issue = issue.unwrap_or_else(|error| panic!("{name}: {error}"));
            let read = kind.read(&site.value(&issue, &field.id).await);
            assert_eq!(read.as_ref(), Some(&value), "{name}: as it was created");
            // Reading it again is no reason to write: 0 writes at the next reconcile.
            let next = of(&second).unwrap_or_else(|| value.clone());
            let fields = written(field, &next);
            let edited = site.jira.edit_issue(&issue, &fields.json, &verbs(&fields)).await;
            edited.unwrap_or_else(|error| panic!("{name}: {error} at an edit"));
            let read = kind.read(&site.value(&issue, &field.id).await);
            let wanted = if kind.only_adds() { both(&value, &next) } else { next };
            assert_eq!(read, Some(wanted), "{name}: as it was edited");
            count += 1;
        }
    }
    assert!(titles.len() >= 22, "{titles:?}");
    assert!(count >= 300, "{count} of kind and source");
    site.sim.stop().await;
}

fn written(field: &FieldMeta, value: &Value) -> Fields {
    let mut fields = Fields::default();
    fields.write(kind::of(field).expect("a kind"), &field.id, value, value);
    fields
}

fn both(first: &Value, second: &Value) -> Value {
    let (Value::Choices(first), Value::Choices(second)) = (first, second) else { panic!("only sets add") };
    Value::Choices(first.union(second).cloned().collect())
}

/// The first value that the source has for any vulnerability.
fn fill(
    field: &FieldMeta,
    source: Source,
    all: &[backline_core::vulnerability::Vulnerability],
) -> Option<Value> {
    let mapping = FieldMapping { field: field.clone(), source, owner: Owner::Shared };
    let filler = Filler::of(&mapping).expect("a filler");
    all.iter()
        .find_map(|vulnerability| filler.fill(view(vulnerability)).ok().flatten())
        .map(|filled| filled.value)
}

/// Fields of transition screens: each that the gallery's workflow asks is written while the issue moves.
#[tokio::test]
async fn what_a_transition_asks_is_written_while_it_moves() {
    let site = Site::start().await;
    let all = vulnerabilities();
    // The gallery's workflow begins with a validator that no screen shows: somebody must be named.
    let named = site.fields.iter().find(|field| field.id.as_str() == "customfield_10211").expect("the field");
    let source = sources(&site, named, false).await.remove(0);
    let somebody = written(named, &fill(named, source, &all).expect("somebody"));
    let issue = site.create(somebody).await.expect("an issue");
    let mut seen = 0;
    for _ in 0..6 {
        let transitions = site.jira.transitions(&issue).await.expect("transitions");
        let Some(step) = transitions.iter().find(|step| !step.fields.is_empty()).or(transitions.first())
        else {
            break;
        };
        let mut values = BTreeMap::new();
        for field in &step.fields {
            let Ok(kind) = kind::of(field) else { continue };
            for source in sources(&site, field, false).await {
                if let Some(value) = fill(field, source, &all) {
                    values.insert(field.id.clone(), (kind, value));
                    break;
                }
            }
        }
        let mut fields = Fields::default();
        for (id, (kind, value)) in &values {
            fields.write(*kind, id, value, value);
        }
        let moved = site.jira.transition(&issue, &step.id, &fields.json, &verbs(&fields)).await;
        moved.unwrap_or_else(|error| panic!("{} with {fields:?}: {error}", step.name));
        for (id, (kind, value)) in &values {
            assert_eq!(kind.read(&site.value(&issue, id).await).as_ref(), Some(value), "{id}");
            seen += 1;
        }
        if seen > 0 {
            break;
        }
    }
    assert!(seen > 0, "a screen of the gallery asks for something");
    site.sim.stop().await;
}
