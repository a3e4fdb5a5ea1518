//! Until when a vulnerability of a severity is to be fixed, in days from detection.

use crate::api::caller::Caller;
use crate::api::problem::{Document, Problem};
use crate::api::tag::{IfMatch, Tag, Tagged};
use crate::app::App;
use crate::web::integrations::settings;
use axum::Json;
use axum::extract::State;
use backline_core::sla::Policy;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const DAYS_MAX: u16 = 3_650;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Sla {
    pub critical_days: u16,
    pub high_days: u16,
    pub medium_days: u16,
    pub low_days: u16,
}

/// The days that are promised now.
#[utoipa::path(get, path = "/settings/sla", tag = "settings", responses((status = 200, body = Sla)))]
pub async fn show(State(app): State<App>) -> Tagged<Json<Sla>> {
    answer(Sla::of(app.engine.settings().sla))
}

/// Promise other days; what was detected before keeps its date.
#[utoipa::path(
    put, path = "/settings/sla", tag = "settings", request_body = Sla,
    responses(
        (status = 200, body = Sla),
        (status = 412, body = Document, content_type = "application/problem+json"),
        (status = 422, body = Document, content_type = "application/problem+json"),
    )
)]
pub async fn save(
    State(app): State<App>,
    caller: Caller,
    wished: IfMatch,
    Json(sla): Json<Sla>,
) -> Result<Tagged<Json<Sla>>, Problem> {
    let days = [sla.critical_days, sla.high_days, sla.medium_days, sla.low_days];
    if days.iter().any(|days| !(1..=DAYS_MAX).contains(days)) {
        return Err(Problem::invalid("An SLA lasts 1 to 3650 days.", "Choose each number in that range."));
    }
    let policy = Policy {
        critical_days: sla.critical_days,
        high_days: sla.high_days,
        medium_days: sla.medium_days,
        low_days: sla.low_days,
    };
    let _turn = app.settings_turn.lock().await;
    wished.check(&Tag::of(&Sla::of(app.engine.settings().sla)))?;
    settings::save_sla(&app, policy, &caller.actor()).await?;
    Ok(answer(sla))
}

fn answer(sla: Sla) -> Tagged<Json<Sla>> {
    Tagged(Tag::of(&sla), Json(sla))
}

impl Sla {
    fn of(policy: Policy) -> Self {
        Self {
            critical_days: policy.critical_days,
            high_days: policy.high_days,
            medium_days: policy.medium_days,
            low_days: policy.low_days,
        }
    }
}
