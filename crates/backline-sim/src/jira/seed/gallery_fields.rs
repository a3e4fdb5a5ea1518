//! The custom fields of the gallery: one of every kind, odd ones, and many.
//!
//! Only issues of the gallery have them.

use super::fields::{EPIC_NAME, custom_type, options, regions};
use crate::jira::config::{Config, Field, Id, OptionRow};
use crate::jira::field::{self, FieldNo, Kind};

pub const SELECT: FieldNo = 10_204;
/// The first option of [`SELECT`], which is its default.
pub const SELECT_FIRST: Id = 10_200;
pub const TEXT_AREA: FieldNo = 10_201;
pub const CASCADING: FieldNo = 10_208;
pub const USER: FieldNo = 10_211;
pub const TEAM: FieldNo = 10_219;

/// The first field with odd metadata.
pub const ODD: FieldNo = 10_301;
const HUNDREDS: FieldNo = 12_000;
const HUNDREDS_COUNT: FieldNo = 250;

/// On the create screen of "Everything". The one that can be populated only through the API is on none.
pub static EVERYTHING: [FieldNo; 52] = {
    let mut numbers = [0; 52];
    let mut n = 0;
    while n < 51 {
        numbers[n] = 10_200 + n as FieldNo;
        n += 1;
    }
    numbers[51] = EPIC_NAME;
    numbers
};
const READ_ONLY: FieldNo = 10_290;

pub fn hundreds() -> impl Iterator<Item = FieldNo> {
    HUNDREDS..HUNDREDS + HUNDREDS_COUNT
}

pub fn odd() -> impl Iterator<Item = FieldNo> {
    ODD..ODD + odd_rows().len() as FieldNo
}

type Row = (&'static str, &'static str, &'static dyn Kind, Vec<OptionRow>);

fn row(name: &'static str, custom: &'static str, kind: &'static dyn Kind, options: Vec<OptionRow>) -> Row {
    (name, custom, kind, options)
}

macro_rules! greenhopper {
    ($name:literal) => {
        concat!("com.pyxis.greenhopper.jira:", $name)
    };
}

macro_rules! development {
    ($name:literal) => {
        concat!("com.atlassian.jira.plugins.jira-development-integration-plugin:", $name)
    };
}

macro_rules! forge {
    ($name:literal) => {
        concat!("ari:cloud:ecosystem::extension/6f1a/2b3c/static/", $name)
    };
}

pub fn add(config: &mut Config, project: Id) {
    let mut insert = |no, (name, custom, kind, options): Row| {
        config.add_field(Field { no, name, kind, custom: Some(custom), options, context: Some(project) });
    };
    for (no, row) in (10_200..).zip([basic_rows(), people_rows(), software_rows(), app_rows()].concat()) {
        insert(no, row);
    }
    insert(READ_ONLY, row("Read only", custom_type!("readonlyfield"), &field::Text, Vec::new()));
    for (no, row) in (ODD..).zip(odd_rows()) {
        insert(no, row);
    }
    for no in hundreds() {
        // Names are not unique on real sites; these are all the same.
        insert(no, row("One of hundreds", custom_type!("textfield"), &field::Text, Vec::new()));
    }
}

fn basic_rows() -> Vec<Row> {
    let none = Vec::new;
    let colours = || options(SELECT_FIRST, &["red", "green", "blue"]);
    let mut with_disabled = options(10_210, &["low", "high", "gone"]);
    with_disabled[2].is_disabled = true;
    vec![
        row("Text", custom_type!("textfield"), &field::Text, none()),
        row("Text area", custom_type!("textarea"), &field::Rich, none()),
        row("Address", custom_type!("url"), &field::Link, none()),
        row("Number", custom_type!("float"), &field::Number, none()),
        row("Select", custom_type!("select"), &field::Choice, colours()),
        row("Radio buttons", custom_type!("radiobuttons"), &field::Choice, with_disabled),
        row(
            "Multi select",
            custom_type!("multiselect"),
            &field::List(&field::Choice),
            options(10_220, &["a", "b"]),
        ),
        row(
            "Flagged",
            custom_type!("multicheckboxes"),
            &field::List(&field::Choice),
            options(10_230, &["Impediment"]),
        ),
        row("Cascading", custom_type!("cascadingselect"), &field::Cascading, regions()),
        row("Date", custom_type!("datepicker"), &field::Date, none()),
        row("Date and time", custom_type!("datetime"), &field::DateTime, none()),
    ]
}

fn people_rows() -> Vec<Row> {
    let none = Vec::new;
    let people = &field::List(&field::User);
    vec![
        row("User", custom_type!("userpicker"), &field::User, none()),
        row("Users", custom_type!("multiuserpicker"), people, none()),
        row("People", custom_type!("people"), people, none()),
        row("Group", custom_type!("grouppicker"), &field::InGroup, none()),
        row("Groups", custom_type!("multigrouppicker"), &field::List(&field::InGroup), none()),
        row("Words", custom_type!("labels"), &field::List(&field::Label), none()),
        row("Project picker", custom_type!("project"), &field::InProject, none()),
        row("Version", custom_type!("version"), &field::InVersion, none()),
        row("Team", custom_type!("atlassian-team"), &field::Team("team"), none()),
        row("Team", "com.atlassian.teams:rm-teams-custom-field-team", &field::Team("any"), none()),
        row("Versions", custom_type!("multiversion"), &field::List(&field::InVersion), none()),
        row("Import id", custom_type!("importid"), &field::IMPORT_ID, none()),
    ]
}

fn software_rows() -> Vec<Row> {
    let none = Vec::new;
    vec![
        row("Sprint", greenhopper!("gh-sprint"), &field::Sprint("json"), none()),
        row("Epic Link", greenhopper!("gh-epic-link"), &field::EpicLink, none()),
        row(
            "Epic Status",
            greenhopper!("gh-epic-status"),
            &field::Choice,
            options(10_240, &["To Do", "Done"]),
        ),
        row("Epic Color", greenhopper!("gh-epic-color"), &field::Text, none()),
        row("Rank", greenhopper!("gh-lexo-rank"), &field::RANK, none()),
        row("Story point estimate", greenhopper!("jsw-story-points"), &field::Number, none()),
        row("Target start", "com.atlassian.jpo:jpo-custom-field-baseline-start", &field::Date, none()),
        row("Target end", "com.atlassian.jpo:jpo-custom-field-baseline-end", &field::Date, none()),
        row("Parent Link", "com.atlassian.jpo:jpo-custom-field-parent", &field::PARENT_LINK, none()),
        row(
            "Original points",
            "com.atlassian.jpo:jpo-custom-field-original-story-points",
            &field::Number,
            none(),
        ),
        row("Development", development!("devsummarycf"), &field::DEVELOPMENT, none()),
        row("Vulnerability", development!("vulnerabilitycf"), &field::VULNERABILITY, none()),
        row("Design", development!("designcf"), &field::DESIGN, none()),
        row("Request Type", "com.atlassian.servicedesk:vp-origin", &field::REQUEST_TYPE, none()),
        row(
            "Organizations",
            "com.atlassian.servicedesk:sd-customer-organizations",
            &field::List(&field::Organisation),
            none(),
        ),
        row(
            "Request participants",
            "com.atlassian.servicedesk:sd-request-participants",
            &field::List(&field::User),
            none(),
        ),
        row(
            "Approvals",
            "com.atlassian.servicedesk.approvals-plugin:sd-approvals",
            &field::APPROVALS,
            none(),
        ),
        row("Time to resolution", "com.atlassian.servicedesk:sd-sla-field", &field::SLA, none()),
    ]
}

fn app_rows() -> Vec<Row> {
    let none = Vec::new;
    let assets = &field::List(&field::Asset);
    vec![
        row("Assets", "com.atlassian.jira.plugins.cmdb:cmdb-object-cftype", assets, none()),
        row("Assets of old", custom_type!("cmdb-object-cftype"), assets, none()),
        row("Forge text", forge!("text"), &field::Text, none()),
        row("Forge number", forge!("number"), &field::Number, none()),
        row("Forge user", forge!("user"), &field::User, none()),
        row("Forge group", forge!("group"), &field::InGroup, none()),
        row("Forge moment", forge!("moment"), &field::DateTime, none()),
        row("Forge object", forge!("object"), &field::AppValue::Object, none()),
        row("Forge texts", forge!("texts"), &field::List(&field::Text), none()),
        row("Connect choice", "com.example.app__choice", &field::Choice, options(1, &["one", "two"])),
    ]
}

/// Fields without anything odd of their own; the gallery says what is odd about each.
fn odd_rows() -> Vec<Row> {
    let none = Vec::new;
    let choices = |first| options(first, &["un", "deux"]);
    vec![
        row("Sans schéma", custom_type!("textfield"), &field::Text, none()),
        row("Sans clé", custom_type!("textfield"), &field::Text, none()),
        row("Sans opérations", custom_type!("textfield"), &field::Text, none()),
        row("Gravité", custom_type!("select"), &field::Choice, choices(10_260)),
        row("", custom_type!("textfield"), &field::Text, none()),
        row("Gravité", custom_type!("select"), &field::Choice, choices(10_270)),
        row("Sans type", custom_type!("textfield"), &field::Text, none()),
        row("重大度", "com.example.app:unheard-of", &field::AppValue::Any, none()),
        row("Sprint", greenhopper!("gh-sprint"), &field::Sprint("json"), none()),
        row("Objectifs", custom_type!("goals"), &field::List(&field::Label), none()),
        row("Numéros", custom_type!("select"), &field::Choice, choices(10_280)),
        row("Étiquettes", custom_type!("select"), &field::Choice, choices(10_290)),
        row("Aucun choix", custom_type!("select"), &field::Choice, choices(10_300)),
        row("Cascade vide", custom_type!("cascadingselect"), &field::Cascading, none()),
        row("Équipe", custom_type!("atlassian-team"), &field::Team("team"), none()),
        row("Copie", "com.example.app__copy", &field::AppValue::Any, none()),
        row("Rien", "com.example.app__nothing", &field::AppValue::Any, none()),
    ]
}
