//! Values that a person looks for by name: people, groups, projects, issues, labels, and options of long lists.

use super::choice::{listed, with_children};
use super::editor::Draft;
use crate::app::App;
use crate::web::form::Fields;
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::kind::{self, Lookup};
use backline_engine::failure::Failure;
use backline_engine::metadata;
use std::collections::BTreeMap;

const FOUND_MAX: usize = 50;

/// What a search found.
#[derive(Debug, Default)]
pub struct Found {
    pub query: String,
    pub choices: Vec<Choice>,
}

/// Looks where something was typed, by the prefix of the field. That Jira does not answer leaves a list empty.
pub async fn all(app: &App, draft: &Draft<'_>, form: &Fields) -> BTreeMap<String, Found> {
    let mut found = BTreeMap::new();
    for name in form.names() {
        let Some(prefix) = name.strip_suffix(".query") else { continue };
        let query = form.text(name);
        let Some(meta) = field_of(draft, prefix).filter(|_| !query.is_empty()) else { continue };
        let choices = choices(app, draft, meta, query).await.unwrap_or_else(|failure| {
            tracing::warn!(%failure, field = %meta.id, "a field's values could not be looked for");
            Vec::new()
        });
        found.insert(prefix.to_owned(), Found { query: query.to_owned(), choices });
    }
    found
}

async fn choices(
    app: &App,
    draft: &Draft<'_>,
    meta: &FieldMeta,
    query: &str,
) -> Result<Vec<Choice>, Failure> {
    let Ok(kind) = kind::of(meta) else { return Ok(Vec::new()) };
    match kind.lookup(meta) {
        Lookup::Listed => Ok(in_list(meta, query)),
        lookup => {
            metadata::choices(&app.engine, draft.connection, &draft.screen.project, lookup, query).await
        }
    }
}

/// Options whose name has every word of the query in it.
fn in_list(meta: &FieldMeta, query: &str) -> Vec<Choice> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let is_meant = |choice: &Choice| {
        let label = listed(choice).label.to_lowercase();
        words.iter().all(|word| label.contains(word))
    };
    let all = meta.allowed.iter().flatten().flat_map(with_children);
    all.filter(is_meant).take(FOUND_MAX).collect()
}

/// The field whose names begin with `prefix`: `f.<id>`, or `s.<stage>.f.<id>`.
fn field_of<'d>(draft: &Draft<'d>, prefix: &str) -> Option<&'d FieldMeta> {
    let id = prefix.strip_prefix("f.").or_else(|| prefix.split_once(".f.").map(|(_, id)| id))?;
    let screen = draft.screen;
    screen.fields.iter().chain(&screen.resolution).find(|meta| meta.id.as_str() == id)
}
