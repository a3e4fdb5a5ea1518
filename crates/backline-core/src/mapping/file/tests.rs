use super::{read, write};
use crate::ids::ConnectedProjectId;
use crate::mapping::Owner;
use crate::mapping::catalogue::BacklineField;
use crate::mapping::closing::{ClosedBy, Meaning};
use crate::mapping::lifecycle::Stage;
use crate::mapping::portable::{Closed, Entry, Field, Named, Part, Place, Source, Step};
use crate::mapping::rule::Rule;
use crate::severity::Severity;
use expect_test::{Expect, expect};
use std::collections::BTreeMap;
use uuid::Uuid;

fn entry() -> Entry {
    let field = |name: &str, id: &str, source| Field {
        field: Named::new(name, id),
        schema: None,
        source,
        owner: Owner::Shared,
    };
    let values = BTreeMap::from([
        ("low".to_owned(), Named::new("Low", "4")),
        ("critical".to_owned(), Named::new("Highest", "1")),
    ]);
    let priority =
        Source::Backline { field: BacklineField::Severity, values, default: Some(Named::new("Medium", "3")) };
    let below = Named { below: Some(Box::new(Named::new("API", "12"))), ..Named::new("Backend", "11") };
    let resolution = field("Resolution", "resolution", Source::Jira(vec![Named::new("Done", "1")]));
    let done = Step {
        status: Some(Named::new("Done", "5")),
        comments: true,
        comment_text: "{{ event }}\nThanks!".to_owned(),
        fields: vec![resolution],
    };
    Entry {
        id: Some(ConnectedProjectId(Uuid::from_u128(7))),
        site: Named::new("https://acme.example", "cloud"),
        project: Named::new("SEC", "10000"),
        issue_type: Named::new("Bug", "2"),
        rule: Rule {
            severities: vec![Severity::Critical, Severity::High],
            repositories: vec!["acme/*".to_owned()],
            ..Rule::default()
        },
        fields: vec![
            field("Summary", "summary", Source::Manual("say \"{{ title }}\"\nand more".to_owned())),
            field("Priority", "priority", priority),
            field(
                "Team",
                "customfield_1",
                Source::Jira(vec![below, Named { name: Some("Core".into()), ..Named::default() }]),
            ),
        ],
        steps: BTreeMap::from([(Stage::InReview, Step::default()), (Stage::Done, done)]),
        closed: vec![Closed {
            by: ClosedBy::Resolution,
            choice: Named::new("Won't Do", "10001"),
            means: Meaning::WontFix,
            expires_days: Some(90),
        }],
        otherwise: Meaning::Reopen,
    }
}

#[test]
fn a_file_is_readable_and_says_all() {
    let text = write(&[entry()]);
    expect![[r##"
        # Connected projects of Backline, in the order in which their rules are asked.
        # On the same site ids decide; on another site names do. An id may be left out where the name is unique.
        format = 1

        [[project]]
        id = "00000000-0000-0000-0000-000000000007"
        site = { url = "https://acme.example", id = "cloud" }
        project = { key = "SEC", id = "10000" }
        issue_type = { name = "Bug", id = "2" }
        closed_otherwise = "reopen"

        [project.rule]
        severities = ["critical", "high"]
        repositories = ["acme/*"]

        [[project.field]]
        field = { name = "Summary", id = "summary" }
        owner = "shared"
        manual = """
        say "{{ title }}"
        and more"""

        [[project.field]]
        field = { name = "Priority", id = "priority" }
        owner = "shared"
        backline = "severity"
        default = { name = "Medium", id = "3" }
        [project.field.values]
        critical = { name = "Highest", id = "1" }
        low = { name = "Low", id = "4" }

        [[project.field]]
        field = { name = "Team", id = "customfield_1" }
        owner = "shared"
        jira = [{ name = "Backend", id = "11", below = { name = "API", id = "12" } }, "Core"]

        [[project.step]]
        stage = "in_review"
        comments = false

        [[project.step]]
        stage = "done"
        status = { name = "Done", id = "5" }
        comments = true
        comment_text = """
        {{ event }}
        Thanks!"""

        [[project.step.field]]
        field = { name = "Resolution", id = "resolution" }
        owner = "shared"
        jira = [{ name = "Done", id = "1" }]

        [[project.closed]]
        resolution = { name = "Won't Do", id = "10001" }
        means = "wont_fix"
        expires_days = 90
    "##]].assert_eq(&text);
}

#[test]
fn what_was_written_is_read_back_as_it_was() {
    let mut other = entry();
    other.id = None;
    other.rule = Rule { fix_available: true, scanners: vec!["trivy".to_owned()], ..Rule::default() };
    let all = [entry(), other];
    let back: Vec<Entry> = read(&write(&all)).unwrap().into_iter().map(|read| read.entry).collect();
    assert_eq!(back, all);
    assert!(read(&write(&[])).unwrap().is_empty());
}

#[test]
fn a_part_is_found_by_its_line() {
    let text = write(&[entry()]);
    let lines = read(&text).unwrap().remove(0).lines;
    let shown = |place: &Place| text.lines().nth(lines.of(place) - 1).unwrap().to_owned();
    let priority = Place::field(None, 1);
    assert_eq!(shown(&priority.part(Part::Value("low".to_owned()))), r#"low = { name = "Low", id = "4" }"#);
    assert_eq!(shown(&priority.part(Part::Default)), r#"default = { name = "Medium", id = "3" }"#);
    assert_eq!(shown(&priority), "[[project.field]]");
    let done = Place { stage: Some(Stage::Done), field: None, part: Part::Status };
    assert_eq!(shown(&done), r#"status = { name = "Done", id = "5" }"#);
    assert_eq!(shown(&Place::field(Some(Stage::Done), 0)), "[[project.step.field]]");
    assert_eq!(shown(&Place::whole()), "[[project]]");
}

fn check(text: &str, expected: Expect) {
    let refused = read(text).expect_err("it is wrong");
    let told: Vec<String> =
        refused.iter().map(|one| format!("{}: {}. {}.\n", one.line, one.what, one.remedy)).collect();
    expected.assert_eq(&told.concat());
}

const PROJECT: &str = "format = 1\n[[project]]\nproject = \"SEC\"\nissue_type = \"Bug\"\n";

#[test]
fn names_alone_are_enough() {
    let text = format!("{PROJECT}[[project.field]]\nfield = \"Team\"\njira = [\"Core\"]\n");
    let entry = read(&text).unwrap().remove(0).entry;
    let name = |name: &str| Named { name: Some(name.to_owned()), ..Named::default() };
    assert_eq!(
        (entry.project, entry.fields[0].source.clone()),
        (name("SEC"), Source::Jira(vec![name("Core")]))
    );
    assert_eq!(entry.fields[0].owner, Owner::Shared);
}

#[test]
fn every_wrong_place_is_named_at_once() {
    let text = format!(
        "{PROJECT}[project.rule]\nseverities = [\"critical\", \"huge\"]\n\
        [[project.field]]\nfield = \"Priority\"\nowner = \"me\"\nbackline = \"severity\"\n\
        [[project.field]]\nfield = \"Severity\"\nbackline = \"severity\"\nvalues = {{ critcal = \"High\" }}\n\
        [[project.field]]\nfield = \"Team\"\nmanual = \"a\"\njira = [\"b\"]\n\
        [[project.step]]\nstage = \"later\"\n[[project.step]]\nstage = \"done\"\n[[project.step]]\nstage = \"done\"\n"
    );
    check(
        &text,
        expect![[r#"
        6: “huge” is no severity. Use one of: critical, high, medium, low, info, unknown.
        9: “me” is no owner. Use one of: backline, once, shared, add.
        14: Severity is never “critcal”. Use one of: critical, high, medium, low, info, unknown.
        15: “Team” needs exactly one of jira, backline and manual. Say where its value comes from, once.
        20: “later” is no stage. Use one of: open, in_review, verifying, done, dismissed.
        23: the stage “done” stands here twice. Keep one of the two.
    "#]],
    );
}

#[test]
fn what_is_no_such_file_is_refused_at_its_line() {
    check(
        "format = 1\n[[project]\n",
        expect![[r#"
        2: unclosed array table, expected `]`. Mend this line; an exported file shows every key.
    "#]],
    );
    check(
        "format = 2\n",
        expect![[r#"
        1: format 2 is not known here. Use format = 1.
    "#]],
    );
    check(
        &format!("{PROJECT}feild = 1\n"),
        expect![[r#"
            5: unknown field `feild`, expected one of `id`, `site`, `project`, `issue_type`, `rule`, `field`, `step`, `closed`, `closed_otherwise`. Mend this line; an exported file shows every key.
        "#]],
    );
    check(
        "format = 1\n[[project]]\nproject = { nme = \"SEC\" }\nissue_type = \"Bug\"\n",
        expect![[r#"
        3: unknown field `nme`, expected one of `name`, `id`, `below`. Mend this line; an exported file shows every key.
    "#]],
    );
    check(
        "format = 1\n[[project]]\nissue_type = \"Bug\"\n",
        expect![[r#"
        2: missing field `project`. Mend this line; an exported file shows every key.
    "#]],
    );
}
