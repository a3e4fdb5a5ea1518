//! What somebody else does while a request is under way.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What somebody else does: a request of theirs.
///
/// In `path` and in every text of `body`, `{1}` stands for what the first `*` of the entry's path matched, `{2}`
/// for the second, and so on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Act {
    #[serde(default)]
    pub when: When,
    #[serde(default = "post")]
    pub method: String,
    /// Below `/_sim/jira/`, `/_sim/accounts/`, `/sites/` or `/github/`.
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Account id of a person on a Jira site, or login of a user of GitHub. Ada Admin or `dev-dana` if left out.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    #[default]
    Before,
    After,
}

fn post() -> String {
    "POST".into()
}

impl Act {
    /// The act with `{n}` replaced by what the stars of the path caught.
    pub(in crate::fault) fn filled(&self, caught: &[String]) -> Self {
        let fill = |text: &str| {
            let parts = caught.iter().enumerate();
            parts.fold(text.to_owned(), |text, (n, part)| text.replace(&format!("{{{}}}", n + 1), part))
        };
        let body = self.body.as_ref().map(|body| filled(body, &fill));
        Self { path: fill(&self.path), body, ..self.clone() }
    }
}

fn filled(value: &Value, fill: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => fill(text).into(),
        Value::Array(values) => values.iter().map(|value| filled(value, fill)).collect(),
        Value::Object(object) => Value::Object(
            object.iter().map(|(key, value)| (key.clone(), filled(value, fill))).collect::<Map<_, _>>(),
        ),
        other => other.clone(),
    }
}
