//! Labels of a repository and of its pull requests.

use super::{Change, Refusal};
use crate::github::model::{Label, Repo};
use serde_json::json;

const COLOR_DEFAULT: &str = "ededed";

impl Change<'_> {
    /// Gives the label's key: its name in lower case, since GitHub compares names so.
    pub fn create_label(
        &mut self,
        repo: &Repo,
        name: &str,
        color: Option<String>,
        description: Option<String>,
    ) -> Result<String, Refusal> {
        let key = name.to_lowercase();
        if name.trim().is_empty() {
            return Err(Refusal::field("Label", "name", "missing_field"));
        }
        if self.state.repo(repo.id).labels.contains_key(&key) {
            return Err(Refusal::field("Label", "name", "already_exists"));
        }
        let label = Label {
            id: self.state.next_id(),
            name: name.to_owned(),
            color: color.unwrap_or_else(|| COLOR_DEFAULT.to_owned()),
            description,
        };
        self.state.repos.edit(&repo.id, |repo| {
            repo.labels.insert(key.clone(), label);
        });
        Ok(key)
    }

    /// Makes the pull request carry exactly `names` (`replace`) or these too. Unknown labels are created.
    pub fn label_pull(&mut self, id: u64, names: &[String], replace: bool) -> Result<(), Refusal> {
        let repo = self.state.repo(self.pull(id).repo).clone();
        if replace {
            let wanted: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
            for gone in self.pull(id).labels.into_iter().filter(|key| !wanted.contains(key)) {
                self.unlabel_pull(id, &gone)?;
            }
        }
        for name in names {
            let key = name.to_lowercase();
            if self.pull(id).labels.contains(&key) {
                continue;
            }
            if !self.state.repo(repo.id).labels.contains_key(&key) {
                self.create_label(&repo, name, None, None)?;
            }
            self.touch_pull(id, |pull| pull.labels.push(key.clone()));
            self.emit_label(id, &key, "labeled");
        }
        Ok(())
    }

    pub fn unlabel_pull(&mut self, id: u64, name: &str) -> Result<(), Refusal> {
        let key = name.to_lowercase();
        if !self.pull(id).labels.contains(&key) {
            return Err(Refusal::new(axum::http::StatusCode::NOT_FOUND, "Label does not exist"));
        }
        self.touch_pull(id, |pull| pull.labels.retain(|label| *label != key));
        self.emit_label(id, &key, "unlabeled");
        Ok(())
    }

    fn emit_label(&mut self, id: u64, key: &str, action: &str) {
        let repo = self.state.repo(self.pull(id).repo);
        let label = repo.labels.get(key).map(|label| self.wire().label(repo, label));
        self.emit_pull(id, action, json!({"label": label}));
    }
}
