//! What a screen asks for: the field metadata of createmeta, editmeta and transitions.

use crate::jira::config::{Field, ScreenField, Transition};
use crate::jira::field::{At, COMMENT, FieldNo, ISSUE_TYPE, PROJECT, REPORTER, SECURITY};
use crate::jira::issue::Issue;
use crate::jira::look::Look;
use crate::jira::write::transition::meets;
use crate::jira::written::Piece;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// One field of a screen as metadata describes it. Keys that do not apply are absent.
pub fn field(look: &Look, field: &Field, on_screen: &ScreenField, at: At) -> Value {
    let mut shown = json!({
        "required": on_screen.is_required,
        "schema": field.schema(),
        "name": field.name,
        "key": field.id(),
        "hasDefaultValue": on_screen.default.is_some(),
        "operations": field.kind.operations(),
    });
    if let Some(url) = field.kind.complete_url(look, field, at) {
        shown["autoCompleteUrl"] = url.into();
    }
    if let Some(allowed) = field.kind.allowed(look, field, at) {
        shown["allowedValues"] = allowed.into();
    }
    if let Some(default) = &on_screen.default {
        // Reporter has a default, whoever asks, and the metadata does not show it.
        if field.no != REPORTER {
            shown["defaultValue"] = field.kind.render(look, field, default);
        }
    }
    if let Some(quirk) = look.state.config.quirks.get(&(at.issue_type, field.no)) {
        super::quirk::apply(*quirk, &mut shown);
    }
    shown
}

/// The permission without which a caller neither sees a field on a screen nor sets it.
pub fn permission_for(field: FieldNo) -> Option<&'static str> {
    match field {
        REPORTER => Some("MODIFY_REPORTER"),
        SECURITY => Some("SET_ISSUE_SECURITY"),
        _ => None,
    }
}

/// The create screen as this caller sees it: without reporter for those who may not choose it.
pub fn create_screen<'a>(look: &Look<'a>, at: At) -> Vec<(&'a Field, &'a ScreenField)> {
    let config = &look.state.config;
    let screen = config.screen_of(at.project, at.issue_type).iter();
    let screen = screen.filter_map(|on_screen| Some((config.fields.get(&on_screen.field)?, on_screen)));
    let may_set = |field: &Field| permission_for(field.no).is_none_or(|key| look.may(key, Some(at.project)));
    screen.filter(|(field, _)| may_set(field)).collect()
}

/// A field of createmeta, which names its id once more.
pub fn create_field(look: &Look, (of, on_screen): (&Field, &ScreenField), at: At) -> Value {
    let mut shown = field(look, of, on_screen, at);
    shown["fieldId"] = of.id().into();
    shown
}

/// The fields of editmeta, by id.
pub fn edit_fields(look: &Look, issue: &Issue) -> Value {
    let at = super::at(issue);
    let mut fields = Map::new();
    for (of, on_screen) in create_screen(look, at) {
        if of.no != PROJECT {
            let is_required = on_screen.is_required && of.no != ISSUE_TYPE;
            let on_screen = ScreenField { is_required, ..on_screen.clone() };
            fields.insert(of.id(), field(look, of, &on_screen, at));
        }
    }
    if let Some(comment) = look.state.config.fields.get(&COMMENT) {
        let on_screen = ScreenField { field: COMMENT, is_required: false, default: None };
        fields.insert(comment.id(), field(look, comment, &on_screen, at));
    }
    Value::Object(fields)
}

/// A transition as an issue that it leaves shows it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Offer {
    id: String,
    name: &'static str,
    to: Option<Piece>,
    has_screen: bool,
    is_global: bool,
    is_initial: bool,
    /// Whether the caller meets its condition.
    is_available: bool,
    is_conditional: bool,
    is_looped: bool,
    /// Those of its screen by id, where they are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Map<String, Value>>,
}

pub fn transition(look: &Look, issue: &Issue, transition: &Transition, with_fields: bool) -> Offer {
    let config = &look.state.config;
    let fields = || {
        let at = super::at(issue);
        let screen = transition.screen.as_deref().unwrap_or(&[]);
        let fields = screen.iter().filter_map(|on_screen| {
            let of = config.fields.get(&on_screen.field)?;
            let mut row = field(look, of, on_screen, at);
            row["fieldId"] = of.id().into();
            Some((of.id(), row))
        });
        fields.collect()
    };
    Offer {
        id: transition.id.to_string(),
        name: transition.name,
        to: config.statuses.get(&transition.to).map(|status| look.written_status(status)),
        has_screen: transition.screen.is_some(),
        is_global: transition.from.is_empty(),
        is_initial: false,
        is_available: meets(look, issue, transition),
        is_conditional: transition.condition.is_some(),
        is_looped: transition.to == issue.status,
        fields: with_fields.then(fields),
    }
}
