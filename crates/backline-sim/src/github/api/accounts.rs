//! Users, organisations and who may work on a repository: here, everybody.

use crate::github::answer::{Answer, no_content, ok};
use crate::github::error::Refusal;
use crate::github::model::UserKind;
use crate::github::paging::Paging;
use crate::github::request::{Cx, RepoPath};
use axum::extract::Path;

pub async fn me(cx: Cx) -> Answer {
    Ok(ok(cx.read(|wire| wire.profile(&cx.user))))
}

pub async fn show(cx: Cx, Path(login): Path<String>) -> Answer {
    cx.read(|wire| {
        let user = wire.state.user_by_login(&login).ok_or_else(Refusal::not_found)?;
        Ok(ok(wire.profile(user)))
    })
}

pub async fn organization(cx: Cx, Path(login): Path<String>) -> Answer {
    cx.read(|wire| {
        let user = wire.state.user_by_login(&login).filter(|user| user.kind == UserKind::Organization);
        Ok(ok(wire.organization(user.ok_or_else(Refusal::not_found)?)))
    })
}

pub async fn my_organizations(cx: Cx) -> Answer {
    let found = cx.read(|wire| {
        let users = wire.state.users.values().filter(|user| user.kind == UserKind::Organization);
        users.map(|user| wire.organization(user)).collect()
    });
    Ok(ok(found))
}

pub async fn collaborators(cx: Cx, Path(path): Path<RepoPath>, paging: Paging) -> Answer {
    cx.read(|wire| {
        wire.state.load_repo(&path)?;
        let people = wire.state.users.values().filter(|user| user.kind != UserKind::Organization);
        let people: Vec<u64> = people.map(|user| user.id).collect();
        Ok(paging.answer(&people, |id| wire.user(*id)))
    })
}

pub async fn is_collaborator(cx: Cx, Path((owner, repo, login)): Path<(String, String, String)>) -> Answer {
    cx.read(|wire| {
        wire.state.load_repo(&(owner, repo))?;
        let user = wire.state.user_by_login(&login).filter(|user| user.kind != UserKind::Organization);
        user.map(|_| no_content()).ok_or_else(Refusal::not_found)
    })
}
