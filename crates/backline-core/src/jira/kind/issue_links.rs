//! Links to other issues of the site: "blocks EX-1", "relates to EX-2".
//!
//! Jira takes them one by one as they are added, also while an issue is made, and no edit takes one away. An element
//! names the type, the end and the issue: `10000:outward:10412`.

use super::{Control, Kind, Lookup, Raw, Shown, choice};
use crate::jira::field::FieldMeta;
use crate::jira::value::Value;
use crate::mapping::catalogue::Shape;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

pub struct IssueLinks;

/// The ends at which the other issue can stand, as Jira names them.
const ENDS: [&str; 2] = ["outward", "inward"];

/// How a link is named in a mapping. `end` is `outward` ("blocks") or `inward` ("is blocked by").
pub fn element(link_type: &str, end: &str, issue: &str) -> String {
    format!("{link_type}:{end}:{issue}")
}

/// The issue that an element links to.
pub fn issue_of(element: &str) -> Option<&str> {
    parts(element).map(|(_, _, issue)| issue)
}

fn parts(element: &str) -> Option<(&str, &str, &str)> {
    let (link_type, rest) = element.split_once(':')?;
    let (end, issue) = rest.split_once(':')?;
    (ENDS.contains(&end) && !link_type.is_empty() && !issue.is_empty()).then_some((link_type, end, issue))
}

impl Kind for IssueLinks {
    fn title(&self) -> &'static str {
        "Links to issues"
    }

    fn recognises(&self, shown: &Shown<'_>) -> bool {
        shown.is_array_of("issuelinks")
    }

    fn control(&self) -> Control {
        Control::Links
    }

    fn lookup(&self, _field: &FieldMeta) -> Lookup {
        Lookup::Links
    }

    fn takes_manual(&self) -> bool {
        false
    }

    fn fits(&self, _shape: Shape) -> bool {
        false
    }

    fn compose(&self, _field: &FieldMeta, raw: Raw) -> Result<Value, String> {
        let Raw::Choices(choices) = raw else { return Err("links to issues are wanted here".to_owned()) };
        let wrong = choices.iter().find(|choice| parts(&choice.id).is_none());
        match wrong {
            Some(wrong) => Err(format!("'{}' is no link to an issue", wrong.label)),
            None if choices.is_empty() => Err("links to issues are wanted here".to_owned()),
            None => Ok(Value::Choices(choices.into_iter().map(|choice| choice.id).collect())),
        }
    }

    /// Never sent: see [`Kind::only_adds`].
    fn write(&self, _value: Option<&Value>) -> Json {
        json!([])
    }

    fn read(&self, json: &Json) -> Option<Value> {
        let links = json.as_array()?.iter().filter_map(|link| {
            let link_type = choice::id_of(&link["type"])?;
            let (end, other) = ENDS.iter().find_map(|end| Some((end, link.get(format!("{end}Issue"))?)))?;
            Some(element(&link_type, end, &choice::id_of(other)?))
        });
        let links: BTreeSet<String> = links.collect();
        (!links.is_empty()).then_some(Value::Choices(links))
    }

    fn write_element(&self, element: &str) -> Option<Json> {
        let (link_type, end, issue) = parts(element)?;
        Some(json!({"type": {"id": link_type}, format!("{end}Issue"): {"id": issue}}))
    }

    fn only_adds(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{IssueLinks, Kind, Raw, element, issue_of};
    use crate::jira::field::{Choice, FieldMeta};
    use crate::jira::value::Value;
    use serde_json::json;

    fn field() -> FieldMeta {
        FieldMeta {
            id: "issuelinks".into(),
            name: "Linked issues".to_owned(),
            is_required: false,
            has_default: false,
            schema: None,
            operations: vec!["add".to_owned(), "copy".to_owned()],
            allowed: None,
        }
    }

    #[test]
    fn what_is_added_is_read_back_as_the_same_link() {
        let links = [element("10000", "outward", "10412"), element("10003", "inward", "10413")];
        let raw = Raw::Choices(links.iter().map(|id| Choice::new(id.clone(), "blocks EX-1")).collect());
        let value = IssueLinks.compose(&field(), raw).unwrap();
        assert_eq!(
            IssueLinks.write_element(&links[0]),
            Some(json!({"type": {"id": "10000"}, "outwardIssue": {"id": "10412"}}))
        );
        let shown = json!([
            {"id": "1", "type": {"id": "10000", "name": "Blocks"}, "outwardIssue": {"id": "10412", "key": "EX-1"}},
            {"id": "2", "type": {"id": "10003"}, "inwardIssue": {"id": "10413", "key": "EX-2"}},
            {"id": "3", "type": {"id": "10003"}},
        ]);
        assert_eq!(IssueLinks.read(&shown), Some(value));
        assert_eq!(IssueLinks.read(&json!([])), None);
        assert_eq!(issue_of(&links[1]), Some("10413"));
    }

    #[test]
    fn what_is_no_link_is_refused_in_words() {
        let choice = |id: &str| Raw::Choices(vec![Choice::new(id, "EX-1")]);
        for id in ["10412", "10000:sideways:1", ":outward:1", "10000:outward:"] {
            let refused = IssueLinks.compose(&field(), choice(id));
            assert_eq!(refused, Err("'EX-1' is no link to an issue".to_owned()), "{id}");
        }
        assert!(IssueLinks.compose(&field(), Raw::Choices(Vec::new())).is_err());
        assert!(matches!(IssueLinks.compose(&field(), choice("1:inward:2")), Ok(Value::Choices(_))));
    }
}
