//! Comments under a pull request; ours are known by a marker that the caller puts into the body.

use super::call::repository_path;
use super::{GitHub, GitHubError, error};
use crate::transport::Method;
use backline_core::ids::RepositoryName;
use serde::Deserialize;
use serde_json::json;

/// Enough to find ours: it is written early and then edited.
const COMMENTS_MAX: usize = 1000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: u64,
    /// Markdown; empty where GitHub says null.
    pub body: String,
    pub author: String,
}

#[derive(Deserialize)]
struct Wire {
    id: u64,
    body: Option<String>,
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    login: String,
}

impl GitHub {
    /// The oldest thousand comments, oldest first.
    ///
    /// Source: <https://docs.github.com/en/rest/issues/comments#list-issue-comments>
    pub async fn comments(
        &self,
        repository: &RepositoryName,
        number: u64,
    ) -> Result<Vec<Comment>, GitHubError> {
        let path = repository_path(repository, &["issues", &number.to_string(), "comments"]);
        let comments: Vec<Wire> = self.load_list(&path, COMMENTS_MAX).await?;
        Ok(comments.into_iter().map(read).collect())
    }

    /// Not idempotent: look for the marker first. Gives the comment's id.
    pub async fn create_comment(
        &self,
        repository: &RepositoryName,
        number: u64,
        body: &str,
    ) -> Result<u64, GitHubError> {
        let path = repository_path(repository, &["issues", &number.to_string(), "comments"]);
        let made: Wire = self.send_json(Method::Post, &path, &json!({"body": body})).await?;
        Ok(made.id)
    }

    /// Idempotent.
    pub async fn update_comment(
        &self,
        repository: &RepositoryName,
        comment: u64,
        body: &str,
    ) -> Result<(), GitHubError> {
        let path = repository_path(repository, &["issues", "comments", &comment.to_string()]);
        let _: Wire = self.send_json(Method::Patch, &path, &json!({"body": body})).await?;
        Ok(())
    }

    /// Idempotent: one that is gone already is no failure.
    ///
    /// Source: <https://docs.github.com/en/rest/issues/comments#delete-an-issue-comment>
    pub async fn delete_comment(&self, repository: &RepositoryName, comment: u64) -> Result<(), GitHubError> {
        let path = repository_path(repository, &["issues", "comments", &comment.to_string()]);
        let response = self.answer(self.request(Method::Delete, &path)).await?;
        match error::classify(&response) {
            _ if response.is_success() => Ok(()),
            GitHubError::Gone => Ok(()),
            error => Err(error),
        }
    }
}

fn read(wire: Wire) -> Comment {
    let author = wire.user.map_or_else(|| "ghost".to_owned(), |user| user.login);
    Comment { id: wire.id, body: wire.body.unwrap_or_default(), author }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::Scripted;

    #[tokio::test]
    async fn comments_are_listed_made_and_edited() {
        let list = Scripted::always(
            200,
            r#"[{"id":1,"body":null,"user":null},{"id":2,"body":"b","user":{"login":"u"}}]"#,
        );
        let github = GitHub::new(list, "https://api", "t".into());
        let found = github.comments(&"a/b".into(), 7).await.unwrap();
        assert_eq!((found[0].author.as_str(), found[1].body.as_str()), ("ghost", "b"));

        let one = Scripted::always(201, r#"{"id":3,"body":"x","user":null}"#);
        let github = GitHub::new(one.clone(), "https://api", "t".into());
        assert_eq!(github.create_comment(&"a/b".into(), 7, "x").await.unwrap(), 3);
        github.update_comment(&"a/b".into(), 3, "y").await.unwrap();
        assert_eq!(one.lines(), ["POST /repos/a/b/issues/7/comments", "PATCH /repos/a/b/issues/comments/3"]);

        for (status, body) in [(204, ""), (404, r#"{"message":"Not Found"}"#)] {
            let gone = Scripted::always(status, body);
            let github = GitHub::new(gone.clone(), "https://api", "t".into());
            github.delete_comment(&"a/b".into(), 3).await.unwrap();
            assert_eq!(gone.lines(), ["DELETE /repos/a/b/issues/comments/3"]);
        }
    }
}
