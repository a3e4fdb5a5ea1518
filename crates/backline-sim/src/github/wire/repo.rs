//! Repositories, branches and refs.

use super::{Wire, node_id};
use crate::github::clock;
use crate::github::model::{Label, Repo, Sha};
use serde_json::{Map, Value, json};

/// Addresses of things inside a repository: JSON name, and what follows the repository's own address.
const LINKS: &[(&str, &str)] = &[
    ("forks_url", "/forks"),
    ("keys_url", "/keys{/key_id}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("teams_url", "/teams"),
    ("hooks_url", "/hooks"),
    ("issue_events_url", "/issues/events{/number}"),
    ("events_url", "/events"),
    ("assignees_url", "/assignees{/user}"),
    ("branches_url", "/branches{/branch}"),
    ("tags_url", "/tags"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("trees_url", "/git/trees{/sha}"),
    ("statuses_url", "/statuses/{sha}"),
    ("languages_url", "/languages"),
    ("stargazers_url", "/stargazers"),
    ("contributors_url", "/contributors"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("commits_url", "/commits{/sha}"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("comments_url", "/comments{/number}"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("contents_url", "/contents/{+path}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("merges_url", "/merges"),
    ("archive_url", "/{archive_format}{/ref}"),
    ("downloads_url", "/downloads"),
    ("issues_url", "/issues{/number}"),
    ("pulls_url", "/pulls{/number}"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("labels_url", "/labels{/name}"),
    ("releases_url", "/releases{/id}"),
    ("deployments_url", "/deployments"),
];

impl Wire<'_> {
    pub fn repo_url(&self, repo: &Repo) -> String {
        format!("{}/repos/{}", self.base.api(), self.state.full_name(repo))
    }

    pub fn repo_html_url(&self, repo: &Repo) -> String {
        format!("{}/{}", self.base.html(), self.state.full_name(repo))
    }

    pub fn repo(&self, repo: &Repo) -> Value {
        let url = self.repo_url(repo);
        let html = self.repo_html_url(repo);
        let open = self.state.pulls_of(repo.id).filter(|pull| pull.is_open).count();
        let mut body = Map::new();
        let mut put = |key: &str, value: Value| body.insert(key.to_owned(), value);
        put("id", json!(repo.id));
        put("node_id", json!(node_id("Repository", repo.id)));
        put("name", json!(repo.name));
        put("full_name", json!(self.state.full_name(repo)));
        put("private", json!(false));
        put("owner", self.user(repo.owner));
        put("html_url", json!(html));
        put("description", json!(repo.description));
        put("fork", json!(false));
        put("url", json!(url));
        for (key, rest) in LINKS.iter().copied() {
            put(key, json!(format!("{url}{rest}")));
        }
        for key in ["clone_url", "git_url"] {
            put(key, json!(format!("{html}.git")));
        }
        put("svn_url", json!(html));
        put("ssh_url", json!(format!("git@localhost:{}.git", self.state.full_name(repo))));
        put("created_at", json!(clock::text(repo.created_at)));
        put("updated_at", json!(clock::text(repo.updated_at)));
        put("pushed_at", json!(clock::text(repo.pushed_at)));
        put("default_branch", json!(repo.default_branch));
        put("visibility", json!("public"));
        put("topics", json!([]));
        for key in ["homepage", "language", "mirror_url", "license"] {
            put(key, Value::Null);
        }
        for key in ["size", "stargazers_count", "watchers_count", "forks_count", "forks", "watchers"] {
            put(key, json!(0));
        }
        put("open_issues_count", json!(open));
        put("open_issues", json!(open));
        for key in ["archived", "disabled", "is_template", "web_commit_signoff_required", "has_discussions"] {
            put(key, json!(false));
        }
        for key in ["has_issues", "has_projects", "has_downloads", "has_wiki", "allow_forking"] {
            put(key, json!(true));
        }
        put("has_pages", json!(false));
        for key in ["allow_squash_merge", "allow_merge_commit", "allow_rebase_merge"] {
            put(key, json!(true));
        }
        put("delete_branch_on_merge", json!(false));
        put(
            "permissions",
            json!({"admin": true, "maintain": true, "push": true, "triage": true, "pull": true}),
        );
        Value::Object(body)
    }

    /// `is_full` adds the whole commit, as `GET /branches/{branch}` does.
    pub fn branch(&self, repo: &Repo, name: &str, sha: &Sha, is_full: bool) -> Value {
        let url = self.repo_url(repo);
        let commit = match self.state.commits.find(sha) {
            Some(commit) if is_full => self.commit(repo, commit),
            _ => json!({"sha": sha, "url": format!("{url}/commits/{sha}")}),
        };
        json!({
            "name": name,
            "commit": commit,
            "_links": {
                "self": format!("{url}/branches/{name}"),
                "html": format!("{}/tree/{name}", self.repo_html_url(repo)),
            },
            "protected": false,
            "protection": {"enabled": false, "required_status_checks": {"enforcement_level": "off", "contexts": [], "checks": []}},
            "protection_url": format!("{url}/branches/{name}/protection"),
        })
    }

    pub fn git_ref(&self, repo: &Repo, full_ref: &str, sha: &Sha) -> Value {
        let url = self.repo_url(repo);
        json!({
            "ref": full_ref,
            "node_id": node_id("Ref", format!("{}:{full_ref}", repo.id)),
            "url": format!("{url}/git/{full_ref}"),
            "object": {"sha": sha, "type": "commit", "url": format!("{url}/git/commits/{sha}")},
        })
    }

    pub fn label(&self, repo: &Repo, label: &Label) -> Value {
        json!({
            "id": label.id,
            "node_id": node_id("Label", label.id),
            "url": format!("{}/labels/{}", self.repo_url(repo), label.name),
            "name": label.name,
            "color": label.color,
            "default": false,
            "description": label.description,
        })
    }

    pub fn labels(&self, repo: &Repo, keys: &[String]) -> Value {
        keys.iter().filter_map(|key| repo.labels.get(key)).map(|label| self.label(repo, label)).collect()
    }
}
