//! Reviews, and who is asked for one.

use crate::github::answer::{Answer, created, ok};
use crate::github::error::Refusal;
use crate::github::model::{Pull, Review, ReviewState};
use crate::github::paging::Paging;
use crate::github::request::{Cx, Input, PullPath};
use crate::github::state::State;
use axum::extract::Path;
use serde::Deserialize;
use serde_json::json;

type ReviewPath = (String, String, u64, u64);

pub async fn list(cx: Cx, Path(path): Path<PullPath>, paging: Paging) -> Answer {
    cx.read(|wire| {
        let pull = wire.state.load_pull(&path)?;
        let is_seen = |review: &&Review| review.state != ReviewState::Pending || review.author == cx.user.id;
        let reviews: Vec<&Review> = wire.state.reviews_of(&pull).filter(is_seen).collect();
        Ok(paging.answer(&reviews, |review| wire.review(&pull, review)))
    })
}

fn load(state: &State, (owner, name, number, id): &ReviewPath) -> Result<(Pull, Review), Refusal> {
    let pull = state.load_pull(&(owner.clone(), name.clone(), *number))?;
    let review = state.reviews_of(&pull).find(|review| review.id == *id).cloned();
    Ok((pull, review.ok_or_else(Refusal::not_found)?))
}

pub async fn show(cx: Cx, Path(path): Path<ReviewPath>) -> Answer {
    cx.read(|wire| {
        let (pull, review) = load(wire.state, &path)?;
        Ok(ok(wire.review(&pull, &review)))
    })
}

#[derive(Deserialize)]
pub struct Create {
    body: Option<String>,
    event: Option<String>,
}

fn verdict(event: &str) -> Result<ReviewState, Refusal> {
    match event {
        "APPROVE" => Ok(ReviewState::Approved),
        "REQUEST_CHANGES" => Ok(ReviewState::ChangesRequested),
        "COMMENT" => Ok(ReviewState::Commented),
        _ => Err(Refusal::field("PullRequestReview", "event", "invalid")),
    }
}

/// Without an event the review stays pending.
pub async fn create(cx: Cx, Path(path): Path<PullPath>, Input(input): Input<Create>) -> Answer {
    let event = input.event.filter(|event| !event.is_empty());
    let state = event.map_or(Ok(ReviewState::Pending), |event| verdict(&event))?;
    cx.change(|change| {
        let pull = change.state.load_pull(&path)?;
        let id = change.review(&pull, state, input.body.unwrap_or_default())?;
        let review = change.state.reviews.find(&id).ok_or_else(Refusal::not_found)?;
        Ok(ok(change.wire().review(&pull, review)))
    })
}

pub async fn submit(cx: Cx, Path(path): Path<ReviewPath>, Input(input): Input<Create>) -> Answer {
    let state = verdict(input.event.as_deref().unwrap_or(""))?;
    cx.change(|change| {
        let (pull, review) = load(change.state, &path)?;
        change.submit_review(&pull, review.id, state, input.body)?;
        let (pull, review) = load(change.state, &path)?;
        Ok(ok(change.wire().review(&pull, &review)))
    })
}

pub async fn dismiss(cx: Cx, Path(path): Path<ReviewPath>) -> Answer {
    cx.change(|change| {
        let (pull, review) = load(change.state, &path)?;
        change.dismiss_review(&pull, review.id)?;
        let (pull, review) = load(change.state, &path)?;
        Ok(ok(change.wire().review(&pull, &review)))
    })
}

pub async fn requested(cx: Cx, Path(path): Path<PullPath>) -> Answer {
    cx.read(|wire| {
        let pull = wire.state.load_pull(&path)?;
        Ok(ok(json!({"users": wire.users(&pull.requested_reviewers), "teams": []})))
    })
}

#[derive(Deserialize)]
pub struct Reviewers {
    #[serde(default)]
    reviewers: Vec<String>,
}

fn ask(cx: &Cx, path: &PullPath, reviewers: &[String], add: bool) -> Result<serde_json::Value, Refusal> {
    cx.change(|change| {
        let id = change.state.load_pull(path)?.id;
        change.request_reviewers(id, reviewers, add)?;
        Ok(change.wire().simple_pull(&change.pull(id)))
    })
}

pub async fn request(cx: Cx, Path(path): Path<PullPath>, Input(input): Input<Reviewers>) -> Answer {
    ask(&cx, &path, &input.reviewers, true).map(created)
}

pub async fn unrequest(cx: Cx, Path(path): Path<PullPath>, Input(input): Input<Reviewers>) -> Answer {
    ask(&cx, &path, &input.reviewers, false).map(ok)
}
