//! What becomes of an option of a field, also of one below another.

use super::kept;
use crate::jira::config::{Config, Id, OptionRow};
use crate::jira::field::FieldNo;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToOption {
    /// Deleted: issues that had it show nothing.
    Removed,
    /// Issues that have it keep it; nobody can choose it.
    Disabled,
    /// Can be chosen again, after either.
    Offered,
    Renamed(String),
}

pub fn apply(config: &mut Config, field: FieldNo, option: Id, to: &ToOption) {
    let Some(rows) = config.fields.get_mut(&field).map(|field| &mut field.options) else { return };
    match to {
        ToOption::Removed => {
            if let Some((above, row)) = take(rows, option, None) {
                config.admin.removed_options.insert(option, (field, above, row));
            }
        }
        ToOption::Disabled => edit(rows, option, |row| row.is_disabled = true),
        ToOption::Renamed(value) => edit(rows, option, |row| row.value = kept(value)),
        ToOption::Offered => {
            edit(rows, option, |row| row.is_disabled = false);
            let Some((_, above, row)) = config.admin.removed_options.remove(&option) else { return };
            match above.and_then(|above| rows.iter_mut().find(|row| row.id == above)) {
                Some(parent) => put_back(&mut parent.children, row),
                None => put_back(rows, row),
            }
        }
    }
}

/// The option with this id or value, and where it is not unique the first one.
pub fn find<'a>(rows: &'a [OptionRow], wanted: &str) -> Option<&'a OptionRow> {
    let is_wanted = |row: &&OptionRow| row.id.to_string() == wanted || row.value == wanted;
    rows.iter().find(is_wanted).or_else(|| rows.iter().find_map(|row| find(&row.children, wanted)))
}

fn edit(rows: &mut [OptionRow], option: Id, change: impl Fn(&mut OptionRow) + Copy) {
    for row in rows {
        if row.id == option {
            change(row);
        }
        edit(&mut row.children, option, change);
    }
}

fn take(rows: &mut Vec<OptionRow>, option: Id, above: Option<Id>) -> Option<(Option<Id>, OptionRow)> {
    if let Some(at) = rows.iter().position(|row| row.id == option) {
        return Some((above, rows.remove(at)));
    }
    rows.iter_mut().find_map(|row| take(&mut row.children, option, Some(row.id)))
}

fn put_back(rows: &mut Vec<OptionRow>, row: OptionRow) {
    rows.push(row);
    rows.sort_by_key(|row| row.id);
}
