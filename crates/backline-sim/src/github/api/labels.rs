//! Labels of repositories and pull requests.

use crate::github::answer::{Answer, created, no_content, ok};
use crate::github::change::Change;
use crate::github::error::Refusal;
use crate::github::model::Label;
use crate::github::paging::Paging;
use crate::github::request::{Cx, Input, PullPath, RepoPath};
use axum::extract::Path;
use serde::Deserialize;
use serde_json::Value;

pub async fn list(cx: Cx, Path(path): Path<RepoPath>, paging: Paging) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&path)?;
        let labels: Vec<&Label> = repo.labels.values().collect();
        Ok(paging.answer(&labels, |label| wire.label(&repo, label)))
    })
}

pub async fn show(cx: Cx, Path((owner, repo, name)): Path<(String, String, String)>) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&(owner, repo))?;
        let label = repo.labels.get(&name.to_lowercase()).ok_or_else(Refusal::not_found)?;
        Ok(ok(wire.label(&repo, label)))
    })
}

#[derive(Deserialize)]
pub struct Create {
    #[serde(default)]
    name: String,
    color: Option<String>,
    description: Option<String>,
}

pub async fn create(cx: Cx, Path(path): Path<RepoPath>, Input(input): Input<Create>) -> Answer {
    cx.change(|change| {
        let repo = change.state.load_repo(&path)?;
        let key = change.create_label(&repo, &input.name, input.color, input.description)?;
        let repo = change.state.load_repo(&path)?;
        let label = repo.labels.get(&key).ok_or_else(Refusal::not_found)?;
        Ok(created(change.wire().label(&repo, label)))
    })
}

/// `["a"]`, `{"labels": ["a"]}` and `{"labels": [{"name": "a"}]}` are all in use.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum Names {
    Bare(Vec<Name>),
    Wrapped { labels: Vec<Name> },
}

#[derive(Deserialize)]
#[serde(untagged)]
pub enum Name {
    Text(String),
    Object { name: String },
}

impl Names {
    fn into_texts(self) -> Vec<String> {
        let (Self::Bare(names) | Self::Wrapped { labels: names }) = self;
        let text = |name| match name {
            Name::Text(name) | Name::Object { name } => name,
        };
        names.into_iter().map(text).collect()
    }
}

/// Changes the labels of a pull request and answers all that it then has.
fn with_pull(
    cx: &Cx,
    path: &PullPath,
    act: impl FnOnce(&mut Change<'_>, u64) -> Result<(), Refusal>,
) -> Result<Value, Refusal> {
    cx.change(|change| {
        let id = change.state.load_pull(path)?.id;
        act(change, id)?;
        let pull = change.pull(id);
        Ok(change.wire().labels(change.state.repo(pull.repo), &pull.labels))
    })
}

pub async fn of_pull(cx: Cx, Path(path): Path<PullPath>) -> Answer {
    with_pull(&cx, &path, |_, _| Ok(())).map(ok)
}

pub async fn add(cx: Cx, Path(path): Path<PullPath>, Input(names): Input<Names>) -> Answer {
    with_pull(&cx, &path, |change, id| change.label_pull(id, &names.into_texts(), false)).map(ok)
}

pub async fn replace(cx: Cx, Path(path): Path<PullPath>, Input(names): Input<Names>) -> Answer {
    with_pull(&cx, &path, |change, id| change.label_pull(id, &names.into_texts(), true)).map(ok)
}

pub async fn clear(cx: Cx, Path(path): Path<PullPath>) -> Answer {
    with_pull(&cx, &path, |change, id| change.label_pull(id, &[], true)).map(|_| no_content())
}

pub async fn remove(
    cx: Cx,
    Path((owner, repo, number, name)): Path<(String, String, u64, String)>,
) -> Answer {
    with_pull(&cx, &(owner, repo, number), |change, id| change.unlabel_pull(id, &name)).map(ok)
}
