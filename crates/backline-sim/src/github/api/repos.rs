//! Repositories and their branches.

use crate::github::answer::{Answer, ok};
use crate::github::error::Refusal;
use crate::github::model::Repo;
use crate::github::paging::Paging;
use crate::github::request::{Cx, RepoPath};
use axum::extract::Path;
use axum::http::StatusCode;

pub async fn show(cx: Cx, Path(path): Path<RepoPath>) -> Answer {
    cx.read(|wire| Ok(ok(wire.repo(&wire.state.load_repo(&path)?))))
}

pub async fn show_by_id(cx: Cx, Path(id): Path<u64>) -> Answer {
    cx.read(|wire| Ok(ok(wire.repo(wire.state.repos.find(&id).ok_or_else(Refusal::not_found)?))))
}

fn page(cx: &Cx, paging: &Paging, is_wanted: impl Fn(&Repo) -> bool) -> Answer {
    cx.read(|wire| {
        let repos: Vec<&Repo> = wire.state.repos.values().filter(|repo| is_wanted(repo)).collect();
        Ok(paging.answer(&repos, |repo| wire.repo(repo)))
    })
}

pub async fn mine(cx: Cx, paging: Paging) -> Answer {
    page(&cx, &paging, |_| true)
}

pub async fn of_owner(cx: Cx, Path(login): Path<String>, paging: Paging) -> Answer {
    let owner = cx.read(|wire| wire.state.user_by_login(&login).map(|user| user.id));
    let owner = owner.ok_or_else(Refusal::not_found)?;
    page(&cx, &paging, |repo| repo.owner == owner)
}

pub async fn branches(cx: Cx, Path(path): Path<RepoPath>, paging: Paging) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&path)?;
        let refs = wire.state.refs_of(repo.id);
        let branches: Vec<_> =
            refs.iter().filter_map(|(name, sha)| Some((name.strip_prefix("refs/heads/")?, sha))).collect();
        Ok(paging.answer(&branches, |(name, sha)| wire.branch(&repo, name, sha, false)))
    })
}

pub async fn branch(cx: Cx, Path((owner, name, branch)): Path<(String, String, String)>) -> Answer {
    cx.read(|wire| {
        let repo = wire.state.load_repo(&(owner, name))?;
        if let Some(branch) = branch.strip_suffix("/protection")
            && wire.state.branch_tip(repo.id, branch).is_some()
        {
            return Err(Refusal::new(StatusCode::NOT_FOUND, "Branch not protected"));
        }
        let sha = wire.state.branch_tip(repo.id, &branch);
        let sha = sha.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "Branch not found"))?;
        Ok(ok(wire.branch(&repo, &branch, &sha, true)))
    })
}
