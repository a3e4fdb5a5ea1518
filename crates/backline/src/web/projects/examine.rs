//! The doctor and the preview: the mapping run over the newest vulnerabilities that its rule takes.

use super::form::lost_statuses;
use super::screen::Screen;
use backline_core::jira::field::Choice;
use backline_core::jira::kind;
use backline_core::jira::value::Value;
use backline_core::mapping::compose::compose;
use backline_core::mapping::doctor::{self, MappingProblem};
use backline_core::mapping::read::View;
use backline_core::mapping::rule::Rule;
use backline_core::mapping::{FieldMapping, Mapping};
use backline_core::vulnerability::Vulnerability;

/// How many of the newest vulnerabilities are tried.
pub const NEWEST: u64 = 200;
const PREVIEW_CHARS_MAX: usize = 700;

/// What the doctor found.
pub struct Findings {
    pub problems: Vec<MappingProblem>,
    /// What some vulnerabilities would be refused for, with how many.
    pub some: Vec<(MappingProblem, usize)>,
    /// Vulnerabilities that the rule takes, of those tried.
    pub matching: usize,
    pub preview: Option<Preview>,
}

/// A ticket as it would be created.
pub struct Preview {
    pub summary: String,
    pub description: Option<String>,
    /// Name and value, or why there is none.
    pub fields: Vec<(String, Result<String, String>)>,
}

pub fn examine(
    screen: &Screen,
    mapping: &Mapping,
    rule: &Rule,
    newest: &[Vulnerability],
    public_url: &str,
) -> Findings {
    let taken: Vec<&Vulnerability> =
        newest.iter().filter(|vulnerability| rule.matches(vulnerability)).collect();
    let view = |vulnerability| View { vulnerability, pull_requests: &[], public_url };
    let preview =
        taken.first().copied().or(newest.first()).map(|first| preview(screen, mapping, view(first)));
    let mut problems = doctor::check(&screen.fields, mapping);
    problems.extend(lost_statuses(mapping, screen));
    Findings {
        problems,
        some: doctor::examine(mapping, taken.iter().map(|vulnerability| view(vulnerability))),
        matching: taken.len(),
        preview,
    }
}

fn preview(screen: &Screen, mapping: &Mapping, view: View<'_>) -> Preview {
    let of = |id: &str| mapping.fields.iter().find(|field| field.field.id.as_str() == id);
    let text =
        |field: &FieldMapping| compose(field, view).map(|value| value.map(|value| in_words(field, &value)));
    let summary = of("summary").and_then(|field| text(field).ok().flatten()).unwrap_or_default();
    let description = of("description").and_then(|field| text(field).ok().flatten());
    let fields = screen
        .fields
        .iter()
        .filter(|meta| !matches!(meta.id.as_str(), "summary" | "description") && kind::of(meta).is_ok())
        .filter_map(|meta| match of(meta.id.as_str()) {
            Some(field) => match text(field) {
                Ok(Some(value)) => Some((meta.name.clone(), Ok(value))),
                Ok(None) => None,
                Err(why) => Some((meta.name.clone(), Err(why))),
            },
            None if meta.is_mandatory() => Some((meta.name.clone(), Err("required, empty".to_owned()))),
            None => None,
        })
        .collect();
    Preview { summary, description: description.map(|text| shortened(&text)), fields }
}

fn in_words(field: &FieldMapping, value: &Value) -> String {
    let label = |id: &str| {
        let allowed = field.field.allowed.as_deref().unwrap_or_default();
        allowed
            .iter()
            .find(|choice| choice.id == id)
            .map_or_else(|| id.to_owned(), |choice| choice.label.clone())
    };
    match value {
        Value::Text(text) => text.clone(),
        Value::Rich(doc) => doc.plain_text(),
        Value::Choice(id) | Value::User(id) => label(id),
        Value::Choices(ids) => ids.iter().map(|id| label(id)).collect::<Vec<_>>().join(", "),
        Value::Words(words) => words.iter().cloned().collect::<Vec<_>>().join(", "),
        Value::Date(date) => date.to_string(),
        Value::Nested { parent, child } => nested(field, parent, child.as_deref()),
        Value::Moment(at) => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Value::Number(number) => number.to_string(),
        Value::Object(object) => object.to_string(),
    }
}

fn nested(field: &FieldMapping, parent: &str, child: Option<&str>) -> String {
    let named = |list: &[Choice], id: &str| list.iter().find(|choice| choice.id == id).cloned();
    let above = named(field.field.allowed.as_deref().unwrap_or_default(), parent)
        .unwrap_or_else(|| Choice::new(parent, parent));
    match child {
        Some(id) => {
            let below = named(&above.children, id).map_or_else(|| id.to_owned(), |choice| choice.label);
            format!("{} › {below}", above.label)
        }
        None => above.label,
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(PREVIEW_CHARS_MAX) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}
