//! The demo's head start for scripts: Jira connected through the simulator's own consent page, one project mapped.

use crate::app::App;
use anyhow::{Context, bail};
use backline_clients::transport::{Method, Request, Response};
use backline_core::jira::field::{Choice, FieldMeta};
use backline_core::jira::kind;
use backline_core::mapping::propose;
use backline_core::mapping::rule::Rule;
use backline_core::mapping::source::Source;
use backline_core::mapping::{FieldMapping, Mapping, Owner};
use backline_engine::connect::{self, Callback, Completed};
use backline_engine::metadata;
use backline_engine::projects::{self, Draft};
use backline_store::project::Reach;

const SITE: &str = "acme";
/// Who consents: another person than the one whose token the demo prints, so that a ticket's history tells them apart.
const ACCOUNT: &str = "Sam Security";
const PROJECT: &str = "SEC";
const ISSUE_TYPE: &str = "Bug";
const SESSION: &str = "the demo's own session";
const ACTOR: &str = super::EMAIL;

/// Does what is not done yet.
pub async fn connect(app: &App) -> anyhow::Result<()> {
    let connection = match app.store.active_connection().await? {
        Some(connection) if connection.is_usable() => connection.id,
        _ => consent(app).await?,
    };
    if app.store.list_projects().await?.iter().any(|project| project.project.key == PROJECT) {
        return Ok(());
    }
    let engine = &app.engine;
    let project = metadata::project(engine, connection, PROJECT).await?;
    let types = metadata::issue_types(engine, connection, &project.id).await?;
    let issue_type =
        types.into_iter().find(|kind| kind.name == ISSUE_TYPE).context("SEC has no issue type Bug")?;
    let fields = metadata::create_fields(engine, connection, &project.id, &issue_type.id).await?;
    let statuses = metadata::statuses(engine, connection, &project.id, &issue_type.id).await?;
    let resolution = metadata::resolutions(engine, connection).await?;
    let draft = Draft {
        accepts_blocked: true,
        id: None,
        connection,
        project,
        issue_type,
        rule: Rule::default(),
        mapping: Mapping {
            version: 0,
            fields: mapping(&fields),
            lifecycle: propose::lifecycle::propose(&statuses, Some(&resolution)),
            closing: propose::closing::propose(Some(&resolution)),
            ..Mapping::default()
        },
        author: ACTOR.to_owned(),
    };
    projects::save(engine, draft, Reach::AllTickets).await?;
    Ok(())
}

/// The proposal, and the first of Jira's own values for every mandatory choice that it leaves open.
fn mapping(fields: &[FieldMeta]) -> Vec<FieldMapping> {
    let mut mapped = propose::propose(fields);
    for field in fields.iter().filter(|field| field.is_mandatory() && !kind::is_sent_by_backline(field)) {
        if mapped.iter().any(|known| known.field.id == field.id) {
            continue;
        }
        let first: Option<Choice> = field.allowed.as_ref().and_then(|allowed| allowed.first().cloned());
        if let Some(choice) = first {
            let source = Source::Jira { choices: vec![choice] };
            mapped.push(FieldMapping { field: field.clone(), source, owner: Owner::Once });
        }
    }
    mapped
}

/// Walks through the consent page as a browser would: reads the form, sends it with the site chosen, follows back.
async fn consent(app: &App) -> anyhow::Result<backline_core::ids::ConnectionId> {
    let authorize = connect::begin(&app.engine, SESSION, ACTOR).await?;
    let page = send(app, Request::new(Method::Get, authorize.clone())).await?;
    let html = String::from_utf8_lossy(&page.body).into_owned();
    let form = form::read(&html, &authorize).context("the consent page holds no form")?;
    let body = form.filled(&[SITE, ACCOUNT]).context("the consent page does not offer the site")?;
    let mut request = Request::new(Method::Post, form.action.clone())
        .header("content-type", "application/x-www-form-urlencoded");
    request.body = Some(body.into_bytes());
    let answer = send(app, request).await?;
    let location = answer.header("location").context("the consent page does not lead back")?.to_owned();
    let (_, query) = location.split_once('?').context("the way back carries nothing")?;
    let value = |name: &str| {
        let pairs = form_urlencoded::parse(query.as_bytes());
        pairs.into_iter().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    let callback = Callback {
        code: value("code"),
        state: value("state"),
        error: value("error"),
        error_description: value("error_description"),
    };
    match connect::complete(&app.engine, SESSION, callback).await? {
        Completed::Connected(id) => Ok(id),
        Completed::ChooseSite(id, sites) => {
            let site =
                sites.iter().find(|site| site.name.eq_ignore_ascii_case(SITE) || site.url.ends_with(SITE));
            let Some(site) = site else { bail!("the consent does not cover the site {SITE}") };
            Ok(connect::choose_site(&app.engine, id, &site.cloud_id).await?)
        }
    }
}

async fn send(app: &App, request: Request) -> anyhow::Result<Response> {
    Ok(app.engine.transport.send(request).await?)
}

mod form;
