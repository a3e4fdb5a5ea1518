//! The operations that Atlassian has published for Jira Cloud: what can be asked for at all, and where it is described.
//!
//! The list is of names only (method, path, group), from the OpenAPI documents of the platform (2026-06-10) and of
//! Jira Software.

use crate::coverage::is_like;

const LIST: &str = include_str!("published.txt");
const PLATFORM: &str = "https://developer.atlassian.com/cloud/jira/platform/rest/v3";
const SOFTWARE: &str = "https://developer.atlassian.com/cloud/jira/software/rest";

/// One published operation.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    pub method: &'static str,
    /// From `/rest` on.
    pub path: &'static str,
    pub group: &'static str,
}

pub fn operations() -> impl Iterator<Item = Operation> {
    LIST.lines().filter_map(|line| {
        let mut words = line.split(' ');
        Some(Operation { method: words.next()?, path: words.next()?, group: words.next()? })
    })
}

/// The operation that a path, with values or names in braces, belongs to.
pub fn find(method: &str, path: &str) -> Option<Operation> {
    let matching =
        operations().filter(|operation| operation.method == method && is_like(operation.path, path));
    matching.min_by_key(|operation| operation.path.matches('{').count())
}

impl Operation {
    /// Where Atlassian describes it.
    pub fn source(&self) -> String {
        let book = if self.path.starts_with("/rest/agile/") { SOFTWARE } else { PLATFORM };
        let anchor: String = self.path.to_lowercase().chars().filter(|c| !matches!(c, '{' | '}')).collect();
        let anchor = anchor.replace(['/', '.'], "-");
        format!("{book}/api-group-{}/#api{anchor}-{}", self.group, self.method.to_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_found_by_a_path_with_values_and_links_to_its_description() {
        let found = find("POST", "/rest/api/3/issue/SEC-1/transitions").expect("published");
        assert_eq!(
            found.source(),
            "https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/\
             #api-rest-api-3-issue-issueidorkey-transitions-post"
        );
        assert_eq!(
            find("GET", "/rest/api/3/issue/createmeta").expect("published").path,
            "/rest/api/3/issue/createmeta"
        );
        assert!(find("PATCH", "/rest/api/3/issue/SEC-1").is_none());
    }
}
