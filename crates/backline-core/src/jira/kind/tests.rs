//! Every row of the contract's two tables of field types: which kind it has, how a value is written and read back.

use super::*;
use crate::jira::field::Schema;
use expect_test::{Expect, expect};
use serde_json::json;

const OWN: &str = "com.atlassian.jira.plugin.system.customfieldtypes:";

fn meta(id: &str, kind: &str, items: Option<&str>, custom: Option<&str>) -> FieldMeta {
    FieldMeta {
        id: id.into(),
        name: "Field".into(),
        is_required: false,
        has_default: false,
        schema: Some(Schema {
            kind: kind.to_owned(),
            items: items.map(str::to_owned),
            system: custom.is_none().then(|| id.to_owned()),
            custom: custom.map(|custom| match custom.strip_prefix("C:") {
                Some(own) => format!("{OWN}{own}"),
                None => custom.to_owned(),
            }),
        }),
        operations: vec!["set".to_owned()],
        allowed: None,
    }
}

fn title(id: &str, kind: &str, items: Option<&str>, custom: Option<&str>) -> String {
    match of(&meta(id, kind, items, custom)) {
        Ok(kind) => kind.title().to_owned(),
        Err(reason) => format!("- {reason}"),
    }
}

fn check(rows: &[(&str, &str, Option<&str>, Option<&str>)], expected: Expect) {
    let lines = rows.iter().map(|(id, kind, items, custom)| {
        format!("{}: {}\n", custom.unwrap_or(id), title(id, kind, *items, *custom))
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn every_system_field_has_a_kind_or_a_reason() {
    check(
        &[
            ("project", "project", None, None),
            ("issuetype", "issuetype", None, None),
            ("summary", "string", None, None),
            ("description", "string", None, None),
            ("environment", "string", None, None),
            ("priority", "priority", None, None),
            ("labels", "array", Some("string"), None),
            ("components", "array", Some("component"), None),
            ("versions", "array", Some("version"), None),
            ("fixVersions", "array", Some("version"), None),
            ("assignee", "user", None, None),
            ("reporter", "user", None, None),
            ("duedate", "date", None, None),
            ("security", "securitylevel", None, None),
            ("parent", "issuelink", None, None),
            ("issuelinks", "array", Some("issuelinks"), None),
            ("timetracking", "timetracking", None, None),
            ("attachment", "array", Some("attachment"), None),
            ("resolution", "resolution", None, None),
            ("comment", "comments-page", None, None),
            ("worklog", "array", Some("worklog"), None),
            ("issuerestriction", "issuerestriction", None, None),
            ("status", "status", None, None),
            ("created", "datetime", None, None),
            ("votes", "votes", None, None),
        ],
        expect![[r#"
            project: - Backline sends it by itself
            issuetype: - Backline sends it by itself
            summary: Text, up to 255
            description: Rich text, up to 32,767
            environment: Rich text, up to 32,767
            priority: One of a list
            labels: Labels
            components: Several of a list
            versions: Several of a list
            fixVersions: Several of a list
            assignee: Person
            reporter: Person
            duedate: Date
            security: One of a list
            parent: Parent issue
            issuelinks: Links to issues
            timetracking: Original estimate
            attachment: - files can only be attached after the ticket exists
            resolution: One of a list
            comment: - comments are said as the fix moves: see the lifecycle
            worklog: - work is logged on a ticket that exists
            issuerestriction: - Atlassian does not document how it is set
            status: - a status is reached by a transition: see the lifecycle
            created: - Jira manages it
            votes: - Jira manages it
        "#]],
    );
}

#[test]
fn every_custom_type_has_a_kind_or_a_reason() {
    check(
        &[
            ("customfield_1", "string", None, Some("C:textfield")),
            ("customfield_1", "string", None, Some("C:textarea")),
            ("customfield_1", "string", None, Some("C:url")),
            ("customfield_1", "string", None, Some("C:readonlyfield")),
            ("customfield_1", "number", None, Some("C:importid")),
            ("customfield_1", "number", None, Some("C:float")),
            ("customfield_1", "date", None, Some("C:datepicker")),
            ("customfield_1", "datetime", None, Some("C:datetime")),
            ("customfield_1", "option", None, Some("C:select")),
            ("customfield_1", "option", None, Some("C:radiobuttons")),
            ("customfield_1", "array", Some("option"), Some("C:multiselect")),
            ("customfield_1", "array", Some("option"), Some("C:multicheckboxes")),
            ("customfield_1", "option-with-child", None, Some("C:cascadingselect")),
            ("customfield_1", "array", Some("string"), Some("C:cascadingselect")),
            ("customfield_1", "user", None, Some("C:userpicker")),
            ("customfield_1", "array", Some("user"), Some("C:multiuserpicker")),
            ("customfield_1", "array", Some("user"), Some("C:people")),
            ("customfield_1", "group", None, Some("C:grouppicker")),
            ("customfield_1", "array", Some("group"), Some("C:multigrouppicker")),
            ("customfield_1", "array", Some("string"), Some("C:labels")),
            ("customfield_1", "project", None, Some("C:project")),
            ("customfield_1", "version", None, Some("C:version")),
            ("customfield_1", "array", Some("version"), Some("C:multiversion")),
            ("customfield_1", "team", None, Some("C:atlassian-team")),
            ("customfield_1", "any", None, Some("com.atlassian.teams:rm-teams-custom-field-team")),
            ("customfield_1", "array", Some("json"), Some("com.pyxis.greenhopper.jira:gh-sprint")),
            ("customfield_1", "array", Some("string"), Some("com.pyxis.greenhopper.jira:gh-sprint")),
            ("customfield_1", "any", None, Some("com.pyxis.greenhopper.jira:gh-epic-link")),
            ("customfield_1", "string", None, Some("com.pyxis.greenhopper.jira:gh-epic-label")),
            ("customfield_1", "option", None, Some("com.pyxis.greenhopper.jira:gh-epic-status")),
            ("customfield_1", "string", None, Some("com.pyxis.greenhopper.jira:gh-epic-color")),
            ("customfield_1", "any", None, Some("com.pyxis.greenhopper.jira:gh-lexo-rank")),
            ("customfield_1", "number", None, Some("com.pyxis.greenhopper.jira:jsw-story-points")),
            ("customfield_1", "date", None, Some("com.atlassian.jpo:jpo-custom-field-baseline-start")),
            ("customfield_1", "any", None, Some("com.atlassian.jpo:jpo-custom-field-parent")),
            (
                "customfield_1",
                "number",
                None,
                Some("com.atlassian.jpo:jpo-custom-field-original-story-points"),
            ),
            (
                "customfield_1",
                "any",
                None,
                Some("com.atlassian.jira.plugins.jira-development-integration-plugin:devsummarycf"),
            ),
            (
                "customfield_1",
                "any",
                None,
                Some("com.atlassian.jira.plugins.jira-development-integration-plugin:vulnerabilitycf"),
            ),
            ("customfield_1", "sd-customerrequesttype", None, Some("com.atlassian.servicedesk:vp-origin")),
            (
                "customfield_1",
                "array",
                Some("sd-customerorganization"),
                Some("com.atlassian.servicedesk:sd-customer-organizations"),
            ),
            (
                "customfield_1",
                "array",
                Some("user"),
                Some("com.atlassian.servicedesk:sd-request-participants"),
            ),
            (
                "customfield_1",
                "sd-approvals",
                None,
                Some("com.atlassian.servicedesk.approvals-plugin:sd-approvals"),
            ),
            (
                "customfield_1",
                "sd-servicelevelagreement",
                None,
                Some("com.atlassian.servicedesk:sd-sla-field"),
            ),
            (
                "customfield_1",
                "array",
                Some("cmdb-object-field"),
                Some("com.atlassian.jira.plugins.cmdb:cmdb-object-cftype"),
            ),
            ("customfield_1", "any", None, Some("C:cmdb-object-cftype")),
            ("customfield_1", "string", None, Some("ari:cloud:ecosystem::extension/a/b/static/word")),
            (
                "customfield_1",
                "array",
                Some("string"),
                Some("ari:cloud:ecosystem::extension/a/b/static/words"),
            ),
            ("customfield_1", "object", None, Some("ari:cloud:ecosystem::extension/a/b/static/thing")),
            ("customfield_1", "option", None, Some("com.example.app:choice")),
            ("customfield_1", "array", Some("Beschriftung"), Some("com.example.app:odd")),
            ("customfield_1", "any", None, Some("com.example.app:any")),
        ],
        expect![[r#"
            C:textfield: Text, up to 255
            C:textarea: Rich text, up to 32,767
            C:url: Web address
            C:readonlyfield: Text, up to 255
            C:importid: - Jira manages it
            C:float: Number
            C:datepicker: Date
            C:datetime: Date and time
            C:select: One of a list
            C:radiobuttons: One of a list
            C:multiselect: Several of a list
            C:multicheckboxes: Several of a list
            C:cascadingselect: One of a list, and one below it
            C:cascadingselect: One of a list, and one below it
            C:userpicker: Person
            C:multiuserpicker: People
            C:people: People
            C:grouppicker: Group
            C:multigrouppicker: Groups
            C:labels: Labels
            C:project: Project
            C:version: One of a list
            C:multiversion: Several of a list
            C:atlassian-team: Team, by id
            com.atlassian.teams:rm-teams-custom-field-team: Team, by id
            com.pyxis.greenhopper.jira:gh-sprint: Sprint, by number
            com.pyxis.greenhopper.jira:gh-sprint: Sprint, by number
            com.pyxis.greenhopper.jira:gh-epic-link: Epic, by key
            com.pyxis.greenhopper.jira:gh-epic-label: Text, up to 255
            com.pyxis.greenhopper.jira:gh-epic-status: - Jira's boards manage it
            com.pyxis.greenhopper.jira:gh-epic-color: - Jira's boards manage it
            com.pyxis.greenhopper.jira:gh-lexo-rank: - Jira's boards manage it
            com.pyxis.greenhopper.jira:jsw-story-points: Number
            com.atlassian.jpo:jpo-custom-field-baseline-start: Date
            com.atlassian.jpo:jpo-custom-field-parent: - Jira's plans manage it
            com.atlassian.jpo:jpo-custom-field-original-story-points: - Jira's plans manage it
            com.atlassian.jira.plugins.jira-development-integration-plugin:devsummarycf: - Jira manages it
            com.atlassian.jira.plugins.jira-development-integration-plugin:vulnerabilitycf: - Jira manages it
            com.atlassian.servicedesk:vp-origin: - Jira Service Management sets it for requests that are made in its portal
            com.atlassian.servicedesk:sd-customer-organizations: Organizations, by number
            com.atlassian.servicedesk:sd-request-participants: People
            com.atlassian.servicedesk.approvals-plugin:sd-approvals: - Jira Service Management manages it
            com.atlassian.servicedesk:sd-sla-field: - Jira Service Management manages it
            com.atlassian.jira.plugins.cmdb:cmdb-object-cftype: Assets objects, by id
            C:cmdb-object-cftype: Assets objects, by id
            ari:cloud:ecosystem::extension/a/b/static/word: Text, up to 255
            ari:cloud:ecosystem::extension/a/b/static/words: Several texts
            ari:cloud:ecosystem::extension/a/b/static/thing: Object of an app, as JSON
            com.example.app:choice: One of a list
            com.example.app:odd: - no values are known for fields of type array of Beschriftung
            com.example.app:any: - no values are known for fields of type any
        "#]],
    );
}

/// Composes, writes and reads back what Jira then shows; it must be the same value.
fn round(meta: &FieldMeta, raw: Raw, written: &Json, shown: &Json) {
    let kind = of(meta).expect("a kind");
    let value = kind.compose(meta, raw).expect("Jira takes it");
    assert_eq!(&kind.write(Some(&value)), written, "{}", kind.title());
    assert_eq!(kind.read(shown), Some(value), "{}", kind.title());
}

fn text(text: &str) -> Raw {
    Raw::Text(text.to_owned())
}

fn chosen(id: &str) -> Raw {
    Raw::Choices(vec![Choice::new(id, "Label")])
}

#[test]
fn what_is_written_is_read_back_as_the_same_value() {
    let custom =
        |kind: &str, items: Option<&str>, custom: &str| meta("customfield_1", kind, items, Some(custom));
    let nested =
        Raw::Choices(vec![Choice { children: vec![Choice::new("12", "FR")], ..Choice::new("10", "EU") }]);
    let user = json!({"accountId": "712020:a"});
    round(
        &custom("string", None, "C:url"),
        text(" https://example.org/a "),
        &json!("https://example.org/a"),
        &json!("https://example.org/a"),
    );
    round(&custom("number", None, "C:float"), text("5"), &json!(5.0), &json!(5.0));
    round(
        &custom("date", None, "C:datepicker"),
        text("2026-10-15"),
        &json!("2026-10-15"),
        &json!("2026-10-15"),
    );
    round(
        &custom("datetime", None, "C:datetime"),
        text("2026-10-15T09:30"),
        &json!("2026-10-15T09:30:00.000+0000"),
        &json!("2026-10-15T11:30:00.000+0200"),
    );
    round(
        &custom("option-with-child", None, "C:cascadingselect"),
        nested,
        &json!({"id": "10", "child": {"id": "12"}}),
        &json!({"self": "x", "value": "EU", "id": "10", "child": {"value": "FR", "id": "12"}}),
    );
    round(
        &custom("option-with-child", None, "C:cascadingselect"),
        chosen("10"),
        &json!({"id": "10"}),
        &json!({"value": "EU", "id": "10"}),
    );
    round(&custom("user", None, "C:userpicker"), chosen("712020:a"), &user, &user);
    round(
        &custom("array", Some("user"), "C:multiuserpicker"),
        chosen("712020:a"),
        &json!([user]),
        &json!([{"accountId": "712020:a", "displayName": "Ann"}]),
    );
    round(
        &custom("group", None, "C:grouppicker"),
        Raw::Choices(vec![Choice::new("staff", "staff")]),
        &json!({"name": "staff"}),
        &json!({"name": "staff", "groupId": "g-1"}),
    );
    round(
        &custom("array", Some("group"), "C:multigrouppicker"),
        Raw::Choices(["staff", "night watch"].map(|name| Choice::new(name, name)).to_vec()),
        &json!([{"name": "night watch"}, {"name": "staff"}]),
        &json!([{"name": "staff", "groupId": "1"}, {"name": "night watch"}]),
    );
    round(
        &custom("project", None, "C:project"),
        chosen("10000"),
        &json!({"id": "10000"}),
        &json!({"id": "10000", "key": "EX"}),
    );
    round(
        &custom("version", None, "C:version"),
        chosen("10001"),
        &json!({"id": "10001"}),
        &json!({"id": "10001", "name": "1.0"}),
    );
    round(
        &custom("array", Some("version"), "C:multiversion"),
        chosen("10001"),
        &json!([{"id": "10001"}]),
        &json!([{"id": "10001", "name": "1.0"}]),
    );
    round(
        &custom("team", None, "C:atlassian-team"),
        text("https://home.example/people/team/36885b3c?x=1"),
        &json!("36885b3c"),
        &json!({"id": "36885b3c", "name": "Blue"}),
    );
    round(
        &custom("array", Some("json"), "com.pyxis.greenhopper.jira:gh-sprint"),
        text("37"),
        &json!(37),
        &json!([{"id": 12, "state": "closed"}, {"id": 37, "state": "active"}]),
    );
    round(
        &custom("any", None, "com.pyxis.greenhopper.jira:gh-epic-link"),
        text("ex-1"),
        &json!("EX-1"),
        &json!("EX-1"),
    );
    round(
        &custom(
            "array",
            Some("sd-customerorganization"),
            "com.atlassian.servicedesk:sd-customer-organizations",
        ),
        text("2, 1"),
        &json!([1, 2]),
        &json!([{"id": "1", "name": "A"}, {"id": "2"}]),
    );
    round(
        &custom("array", Some("cmdb-object-field"), "com.atlassian.jira.plugins.cmdb:cmdb-object-cftype"),
        text("w:88"),
        &json!([{"workspaceId": "w", "id": "w:88", "objectId": "88"}]),
        &json!([{"workspaceId": "w", "id": "w:88", "objectId": "88"}]),
    );
    round(
        &custom("array", Some("string"), "ari:cloud:ecosystem::extension/a/b/static/words"),
        text("one two, three"),
        &json!(["one two", "three"]),
        &json!(["three", "one two"]),
    );
    round(
        &custom("object", None, "ari:cloud:ecosystem::extension/a/b/static/thing"),
        text("{\"a\": 1}"),
        &json!({"a": 1}),
        &json!({"a": 1}),
    );
    round(
        &meta("parent", "issuelink", None, None),
        chosen("10012"),
        &json!({"id": "10012"}),
        &json!({"id": "10012", "key": "EX-1", "fields": {}}),
    );
    round(
        &meta("timetracking", "timetracking", None, None),
        text("1d 4h"),
        &json!({"originalEstimate": "720m"}),
        &json!({"originalEstimate": "1d 4h", "originalEstimateSeconds": 43200}),
    );
}

#[test]
fn what_jira_would_refuse_is_refused_in_words() {
    let check = |meta: FieldMeta, raw: Raw, expected: &str| {
        let kind = of(&meta).expect("a kind");
        assert_eq!(kind.compose(&meta, raw).expect_err("refused"), expected);
    };
    let custom = |kind: &str, custom: &str| meta("customfield_1", kind, None, Some(custom));
    check(custom("string", "C:url"), text("ftp://x"), "'ftp://x' is not a web address");
    check(
        custom("datetime", "C:datetime"),
        text("soon"),
        "'soon' is not a moment such as 2026-10-15T09:00 or 2026-10-15T09:00+02:00",
    );
    check(custom("user", "C:userpicker"), text("Ann Lee"), "one person is wanted here");
    check(
        custom("any", "com.pyxis.greenhopper.jira:gh-epic-link"),
        text("EX"),
        "'EX' is not a key such as EX-1",
    );
    check(custom("any", "C:cmdb-object-cftype"), text("88"), "'88' is not an object such as workspace:88");
    check(custom("object", "com.example.app:thing"), text("[1]"), "an object is wanted here, in braces");
    check(
        meta("timetracking", "timetracking", None, None),
        text("soon"),
        "'soon' is not a span of time such as 1w 2d 4h 30m",
    );
    let mut cascade = custom("option-with-child", "C:cascadingselect");
    cascade.allowed =
        Some(vec![Choice { children: vec![Choice::new("12", "FR")], ..Choice::new("10", "EU") }]);
    let lost = Choice { children: vec![Choice::new("13", "DE")], ..Choice::new("10", "EU") };
    check(cascade, Raw::Choices(vec![lost]), "Jira does not offer 'DE' below 'EU' for Field");
}
