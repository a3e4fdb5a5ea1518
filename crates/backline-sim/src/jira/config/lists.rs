//! The lists that fields choose from.

use super::Id;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    New,
    Indeterminate,
    Done,
}

#[derive(Debug, Clone)]
pub struct Status {
    pub id: Id,
    pub name: &'static str,
    pub category: Category,
    /// The team-managed project that owns it.
    pub scope: Option<Id>,
}

/// A priority, resolution, security level or group: something with a name.
#[derive(Debug, Clone)]
pub struct Named {
    pub id: Id,
    pub name: &'static str,
    pub description: &'static str,
}

#[derive(Debug, Clone)]
pub struct Group {
    pub id: String,
    pub name: &'static str,
}

/// A team of the organisation. Its id is a text.
#[derive(Debug, Clone)]
pub struct Team {
    pub id: String,
    pub name: &'static str,
}

#[derive(Debug, Clone)]
pub struct Sprint {
    pub id: Id,
    pub name: &'static str,
    /// `active`, `future` or `closed`.
    pub state: &'static str,
    pub board: Id,
    pub goal: &'static str,
    /// First and last moment; a future sprint has none.
    pub dates: Option<(&'static str, &'static str)>,
}

#[derive(Debug, Clone)]
pub struct IssueType {
    pub id: Id,
    pub name: &'static str,
    pub description: &'static str,
    /// -1 sub-task, 0 standard, 1 epic.
    pub level: i64,
    pub scope: Option<Id>,
}

impl IssueType {
    pub fn is_subtask(&self) -> bool {
        self.level < 0
    }
}

#[derive(Debug, Clone)]
pub struct OptionRow {
    pub id: Id,
    pub value: &'static str,
    pub is_disabled: bool,
    pub children: Vec<OptionRow>,
}

#[derive(Debug, Clone)]
pub struct LinkType {
    pub id: Id,
    pub name: &'static str,
    pub inward: &'static str,
    pub outward: &'static str,
}
