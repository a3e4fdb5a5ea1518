//! Which parts of an issue are wanted: fields, expansions and properties.

use crate::jira::call::Query;

/// Which fields of an issue are wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    is_all: bool,
    names: Vec<String>,
    excluded: Vec<String>,
}

impl Wanted {
    /// From names as `fields` takes them: `*all`, `*navigable`, ids, and ids with `-` before them.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>, default: &str) -> Self {
        let mut wanted = Self { is_all: false, names: Vec::new(), excluded: Vec::new() };
        let mut is_given = false;
        for name in names {
            is_given = true;
            wanted.add(name);
        }
        if !is_given {
            wanted.add(default);
        } else if wanted.names.is_empty() && !wanted.is_all && !wanted.excluded.is_empty() {
            wanted.is_all = true;
        }
        wanted
    }

    fn add(&mut self, name: &str) {
        match (name, name.strip_prefix('-')) {
            ("*all" | "*navigable", _) => self.is_all = true,
            (_, Some(excluded)) => self.excluded.push(excluded.to_owned()),
            _ if self.names.iter().any(|known| known == name) => {}
            _ => self.names.push(name.to_owned()),
        }
    }

    /// The names of those that are wanted; absent: all are.
    pub(super) fn names(&self) -> Option<&[String]> {
        (!self.is_all).then_some(&self.names)
    }

    pub(super) fn has(&self, id: &str) -> bool {
        (self.is_all || self.names.iter().any(|name| name == id)) && !self.excluded.iter().any(|n| n == id)
    }

    /// Whether nothing but the id is wanted.
    pub fn is_id_only(&self) -> bool {
        !self.is_all && self.names.iter().all(|name| name == "id")
    }
}

/// What else is wanted with an issue.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    pub expand: Vec<String>,
    pub properties: Vec<String>,
}

impl Extras {
    pub fn from_query(query: &Query) -> Self {
        let owned = |name: &str| query.list(name).into_iter().map(str::to_owned).collect();
        Self { expand: owned("expand"), properties: owned("properties") }
    }

    pub(super) fn expands(&self, name: &str) -> bool {
        self.expand.iter().any(|expand| expand == name)
    }
}
