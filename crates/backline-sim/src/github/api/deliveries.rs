//! Deliveries of a webhook: what was sent, what came back, and once more please.

use super::hooks::load;
use crate::github::answer::{Answer, ok};
use crate::github::error::Refusal;
use crate::github::model::Delivery;
use crate::github::paging::Paging;
use crate::github::request::Cx;
use axum::Json;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};

type DeliveryPath = (String, String, u64, u64);

#[derive(Deserialize)]
pub struct ListQuery {
    /// Only deliveries older than this id.
    cursor: Option<u64>,
    /// `success` or `failure`.
    status: Option<String>,
}

/// Newest first, cut by a cursor in the `Link` header.
pub async fn list(
    cx: Cx,
    Path(path): Path<(String, String, u64)>,
    Query(query): Query<ListQuery>,
    paging: Paging,
) -> Answer {
    cx.read(|wire| {
        let hook = load(wire.state, &path)?;
        let has_status = |delivery: &&Delivery| {
            let is_ok = delivery.outcome.as_ref().is_some_and(|outcome| outcome.status == "OK");
            query.status.as_deref().is_none_or(|status| (status == "success") == is_ok)
        };
        let found: Vec<&Delivery> = wire
            .state
            .deliveries
            .values()
            .rev()
            .filter(|delivery| delivery.hook == hook.id && delivery.outcome.is_some())
            .filter(|delivery| query.cursor.is_none_or(|cursor| delivery.id < cursor))
            .filter(has_status)
            .take(paging.size + 1)
            .collect();
        let page = &found[..found.len().min(paging.size)];
        let next = page.last().filter(|_| found.len() > page.len()).map(|delivery| delivery.id);
        let shown: Value = page.iter().filter_map(|delivery| wire.delivery(delivery)).collect();
        Ok(paging.answer_by_cursor(shown, next))
    })
}

pub async fn show(cx: Cx, Path((owner, name, hook, id)): Path<DeliveryPath>) -> Answer {
    cx.read(|wire| {
        let hook = load(wire.state, &(owner, name, hook))?;
        let delivery = wire.state.deliveries.find(&id).filter(|delivery| delivery.hook == hook.id);
        let shown = delivery.and_then(|delivery| wire.full_delivery(delivery));
        shown.map(ok).ok_or_else(Refusal::not_found)
    })
}

pub async fn redeliver(cx: Cx, Path((owner, name, hook, id)): Path<DeliveryPath>) -> Answer {
    cx.change(|change| {
        let hook = load(change.state, &(owner, name, hook))?;
        change.redeliver(hook.id, id)?;
        Ok((StatusCode::ACCEPTED, Json(json!({}))).into_response())
    })
}
