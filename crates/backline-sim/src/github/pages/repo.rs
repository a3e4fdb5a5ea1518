//! The list of repositories, one repository, and the form that opens a pull request in one step.

use super::bump::bump;
use super::{Cx, Page, Refusal, html};
use crate::github::change::{Change, CommitBy, PullDraft};
use crate::github::clock;
use crate::github::model::{Pull, Repo};
use crate::github::request::RepoPath;
use crate::github::seed;
use crate::github::wire::Wire;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

struct RepoLine {
    full_name: String,
    description: String,
    open: usize,
}

#[derive(Template)]
#[template(path = "github/repos.html")]
struct ReposPage {
    person: &'static str,
    repos: Vec<RepoLine>,
}

pub async fn list(cx: Cx) -> Page {
    let line = |wire: &Wire, repo: &Repo| RepoLine {
        full_name: wire.state.full_name(repo),
        description: repo.description.clone(),
        open: wire.state.pulls_of(repo.id).filter(|pull| pull.is_open).count(),
    };
    let repos = cx.read(|wire| wire.state.repos.values().map(|repo| line(&wire, repo)).collect());
    html(&ReposPage { person: seed::PERSON, repos })
}

struct PullLine {
    number: u64,
    title: String,
    author: String,
    state: &'static str,
    updated_at: String,
}

struct BranchLine {
    name: String,
    short_sha: String,
    message: String,
}

#[derive(Template)]
#[template(path = "github/repo.html")]
struct RepoPage {
    person: &'static str,
    full_name: String,
    description: String,
    branches: Vec<BranchLine>,
    files: Vec<String>,
    pulls: Vec<PullLine>,
}

pub async fn show(cx: Cx, Path(path): Path<RepoPath>) -> Page {
    let page = cx.read(|wire| {
        let repo = wire.state.load_repo(&path)?;
        let pull_line = |pull: &Pull| PullLine {
            number: pull.number,
            title: pull.title.clone(),
            author: wire.state.user(pull.author).login.clone(),
            state: state_of(pull),
            updated_at: clock::text(pull.updated_at),
        };
        let refs = wire.state.refs_of(repo.id);
        let branches = refs.iter().filter_map(|(name, sha)| {
            let message = &wire.state.commits.find(sha)?.message;
            Some(BranchLine {
                name: name.strip_prefix("refs/heads/")?.to_owned(),
                short_sha: sha[..7].to_owned(),
                message: message.lines().next().unwrap_or("").to_owned(),
            })
        });
        let tip = wire.state.branch_tip(repo.id, &repo.default_branch).unwrap_or_default();
        Ok::<_, Refusal>(RepoPage {
            person: seed::PERSON,
            full_name: wire.state.full_name(&repo),
            description: repo.description.clone(),
            branches: branches.collect(),
            files: wire.state.files_of_commit(&tip).into_keys().collect(),
            pulls: wire.state.pulls_of(repo.id).rev().map(pull_line).collect(),
        })
    });
    html(&page?)
}

pub fn state_of(pull: &Pull) -> &'static str {
    match (pull.merged_at.is_some(), pull.is_open, pull.is_draft) {
        (true, ..) => "merged",
        (_, false, _) => "closed",
        (_, true, true) => "draft",
        (_, true, false) => "open",
    }
}

/// The file that a change goes into of which only the title is known.
const NOTES: &str = "CHANGES.md";

/// Either a package to raise, wherever a manifest names it, or text to add to the end of a file; with a title alone,
/// the title is that text.
#[derive(Deserialize)]
pub struct NewPull {
    #[serde(default)]
    title: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    package: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    text: String,
}

struct Proposal {
    title: String,
    branch: String,
    edits: Vec<(String, Option<Vec<u8>>)>,
}

pub async fn open_pull(cx: Cx, Path(path): Path<RepoPath>, Form(form): Form<NewPull>) -> Page {
    let to = cx.change(|change| {
        let repo = change.state.load_repo(&path)?;
        let proposal = propose(change, &repo, &form)?;
        let given = form.title.trim();
        let title = if given.is_empty() { proposal.title } else { given.to_owned() };
        let tip = change.state.branch_tip(repo.id, &repo.default_branch).ok_or_else(Refusal::not_found)?;
        let branch = free_branch(change, &repo, &proposal.branch);
        change.create_ref(&repo, &format!("refs/heads/{branch}"), &tip)?;
        change.commit_files(&repo, &branch, &title, proposal.edits, CommitBy::default())?;
        let body = form.body.replace("\r\n", "\n");
        let draft = PullDraft {
            title,
            body: (!body.is_empty()).then_some(body),
            head: branch,
            base: repo.default_branch.clone(),
            ..PullDraft::default()
        };
        let repo = change.state.load_repo(&path)?;
        let id = change.open_pull(&repo, draft)?;
        Ok(change.wire().pull_html_url(&change.pull(id)))
    })?;
    Ok(Redirect::to(&to).into_response())
}

fn propose(change: &Change, repo: &Repo, form: &NewPull) -> Result<Proposal, Refusal> {
    let tip = change.state.branch_tip(repo.id, &repo.default_branch).unwrap_or_default();
    let files = change.state.files_of_commit(&tip);
    let content = |path: &str| {
        let bytes = files.get(path).and_then(|file| change.state.read_blob(&file.sha))?;
        String::from_utf8(bytes).ok()
    };
    let (package, version) = (form.package.trim(), form.version.trim());
    if !package.is_empty() {
        if version.is_empty() {
            return Err(Refusal::unprocessable(format!("Say to which version {package} is to be raised")));
        }
        let raised: Vec<(String, String, String)> = files
            .keys()
            .filter_map(|path| {
                let (text, old) = bump(path, &content(path)?, package, version)?;
                Some((path.clone(), text, old))
            })
            .collect();
        let message = || format!("No manifest of {} names {package} in another version", repo.name);
        let old = raised.first().map(|(_, _, old)| old.clone());
        let old = old.ok_or_else(|| Refusal::unprocessable(message()))?;
        return Ok(Proposal {
            title: format!("Bump {package} from {old} to {version}"),
            branch: format!("dana/bump-{package}-{version}"),
            edits: raised.into_iter().map(|(path, text, _)| (path, Some(text.into_bytes()))).collect(),
        });
    }
    let text = form.text.replace("\r\n", "\n");
    let (file, text) = match (form.file.as_str(), text.trim_end(), form.title.trim()) {
        (file, text, _) if !file.is_empty() && !text.trim().is_empty() => (file, text),
        (_, _, title) if !title.is_empty() => (NOTES, title),
        _ => {
            let missing = "Name a package and its new version, a file and the text to add, or a title";
            return Err(Refusal::unprocessable(missing));
        }
    };
    let old = content(file).unwrap_or_default();
    Ok(Proposal {
        title: format!("Update {file}"),
        branch: "dana/patch".to_owned(),
        edits: vec![(file.to_owned(), Some(format!("{old}{text}\n").into_bytes()))],
    })
}

/// The wished name with all that git forbids replaced, and a number when it is taken.
fn free_branch(change: &Change, repo: &Repo, wish: &str) -> String {
    let plain = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '/' | '-' | '_' | '.' => letter,
        _ => '-',
    };
    let name: String = wish.chars().map(plain).collect();
    let name = name.replace("//", "/").replace("..", ".").trim_matches('/').to_owned();
    let is_free = |name: &String| change.state.branch_tip(repo.id, name).is_none();
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.clone()).chain(numbered).find(is_free).expect("the numbers do not end")
}
