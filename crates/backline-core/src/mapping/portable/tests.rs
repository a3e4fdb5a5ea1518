use super::{Entry, Field, Left, Named, Source, Step, Surroundings, fit};
use crate::jira::field::{Choice, FieldMeta, Schema};
use crate::jira::workflow::{Category, Status};
use crate::mapping::Owner;
use crate::mapping::catalogue::BacklineField;
use crate::mapping::closing::Meaning;
use crate::mapping::lifecycle::Stage;
use crate::mapping::source::Source as Kept;
use std::collections::BTreeMap;

fn meta(id: &str, name: &str, kind: &str, allowed: Option<&[(&str, &str)]>) -> FieldMeta {
    let choices = |all: &[(&str, &str)]| all.iter().map(|(id, label)| Choice::new(*id, *label)).collect();
    FieldMeta {
        id: id.into(),
        name: name.to_owned(),
        is_required: false,
        has_default: false,
        schema: Some(Schema { kind: kind.to_owned(), ..Schema::default() }),
        operations: vec!["set".to_owned()],
        allowed: allowed.map(choices),
    }
}

fn entry(fields: Vec<Field>) -> Entry {
    Entry {
        id: None,
        site: Named::default(),
        project: Named::default(),
        issue_type: Named::default(),
        rule: Default::default(),
        fields,
        steps: BTreeMap::new(),
        closed: Vec::new(),
        otherwise: Meaning::default(),
    }
}

fn field(name: &str, id: &str, source: Source) -> Field {
    Field { field: Named::new(name, id), schema: None, source, owner: Owner::Shared }
}

fn team(name: &str, id: &str) -> Field {
    field("Team", "customfield_1", Source::Jira(vec![Named::new(name, id)]))
}

/// What became of an entry: `Team = 7 Payments`, then what was left out.
fn check(entry: &Entry, screen: &[FieldMeta], is_same_site: bool, expected: &[&str]) {
    let statuses = [Status { id: "3".into(), name: "Closed".to_owned(), category: Category::Done }];
    let resolution = meta("resolution", "Resolution", "resolution", Some(&[("1", "Done")]));
    let around =
        Surroundings { fields: screen, statuses: &statuses, resolution: Some(&resolution), is_same_site };
    let fitted = fit(entry, around);
    let steps = fitted.mapping.lifecycle.0.values();
    let mut told: Vec<String> = steps
        .clone()
        .filter_map(|step| step.status.as_ref())
        .map(|status| format!("to {}", status.id))
        .collect();
    for field in fitted.mapping.fields.iter().chain(steps.flat_map(|step| &step.fields)) {
        let shown = |choice: &Choice| {
            let below = choice.children.first().map(|child| format!(">{}", child.id)).unwrap_or_default();
            format!("{}{below} {}", choice.id, choice.label)
        };
        let source = match &field.source {
            Kept::Jira { choices } => choices.iter().map(shown).collect::<Vec<_>>().join(", "),
            Kept::Backline { values, default, .. } => {
                values.values().chain(default).map(shown).collect::<Vec<_>>().join(", ")
            }
            Kept::Manual { text } => text.clone(),
        };
        told.push(format!("{} = {source}", field.field.id));
    }
    told.extend(fitted.left.iter().map(|Left { about, why, .. }| format!("{about}: {why}")));
    assert_eq!(told, expected);
}

#[test]
fn an_id_decides_on_its_own_site_and_a_name_on_another() {
    let screen = [meta("customfield_1", "Team", "option", Some(&[("7", "Payments"), ("8", "Core")]))];
    check(&entry(vec![team("Payments", "7")]), &screen, true, &["customfield_1 = 7 Payments"]);
    // Renamed in Jira: the id still tells.
    check(&entry(vec![team("Payment", "7")]), &screen, true, &["customfield_1 = 7 Payments"]);
    let there = [meta("customfield_90", "team ", "option", Some(&[("7", "Core"), ("70", "payments")]))];
    check(&entry(vec![team("Payments", "7")]), &there, false, &["customfield_90 = 70 payments"]);
}

#[test]
fn a_name_that_was_changed_beside_its_id_is_not_guessed_at() {
    let screen = [meta("customfield_1", "Team", "option", Some(&[("7", "Payments"), ("8", "Core")]))];
    let says = "Team: “Core” has the id 8, and 7 is “Payments”: mend one of the two, or leave the id out";
    check(&entry(vec![team("Core", "7")]), &screen, true, &[says]);
}

#[test]
fn what_is_not_there_or_not_unique_is_named() {
    let several = [
        meta("customfield_2", "Team", "option", Some(&[("7", "Payments")])),
        meta("customfield_3", "Team", "option", Some(&[("7", "Payments")])),
    ];
    let says = "Team: 2 fields have this name there; the id tells which is meant";
    check(&entry(vec![team("Payments", "7")]), &several, false, &[says]);
    check(
        &entry(vec![team("Payments", "7")]),
        &[],
        true,
        &["Team: no field of this name is on the create screen"],
    );
    let lesser = [meta("customfield_1", "Team", "option", Some(&[("8", "Core")]))];
    check(&entry(vec![team("Payments", "7")]), &lesser, true, &["Team: Jira does not offer “Payments”"]);
}

#[test]
fn of_one_name_the_one_of_the_same_kind_is_meant() {
    let several = [
        meta("customfield_2", "Team", "string", None),
        meta("customfield_3", "Team", "option", Some(&[("7", "Core")])),
    ];
    let mut wanted = team("Core", "9");
    wanted.schema = Some(Schema { kind: "option".to_owned(), ..Schema::default() });
    check(&entry(vec![wanted.clone()]), &several, false, &["customfield_3 = 7 Core"]);
    check(
        &entry(vec![wanted]),
        &several[..1],
        false,
        &["Team: the field of this name is of another kind there"],
    );
}

#[test]
fn a_field_of_jiras_own_has_its_id_everywhere() {
    let values = BTreeMap::from([
        ("high".to_owned(), Named::new("Highest", "1")),
        ("low".to_owned(), Named::new("Lowest", "5")),
    ]);
    let source =
        Source::Backline { field: BacklineField::Severity, values, default: Some(Named::new("Low", "4")) };
    let there = [meta("priority", "Priorität", "priority", Some(&[("10", "Highest"), ("11", "Low")]))];
    check(
        &entry(vec![field("Priority", "priority", source)]),
        &there,
        false,
        &["priority = 10 Highest, 11 Low", "Priorität: low: Jira does not offer “Lowest”"],
    );
}

#[test]
fn people_are_the_same_everywhere_and_other_searched_values_are_not() {
    let user = Schema { kind: "user".to_owned(), ..Schema::default() };
    let assignee = FieldMeta { schema: Some(user), ..meta("assignee", "Assignee", "user", None) };
    let wanted = field("Assignee", "assignee", Source::Jira(vec![Named::new("Priya", "557058:a")]));
    check(&entry(vec![wanted]), &[assignee], false, &["assignee = 557058:a Priya"]);
    let group = meta("customfield_5", "Reviewers", "group", None);
    let wanted = field("Reviewers", "customfield_5", Source::Jira(vec![Named::new("sec", "g-1")]));
    let says = "Reviewers: “sec” is looked for by name in the editor: its id is another site’s";
    check(&entry(vec![wanted.clone()]), std::slice::from_ref(&group), false, &[says]);
    check(&entry(vec![wanted]), &[group], true, &["customfield_5 = g-1 sec"]);
}

#[test]
fn a_choice_below_another_is_found_below_it() {
    let mut screen = meta("customfield_1", "Team", "option", Some(&[("1", "Backend")]));
    screen.allowed.as_mut().unwrap()[0].children = vec![Choice::new("2", "API")];
    let below =
        |name: &str| Named { below: Some(Box::new(Named::new(name, "9"))), ..Named::new("Backend", "8") };
    let of = |name: &str| entry(vec![field("Team", "customfield_1", Source::Jira(vec![below(name)]))]);
    check(&of("API"), std::slice::from_ref(&screen), false, &["customfield_1 = 1>2 Backend"]);
    check(&of("UI"), &[screen], false, &["Team: Jira does not offer “UI” below “Backend”"]);
}

#[test]
fn a_step_has_its_status_and_fields_looked_for() {
    let resolution = field("Resolution", "resolution", Source::Jira(vec![Named::new("Done", "1")]));
    let mut wanted = entry(Vec::new());
    let step = |status: &str| Step {
        status: Some(Named::new(status, "99")),
        comments: true,
        comment_text: "Over: {{ event }}".to_owned(),
        fields: vec![resolution.clone()],
    };
    wanted.steps = BTreeMap::from([(Stage::Done, step("closed"))]);
    check(&wanted, &[], false, &["to 3", "resolution = 1 Done"]);
    wanted.steps = BTreeMap::from([(Stage::Done, step("Released"))]);
    check(
        &wanted,
        &[],
        true,
        &[
            "resolution = 1 Done",
            "Remediation resolved: Status: Jira does not offer “Released” in this workflow",
        ],
    );
}
