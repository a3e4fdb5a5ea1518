//! A search that is read page by page, up to a most: what it finds is heeded before the next page is asked for.

use super::PAGES_MAX;
use crate::context::Context;
use crate::failure::Failure;
use crate::metadata::ask;
use backline_core::ids::{ConnectionId, FieldId};
use backline_core::jira::issue::Issue;

pub(super) struct Pages<'s> {
    jql: String,
    fields: Vec<FieldId>,
    properties: &'s [&'s str],
    next: Option<String>,
    is_over: bool,
    /// How many were read.
    pub count: u32,
}

impl<'s> Pages<'s> {
    pub fn of(jql: String, fields: Vec<FieldId>, properties: &'s [&'s str]) -> Self {
        Self { jql, fields, properties, next: None, is_over: false, count: 0 }
    }

    /// The next page's issues; `None` after the last one, and after the most that is read.
    pub async fn read(&mut self, cx: &Context, id: ConnectionId) -> Result<Option<Vec<Issue>>, Failure> {
        if self.is_over || self.count == PAGES_MAX {
            return Ok(None);
        }
        let page = ask(cx, id, |jira| {
            let (jql, fields, next) = (self.jql.clone(), self.fields.clone(), self.next.clone());
            let properties = self.properties;
            async move { jira.search_with(&jql, &fields, properties, next.as_deref()).await }
        })
        .await?;
        self.count += 1;
        self.is_over = page.next.is_none();
        self.next = page.next;
        Ok(Some(page.issues))
    }
}
