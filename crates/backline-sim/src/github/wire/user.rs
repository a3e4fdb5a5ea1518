//! Users and organisations.

use super::{Wire, node_id};
use crate::github::clock;
use crate::github::model::{Repo, User, UserKind};
use jiff::Timestamp;
use serde_json::{Value, json};

impl Wire<'_> {
    /// The short form that stands inside other objects.
    pub fn user(&self, id: u64) -> Value {
        let user = self.state.user(id);
        let url = format!("{}/users/{}", self.base.api(), user.login);
        json!({
            "login": user.login,
            "id": user.id,
            "node_id": node_id("User", user.id),
            "avatar_url": format!("{}/avatars/{}.svg", self.base.html(), user.id),
            "gravatar_id": "",
            "url": url,
            "html_url": format!("{}/{}", self.base.html(), user.login),
            "followers_url": format!("{url}/followers"),
            "following_url": format!("{url}/following{{/other_user}}"),
            "gists_url": format!("{url}/gists{{/gist_id}}"),
            "starred_url": format!("{url}/starred{{/owner}}{{/repo}}"),
            "subscriptions_url": format!("{url}/subscriptions"),
            "organizations_url": format!("{url}/orgs"),
            "repos_url": format!("{url}/repos"),
            "events_url": format!("{url}/events{{/privacy}}"),
            "received_events_url": format!("{url}/received_events"),
            "type": kind(user),
            "user_view_type": "public",
            "site_admin": false,
        })
    }

    pub fn user_or_null(&self, id: Option<u64>) -> Value {
        id.map_or(Value::Null, |id| self.user(id))
    }

    pub fn users(&self, ids: &[u64]) -> Value {
        ids.iter().map(|id| self.user(*id)).collect()
    }

    /// The long form of `GET /user` and `GET /users/{login}`.
    pub fn profile(&self, user: &User) -> Value {
        let mut body = self.user(user.id);
        let since = clock::text(Timestamp::UNIX_EPOCH);
        for (key, value) in [
            ("name", json!(user.name)),
            ("company", Value::Null),
            ("blog", json!("")),
            ("location", Value::Null),
            ("email", json!(email(user))),
            ("hireable", Value::Null),
            ("bio", Value::Null),
            ("public_repos", json!(self.state.repos.values().filter(|repo| repo.owner == user.id).count())),
            ("public_gists", json!(0)),
            ("followers", json!(0)),
            ("following", json!(0)),
            ("created_at", json!(since)),
            ("updated_at", json!(since)),
        ] {
            body[key] = value;
        }
        body
    }

    pub fn organization(&self, user: &User) -> Value {
        let url = format!("{}/orgs/{}", self.base.api(), user.login);
        json!({
            "login": user.login,
            "id": user.id,
            "node_id": node_id("Organization", user.id),
            "url": url,
            "repos_url": format!("{url}/repos"),
            "events_url": format!("{url}/events"),
            "hooks_url": format!("{url}/hooks"),
            "issues_url": format!("{url}/issues"),
            "members_url": format!("{url}/members{{/member}}"),
            "public_members_url": format!("{url}/public_members{{/member}}"),
            "avatar_url": format!("{}/avatars/{}.svg", self.base.html(), user.id),
            "description": "",
            "name": user.name,
            "html_url": format!("{}/{}", self.base.html(), user.login),
            "public_repos": self.state.repos.values().filter(|repo| repo.owner == user.id).count(),
            "type": "Organization",
        })
    }

    /// Organisation part of a webhook, for repositories that belong to one.
    pub fn organization_of(&self, repo: &Repo) -> Option<Value> {
        let owner = self.state.user(repo.owner);
        (owner.kind == UserKind::Organization).then(|| self.organization(owner))
    }
}

pub fn email(user: &User) -> String {
    format!("{}+{}@users.noreply.github.com", user.id, user.login)
}

fn kind(user: &User) -> &'static str {
    match user.kind {
        UserKind::User => "User",
        UserKind::Bot => "Bot",
        UserKind::Organization => "Organization",
    }
}
