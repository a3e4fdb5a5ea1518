//! The fields of an issue: those that are stored, and those that are made of what else is known of it.
//!
//! Written one by one into the answer, without a tree of them in between: most of what a site is asked for is issues.

use super::{Wanted, attached, comment, work};
use crate::jira::config::Field;
use crate::jira::field::{COMMENT, FieldNo, PARENT, Shown, no_of, read};
use crate::jira::issue::Issue;
use crate::jira::look::{Look, timestamp};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// The fields of an issue that are wanted, by id.
pub struct Fields<'a> {
    pub look: Look<'a>,
    pub issue: &'a Issue,
    pub wanted: &'a Wanted,
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut shown = serializer.serialize_map(None)?;
        let config = &self.look.state.config;
        let is_here = |field: &&Field| field.is_in(self.issue.project) && !is_computed(field.no);
        let Some(names) = self.wanted.names() else {
            for field in config.fields.values().filter(is_here) {
                self.put_stored(&mut shown, field)?;
            }
            for name in COMPUTED {
                self.put_computed(&mut shown, name)?;
            }
            return shown.end();
        };
        for name in names {
            let field = no_of(name).and_then(|no| config.fields.get(&no));
            match field.filter(is_here) {
                Some(field) => self.put_stored(&mut shown, field)?,
                None => self.put_computed(&mut shown, name)?,
            }
        }
        shown.end()
    }
}

impl<'a> Fields<'a> {
    fn put_stored<M: SerializeMap>(&self, shown: &mut M, field: &Field) -> Result<(), M::Error> {
        let id = field.id();
        if self.wanted.has(&id) && (field.no != PARENT || self.issue.fields.contains_key(&PARENT)) {
            shown.serialize_entry(&id, &self.stored(field))?;
        }
        Ok(())
    }

    fn put_computed<M: SerializeMap>(&self, shown: &mut M, name: &str) -> Result<(), M::Error> {
        match self.computed(name).filter(|_| self.wanted.has(name)) {
            Some(value) => shown.serialize_entry(name, &value),
            None => Ok(()),
        }
    }

    fn stored(&self, field: &Field) -> Shown<'a> {
        let place = field.kind.stands_for().unwrap_or(field.no);
        match self.holder(field).fields.get(&place) {
            Some(stored) => read(&self.look, field, stored),
            None => Shown::Made(field.kind.kept(self.issue).unwrap_or_else(|| match field.is_custom() {
                true => Value::Null,
                false => field.kind.empty(),
            })),
        }
    }

    /// The issue whose value is shown: for some fields of a sub-task it is the parent.
    fn holder(&self, field: &Field) -> &'a Issue {
        let state = self.look.state;
        let is_subtask = || {
            let issue_type = state.config.issue_types.get(&self.issue.issue_type);
            issue_type.is_some_and(|issue_type| issue_type.is_subtask())
        };
        if !field.kind.is_inherited() || !is_subtask() {
            return self.issue;
        }
        self.issue.chosen(PARENT).and_then(|parent| state.issue(parent)).unwrap_or(self.issue)
    }

    /// `None` where no such field is there.
    fn computed(&self, name: &str) -> Option<Shown<'a>> {
        let Self { look, issue, .. } = self;
        let config = &look.state.config;
        let moment = |ms: i64| Shown::Made(timestamp(ms).into());
        let or_null = |value: Option<Value>| Shown::Made(value.unwrap_or_default());
        let piece = |piece: Option<_>| piece.map_or(Shown::Made(Value::Null), Shown::Piece);
        let status = config.statuses.get(&issue.status);
        Some(match name {
            "project" => piece(config.projects.get(&issue.project).map(|row| look.written_project(row))),
            "issuetype" => piece(config.issue_types.get(&issue.issue_type).map(|row| look.written_type(row))),
            "status" => piece(status.map(|status| look.written_status(status))),
            "statusCategory" => or_null(status.map(|status| look.category(status.category))),
            "created" => moment(issue.created_ms),
            "updated" => moment(issue.updated_ms),
            "creator" => look.written_user(&issue.creator),
            "resolutiondate" => issue.resolved_ms.map_or(Shown::Made(Value::Null), moment),
            "statuscategorychangedate" => moment(issue.status_changed_ms),
            "comment" => {
                let mut page = comment::page(look, issue, 0, usize::MAX, false);
                page["self"] = look.rest(format_args!("issue/{}/comment", issue.id)).into();
                Shown::Made(page)
            }
            "issuelinks" => Shown::Made(attached::links(look, issue)),
            "subtasks" => Shown::Made(attached::subtasks(look, issue)),
            "attachment" => Shown::Made(attached::attachments(look, issue)),
            "votes" => Shown::Made(json!({
                "self": look.rest(format_args!("issue/{}/votes", issue.key)), "votes": 0, "hasVoted": false,
            })),
            "watches" => Shown::Made(json!({
                "self": look.rest(format_args!("issue/{}/watchers", issue.key)),
                "watchCount": 0,
                "isWatching": false,
            })),
            "worklog" => Shown::Made(work::page(look, issue)),
            "progress" | "aggregateprogress" => Shown::Made(json!({"progress": 0, "total": 0})),
            "workratio" => Shown::Made(json!(-1)),
            "timespent" | "aggregatetimespent" => or_null(work::seconds(issue, "spent")),
            "timeestimate" | "aggregatetimeestimate" => or_null(work::seconds(issue, "remaining")),
            "timeoriginalestimate" | "aggregatetimeoriginalestimate" => {
                or_null(work::seconds(issue, "original"))
            }
            "lastViewed" => Shown::Made(Value::Null),
            _ => return None,
        })
    }
}

/// Fields whose value is not stored among the issue's field values.
fn is_computed(no: FieldNo) -> bool {
    use crate::jira::field::{ATTACHMENT, ISSUE_LINKS, ISSUE_TYPE, PROJECT, WORKLOG};
    matches!(no, PROJECT | ISSUE_TYPE | COMMENT | ISSUE_LINKS | ATTACHMENT | WORKLOG)
}

const COMPUTED: [&str; 26] = [
    "project",
    "issuetype",
    "status",
    "statusCategory",
    "created",
    "updated",
    "creator",
    "resolutiondate",
    "statuscategorychangedate",
    "comment",
    "issuelinks",
    "subtasks",
    "attachment",
    "votes",
    "watches",
    "worklog",
    "progress",
    "aggregateprogress",
    "workratio",
    "lastViewed",
    "timespent",
    "timeestimate",
    "timeoriginalestimate",
    "aggregatetimespent",
    "aggregatetimeestimate",
    "aggregatetimeoriginalestimate",
];
