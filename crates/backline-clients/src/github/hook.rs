//! The webhook of a repository.

use super::call::repository_path;
use super::{GitHub, GitHubError};
use crate::secret::Secret;
use crate::transport::Method;
use backline_core::ids::RepositoryName;
use serde::Deserialize;
use serde_json::{Value as Json, json};

/// GitHub allows twenty a repository for each event.
const HOOKS_MAX: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    pub id: u64,
    pub url: String,
    pub events: Vec<String>,
    pub is_active: bool,
}

#[derive(Deserialize)]
struct Wire {
    id: u64,
    #[serde(default)]
    active: bool,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    config: Json,
}

impl GitHub {
    /// Source: <https://docs.github.com/en/rest/repos/webhooks#list-repository-webhooks>
    pub async fn hooks(&self, repository: &RepositoryName) -> Result<Vec<Hook>, GitHubError> {
        let hooks: Vec<Wire> = self.load_list(&repository_path(repository, &["hooks"]), HOOKS_MAX).await?;
        Ok(hooks.into_iter().map(read).collect())
    }

    /// Makes the repository call `url` for `events`, signed with `secret`; gives the hook's id. Idempotent.
    ///
    /// A hook with this address is updated even if it looks right: GitHub never shows the secret, so only writing
    /// it makes sure of it.
    ///
    /// # Errors
    /// [`GitHubError::Gone`] or [`GitHubError::Forbidden`] where the token may not administer the repository.
    ///
    /// Source: <https://docs.github.com/en/rest/repos/webhooks#create-a-repository-webhook>
    pub async fn ensure_hook(
        &self,
        repository: &RepositoryName,
        url: &str,
        secret: &Secret<String>,
        events: &[&str],
    ) -> Result<u64, GitHubError> {
        let body = json!({
            "name": "web",
            "active": true,
            "events": events,
            "config": {"url": url, "content_type": "json", "secret": secret.expose(), "insecure_ssl": "0"},
        });
        if let Some(hook) = self.find_hook(repository, url).await? {
            return self.update_hook(repository, hook, body).await;
        }
        let made: Result<Wire, _> =
            self.send_json(Method::Post, &repository_path(repository, &["hooks"]), &body).await;
        match made {
            Ok(hook) => Ok(hook.id),
            // Another replica was faster.
            Err(refused @ GitHubError::Refused { .. }) => match self.find_hook(repository, url).await? {
                Some(hook) => self.update_hook(repository, hook, body).await,
                None => Err(refused),
            },
            Err(error) => Err(error),
        }
    }

    async fn find_hook(&self, repository: &RepositoryName, url: &str) -> Result<Option<u64>, GitHubError> {
        let hooks = self.hooks(repository).await?;
        Ok(hooks.into_iter().find(|hook| hook.url == url).map(|hook| hook.id))
    }

    async fn update_hook(
        &self,
        repository: &RepositoryName,
        hook: u64,
        mut body: Json,
    ) -> Result<u64, GitHubError> {
        let path = repository_path(repository, &["hooks", &hook.to_string()]);
        // A hook's kind is given only when it is made.
        body.as_object_mut().map(|fields| fields.remove("name"));
        let updated: Wire = self.send_json(Method::Patch, &path, &body).await?;
        Ok(updated.id)
    }
}

fn read(wire: Wire) -> Hook {
    let url = wire.config["url"].as_str().unwrap_or_default().to_owned();
    Hook { id: wire.id, url, events: wire.events, is_active: wire.active }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::{Scripted, answer};

    const URL: &str = "https://backline.example/hooks/github";

    async fn ensure(existing: &'static str) -> Vec<String> {
        let transport = Scripted::new(move |request| {
            Ok(match request.method {
                Method::Get => answer(200, existing),
                _ => answer(201, r#"{"id":9}"#),
            })
        });
        let github = GitHub::new(transport.clone(), "https://api", "t".into());
        github.ensure_hook(&"a/b".into(), URL, &"s3cret".into(), &["pull_request"]).await.unwrap();
        assert_eq!(transport.last_json()["config"]["secret"], "s3cret");
        transport.lines()
    }

    #[tokio::test]
    async fn a_hook_is_made_once_and_then_kept_right() {
        let made = ensure(r#"[{"id":4,"config":{"url":"https://else.example"}}]"#).await;
        assert_eq!(made[1..], ["POST /repos/a/b/hooks"]);
        let kept = ensure(
            r#"[{"id":4,"config":{"url":"https://backline.example/hooks/github"},"events":["push"]}]"#,
        )
        .await;
        assert_eq!(kept[1..], ["PATCH /repos/a/b/hooks/4"]);
    }

    #[tokio::test]
    async fn a_real_refusal_is_passed_on() {
        let transport = Scripted::new(|request| {
            Ok(if request.method == Method::Get {
                answer(200, "[]")
            } else {
                answer(422, r#"{"message":"no"}"#)
            })
        });
        let github = GitHub::new(transport, "https://api", "t".into());
        let error = github.ensure_hook(&"a/b".into(), URL, &"s".into(), &[]).await.unwrap_err();
        assert!(matches!(error, GitHubError::Refused { .. }));
    }
}
