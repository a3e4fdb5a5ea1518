use super::*;
use crate::jira::adf::build::{Builder, text};

fn text_of(word: &str) -> Value {
    Value::Text(word.to_owned())
}

fn words(list: &str) -> Value {
    Value::Words(list.split_whitespace().map(str::to_owned).collect())
}

fn doc(paragraphs: &[&str]) -> Value {
    let builder = paragraphs.iter().fold(Builder::new(), |builder, words| builder.paragraph([text(words)]));
    Value::Rich(builder.doc())
}

fn show(decision: &Decision) -> String {
    let set = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" ");
    match decision {
        Decision::Keep { rule } => format!("keep: {rule}"),
        Decision::Yield { rule } => format!("yield: {rule}"),
        Decision::Set { rule, value: Value::Text(text) } => format!("set {text}: {rule}"),
        Decision::Set { rule, value: Value::Rich(doc) } => {
            format!("set {}: {rule}", doc.plain_text().split_whitespace().collect::<Vec<_>>().join(" "))
        }
        Decision::Set { rule, value } => format!("set {value:?}: {rule}"),
        Decision::Change { rule, add, remove } => {
            format!("add [{}] remove [{}]: {rule}", set(add), set(remove))
        }
    }
}

/// Owner, whether it is yielded, applied, observed, desired, and the decision.
type Case = (Owner, bool, Option<Value>, Option<Value>, Value, &'static str);

/// Every rule has a canonical example here, and the last test says so.
fn cases() -> Vec<Case> {
    use Owner::{Add, Backline, Once, Shared};
    let t = |word| Some(text_of(word));
    let w = |list| Some(words(list));
    vec![
        (Once, false, t("High"), t("Low"), text_of("Highest"), "keep: set once"),
        (Shared, false, t("High"), t("Highest"), text_of("Highest"), "keep: already so"),
        (Shared, true, t("High"), t("Low"), text_of("Highest"), "keep: taken over by a person"),
        (Backline, false, t("High"), t("Low"), text_of("High"), "set High: ours always"),
        (Shared, false, t("High"), t("High"), text_of("Low"), "set Low: changed here"),
        (Shared, false, t("High"), t("Highest"), text_of("High"), "yield: changed in Jira"),
        (Shared, false, t("High"), None, text_of("High"), "yield: changed in Jira"),
        (Shared, false, None, None, text_of("High"), "set High: was empty"),
        (Shared, false, None, t("Low"), text_of("High"), "yield: filled by a person"),
        (Add, false, w("a b"), w("a b mine"), words("a c"), "add [c] remove [b]: elements changed"),
        (Shared, false, w("a b"), w("a mine"), words("a b"), "keep: elements agree"),
        (Shared, false, w("a"), w("mine"), words("a c"), "add [c] remove []: elements changed"),
        (
            Shared,
            false,
            Some(doc(&["old"])),
            Some(doc(&["above", "old", "below"])),
            doc(&["new", "newer"]),
            "set above new newer below: block replaced",
        ),
        (
            Shared,
            false,
            Some(doc(&["old"])),
            Some(doc(&["old, edited"])),
            doc(&["new"]),
            "yield: block edited by a person",
        ),
        (Shared, false, Some(doc(&["old"])), Some(doc(&["old", "below"])), doc(&["old"]), "keep: already so"),
        (Shared, false, None, None, doc(&["new"]), "set new: was empty"),
        (Backline, false, None, Some(doc(&["theirs"])), doc(&["new"]), "set new theirs: ours always"),
    ]
}

#[test]
fn each_case_decides_as_written() {
    for (owner, is_yielded, applied, observed, desired, expected) in cases() {
        let field = Field {
            owner,
            is_yielded,
            applied: applied.as_ref(),
            theirs: None,
            observed: observed.as_ref(),
            desired: &desired,
        };
        assert_eq!(show(&merge(field)), expected, "{field:?}");
    }
}

#[test]
fn what_people_put_into_a_set_stays_when_it_is_wanted_no_more() {
    let (applied, observed, wanted) = (words("ours"), words("ours team-a"), words("ours team-a"));
    let field = Field {
        owner: Owner::Add,
        is_yielded: false,
        applied: Some(&applied),
        theirs: None,
        observed: Some(&observed),
        desired: &wanted,
    };
    let theirs = theirs(field);
    assert_eq!(theirs, BTreeSet::from(["team-a".to_owned()]));
    let later = words("ours");
    let field = Field { applied: Some(&wanted), theirs: Some(&theirs), desired: &later, ..field };
    assert_eq!(show(&merge(field)), "keep: elements agree");
}

#[test]
fn each_rule_has_a_case() {
    let expected: Vec<&str> = cases().iter().map(|case| case.5).collect();
    for rule in RULES {
        assert!(expected.iter().any(|line| line.ends_with(&format!(": {rule}"))), "no case shows '{rule}'");
    }
}

#[test]
fn a_write_has_landed_where_what_it_changed_is_there() {
    use Owner::{Add, Backline, Once, Shared};
    let landed = |owner, before: &str, written: &str, observed: &str| {
        has_landed(owner, Some(&words(before)), &words(written), Some(&words(observed)))
    };
    for owner in [Add, Shared, Once] {
        assert!(landed(owner, "a", "a b", "a b theirs"));
        assert!(!landed(owner, "a", "a b", "a theirs"), "{owner:?}: it was to be added");
        assert!(landed(owner, "a b", "a", "a theirs"));
        assert!(!landed(owner, "a b", "a", "a b theirs"), "{owner:?}: it was to be taken off");
    }
    assert!(!landed(Backline, "a", "a b", "a b theirs") && landed(Backline, "a", "a b", "a b"));
    let one = |owner, observed: Option<Value>| has_landed(owner, None, &text_of("x"), observed.as_ref());
    for owner in [Add, Shared, Once, Backline] {
        assert!(one(owner, Some(text_of("x"))) && !one(owner, Some(text_of("y"))) && !one(owner, None));
    }
    let block = |observed: &[&str]| has_landed(Shared, None, &doc(&["ours"]), Some(&doc(observed)));
    assert!(block(&["theirs", "ours"]) && !block(&["theirs"]) && !block(&["ours, changed"]));
}
