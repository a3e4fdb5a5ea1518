//! GitHub's REST API under `/github/api/v3`: which path goes to which handler.
//!
//! Source of paths and answers: <https://docs.github.com/rest>.

mod accounts;
mod commits;
mod contents;
mod deliveries;
mod git;
mod graphql;
mod hooks;
mod issues;
mod labels;
mod meta;
mod pulls;
mod refs;
mod repos;
mod reviews;

use super::Github;
use super::error::Refusal;
use super::gate::gate;
use axum::Router;
use axum::extract::{DefaultBodyLimit, OriginalUri, State};
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, patch, post, put};
use std::sync::Arc;

const BODY_BYTES_MAX: usize = 32 << 20;

pub fn router(github: &Arc<Github>) -> Router<Arc<Github>> {
    let api = Router::new()
        .merge(people_and_repositories())
        .merge(git_data())
        .merge(pull_requests())
        .merge(conversations())
        .merge(webhooks())
        .fallback(unsupported)
        .method_not_allowed_fallback(unsupported);
    Router::new()
        .nest("/github/api/v3", api)
        .route("/github/api/graphql", post(graphql::mutate))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(from_fn_with_state(Arc::clone(github), gate))
}

fn people_and_repositories() -> Router<Arc<Github>> {
    Router::new()
        .route("/", get(meta::root))
        .route("/meta", get(meta::meta))
        .route("/zen", get(meta::zen))
        .route("/rate_limit", get(meta::rate_limit))
        .route("/user", get(accounts::me))
        .route("/user/repos", get(repos::mine))
        .route("/user/orgs", get(accounts::my_organizations))
        .route("/users/{login}", get(accounts::show))
        .route("/users/{login}/repos", get(repos::of_owner))
        .route("/orgs/{login}", get(accounts::organization))
        .route("/orgs/{login}/repos", get(repos::of_owner))
        .route("/repos/{owner}/{repo}", get(repos::show))
        .route("/repositories/{id}", get(repos::show_by_id))
        .route("/repos/{owner}/{repo}/branches", get(repos::branches))
        .route("/repos/{owner}/{repo}/branches/{*branch}", get(repos::branch))
        .route("/repos/{owner}/{repo}/collaborators", get(accounts::collaborators))
        .route("/repos/{owner}/{repo}/collaborators/{login}", get(accounts::is_collaborator))
        .route("/repos/{owner}/{repo}/assignees", get(accounts::collaborators))
        .route("/repos/{owner}/{repo}/labels", get(labels::list).post(labels::create))
        .route("/repos/{owner}/{repo}/labels/{name}", get(labels::show))
}

fn git_data() -> Router<Arc<Github>> {
    Router::new()
        .route("/repos/{owner}/{repo}/git/refs", get(refs::list).post(refs::create))
        .route("/repos/{owner}/{repo}/git/ref/{*name}", get(refs::show))
        .route(
            "/repos/{owner}/{repo}/git/refs/{*name}",
            patch(refs::update).delete(refs::remove).get(refs::show),
        )
        .route("/repos/{owner}/{repo}/git/matching-refs/{*prefix}", get(refs::matching))
        .route("/repos/{owner}/{repo}/git/commits", post(git::create_commit))
        .route("/repos/{owner}/{repo}/git/commits/{sha}", get(git::commit))
        .route("/repos/{owner}/{repo}/git/trees", post(git::create_tree))
        .route("/repos/{owner}/{repo}/git/trees/{*sha}", get(git::tree))
        .route("/repos/{owner}/{repo}/git/blobs", post(git::create_blob))
        .route("/repos/{owner}/{repo}/git/blobs/{sha}", get(git::blob))
        .route("/repos/{owner}/{repo}/readme", get(contents::readme))
        .route("/repos/{owner}/{repo}/contents", get(contents::root))
        .route("/repos/{owner}/{repo}/contents/", get(contents::root))
        .route(
            "/repos/{owner}/{repo}/contents/{*path}",
            get(contents::show).put(contents::write).delete(contents::remove),
        )
        .route("/repos/{owner}/{repo}/commits", get(commits::list))
        .route("/repos/{owner}/{repo}/commits/{*rest}", get(commits::show))
        .route("/repos/{owner}/{repo}/compare/{*range}", get(commits::compare))
}

fn pull_requests() -> Router<Arc<Github>> {
    let reviews = "/repos/{owner}/{repo}/pulls/{number}/reviews";
    Router::new()
        .route("/repos/{owner}/{repo}/pulls", get(pulls::list).post(pulls::create))
        .route("/repos/{owner}/{repo}/pulls/{number}", get(pulls::show).patch(pulls::edit))
        .route("/repos/{owner}/{repo}/pulls/{number}/files", get(pulls::files))
        .route("/repos/{owner}/{repo}/pulls/{number}/commits", get(pulls::commits))
        .route("/repos/{owner}/{repo}/pulls/{number}/merge", get(pulls::is_merged).put(pulls::merge))
        .route("/repos/{owner}/{repo}/pulls/{number}/comments", get(pulls::review_comments))
        .route(
            "/repos/{owner}/{repo}/pulls/{number}/requested_reviewers",
            get(reviews::requested).post(reviews::request).delete(reviews::unrequest),
        )
        .route(reviews, get(reviews::list).post(reviews::create))
        .route(&format!("{reviews}/{{review}}"), get(reviews::show))
        .route(&format!("{reviews}/{{review}}/events"), post(reviews::submit))
        .route(&format!("{reviews}/{{review}}/dismissals"), put(reviews::dismiss))
}

fn conversations() -> Router<Arc<Github>> {
    let issue = "/repos/{owner}/{repo}/issues/{number}";
    Router::new()
        .route("/repos/{owner}/{repo}/issues", get(issues::list))
        .route(issue, get(issues::show).patch(issues::edit))
        .route(&format!("{issue}/comments"), get(issues::comments).post(issues::comment))
        .route(
            "/repos/{owner}/{repo}/issues/comments/{id}",
            get(issues::show_comment).patch(issues::edit_comment).delete(issues::delete_comment),
        )
        .route(
            &format!("{issue}/labels"),
            get(labels::of_pull).post(labels::add).put(labels::replace).delete(labels::clear),
        )
        .route(&format!("{issue}/labels/{{name}}"), delete(labels::remove))
}

fn webhooks() -> Router<Arc<Github>> {
    let hook = "/repos/{owner}/{repo}/hooks/{hook}";
    Router::new()
        .route("/repos/{owner}/{repo}/hooks", get(hooks::list).post(hooks::create))
        .route(hook, get(hooks::show).patch(hooks::edit).delete(hooks::remove))
        .route(&format!("{hook}/config"), get(hooks::config).patch(hooks::edit_config))
        .route(&format!("{hook}/pings"), post(hooks::ping))
        .route(&format!("{hook}/tests"), post(hooks::test))
        .route(&format!("{hook}/deliveries"), get(deliveries::list))
        .route(&format!("{hook}/deliveries/{{delivery}}"), get(deliveries::show))
        .route(&format!("{hook}/deliveries/{{delivery}}/attempts"), post(deliveries::redeliver))
}

async fn unsupported(
    State(github): State<Arc<Github>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
) -> Refusal {
    let route = format!("{method} {}", uri.path());
    tracing::warn!(%route, "the GitHub simulator does not know this route");
    github.count_unsupported(route.clone());
    Refusal::new(StatusCode::NOT_IMPLEMENTED, format!("This simulator does not support {route}"))
}
