//! Connected projects: choosing one, mapping its fields, saving, editing and deleting it.

mod choice;
mod choose;
mod closing;
pub mod copy;
mod delete;
mod edit;
mod editor;
pub mod examine;
mod foresee;
pub mod form;
mod list;
pub mod preview;
pub mod row;
mod rule;
mod save;
pub mod screen;
mod search;
mod stage;
mod versions;

use crate::app::App;
use axum::Router;
use axum::routing::{get, post};

const LIST: &str = "/integrations/jira/projects";
const NEW: &str = "/integrations/jira/projects/new";

pub fn routes() -> Router<App> {
    Router::new()
        .route(LIST, get(list::show))
        .route(NEW, get(choose::show).post(save::new))
        .route("/integrations/jira/projects/{id}", get(edit::show).post(save::existing))
        .route("/integrations/jira/projects/{id}/delete", get(delete::ask).post(delete::delete))
        .route("/integrations/jira/projects/{id}/versions", get(versions::show))
        .route("/integrations/jira/projects/{id}/versions/{version}/restore", post(versions::restore))
}
