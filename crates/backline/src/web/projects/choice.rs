//! A choice as a form carries it: one word, also where a second choice lies below the first.

use backline_core::jira::field::{Choice, FieldMeta};

/// Between an option and the one below it. Jira's ids are digits, so it stands in none of them.
const BELOW: char = '>';

/// What a list shows of a choice.
pub struct Listed {
    pub id: String,
    pub label: String,
}

pub fn listed(choice: &Choice) -> Listed {
    match choice.children.first() {
        Some(child) => Listed {
            id: format!("{}{BELOW}{}", choice.id, child.id),
            label: format!("{} › {}", choice.label, child.label),
        },
        None => Listed { id: choice.id.clone(), label: choice.label.clone() },
    }
}

/// An option of Jira's list by itself, and then with each of those below it.
pub fn with_children(option: &Choice) -> impl Iterator<Item = Choice> {
    let alone = Choice::new(option.id.clone(), option.label.clone());
    let with = |child: &Choice| Choice { children: vec![child.clone()], ..alone.clone() };
    let below: Vec<Choice> = option.children.iter().map(with).collect();
    std::iter::once(alone).chain(below)
}

/// The choice of Jira's list that a form's word means.
pub fn find(meta: &FieldMeta, word: &str) -> Option<Choice> {
    let allowed = meta.allowed.as_deref().unwrap_or_default();
    let above = |id: &str| allowed.iter().find(|choice| choice.id == id);
    let alone = |choice: &Choice| Choice::new(choice.id.clone(), choice.label.clone());
    if let Some(choice) = above(word) {
        return Some(alone(choice));
    }
    let (parent, child) = word.split_once(BELOW)?;
    let parent = above(parent)?;
    let child = parent.children.iter().find(|choice| choice.id == child)?;
    Some(Choice { children: vec![child.clone()], ..alone(parent) })
}

/// The choice that a form's word means, with the labels that Jira gives it; `label` where Jira's list has it not.
pub fn chosen(meta: &FieldMeta, word: &str, label: &str) -> Choice {
    find(meta, word).unwrap_or_else(|| match word.split_once(BELOW) {
        Some((parent, child)) if meta.allowed.is_some() => {
            let (above, below) = label.split_once(" › ").unwrap_or((parent, child));
            Choice { children: vec![Choice::new(child, below)], ..Choice::new(parent, above) }
        }
        _ => Choice::new(word, if label.is_empty() { word } else { label }),
    })
}
