//! Writes projects as TOML by hand: a generic writer opens a table for every choice, and nobody reads that.

use super::FORMAT;
use crate::mapping::closing::Meaning;
use crate::mapping::portable::{Closed, Entry, Field, Named, Source, Step};
use crate::mapping::rule::Rule;
use std::fmt::Write;
use toml::Value;

const HEAD: &str = "\
# Connected projects of Backline, in the order in which their rules are asked.
# On the same site ids decide; on another site names do. An id may be left out where the name is unique.
";

/// The whole file.
pub fn write(entries: &[Entry]) -> String {
    let mut text = format!("{HEAD}format = {FORMAT}\n");
    for entry in entries {
        text.push('\n');
        text.push_str(&write_entry(entry));
    }
    text
}

/// One project of it. Equal texts mean equal projects.
pub fn write_entry(entry: &Entry) -> String {
    let mut out = Out(String::new());
    out.line("[[project]]");
    if let Some(id) = entry.id {
        out.set("id", &quoted(&id.to_string()));
    }
    if entry.site != Named::default() {
        out.set("site", &named(&entry.site, "url"));
    }
    out.set("project", &named(&entry.project, "key"));
    out.set("issue_type", &named(&entry.issue_type, "name"));
    if entry.otherwise != Meaning::default() {
        out.set("closed_otherwise", &quoted(entry.otherwise.word()));
    }
    out.rule(&entry.rule);
    for field in &entry.fields {
        out.field("project.field", field);
    }
    for (stage, step) in &entry.steps {
        out.step(stage.word(), step);
    }
    for closed in &entry.closed {
        out.closed(closed);
    }
    out.0
}

struct Out(String);

impl Out {
    fn line(&mut self, text: &str) {
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn set(&mut self, key: &str, value: &str) {
        writeln!(self.0, "{key} = {value}").expect("a string takes it");
    }

    fn rule(&mut self, rule: &Rule) {
        if *rule == Rule::default() {
            return;
        }
        self.line("\n[project.rule]");
        let severities: Vec<&str> = rule.severities.iter().map(|severity| severity.word()).collect();
        for (key, words) in [
            ("severities", severities),
            ("repositories", rule.repositories.iter().map(String::as_str).collect()),
            ("scanners", rule.scanners.iter().map(String::as_str).collect()),
        ] {
            if !words.is_empty() {
                let words: Vec<String> = words.into_iter().map(quoted).collect();
                self.set(key, &format!("[{}]", words.join(", ")));
            }
        }
        if rule.fix_available {
            self.set("fix_available", "true");
        }
    }

    fn step(&mut self, stage: &str, step: &Step) {
        self.line("\n[[project.step]]");
        self.set("stage", &quoted(stage));
        if let Some(status) = &step.status {
            self.set("status", &named(status, "name"));
        }
        self.set("comments", if step.comments { "true" } else { "false" });
        if !step.comment_text.is_empty() {
            self.set("comment_text", &quoted(&step.comment_text));
        }
        for field in &step.fields {
            self.field("project.step.field", field);
        }
    }

    fn closed(&mut self, closed: &Closed) {
        self.line("\n[[project.closed]]");
        self.set(closed.by.word(), &named(&closed.choice, "name"));
        self.set("means", &quoted(closed.means.word()));
        if let Some(days) = closed.expires_days {
            self.set("expires_days", &days.to_string());
        }
    }

    fn field(&mut self, table: &str, field: &Field) {
        self.line(&format!("\n[[{table}]]"));
        self.set("field", &named(&field.field, "name"));
        self.set("owner", &quoted(field.owner.word()));
        match &field.source {
            Source::Manual(text) => self.set("manual", &quoted(text)),
            Source::Jira(choices) => {
                let choices: Vec<String> = choices.iter().map(|choice| named(choice, "name")).collect();
                self.set("jira", &format!("[{}]", choices.join(", ")));
            }
            Source::Backline { field, values, default } => {
                self.set("backline", &quoted(field.word()));
                if let Some(choice) = default {
                    self.set("default", &named(choice, "name"));
                }
                if values.is_empty() {
                    return;
                }
                self.line(&format!("[{table}.values]"));
                // From the most urgent to the least, as pages have them; words of a later version come last.
                let known = field.words();
                let rank = |word: &str| known.iter().position(|known| *known == word).unwrap_or(known.len());
                let mut words: Vec<&String> = values.keys().collect();
                words.sort_by_key(|word| (rank(word), word.as_str()));
                for word in words {
                    let key = if is_bare(word) { word.clone() } else { quoted(word) };
                    self.set(&key, &named(&values[word], "name"));
                }
            }
        }
    }
}

fn named(named: &Named, key: &str) -> String {
    if let Named { name: Some(name), id: None, below: None } = named {
        return quoted(name);
    }
    let mut parts = Vec::new();
    let of = |key: &str, value: &str| format!("{key} = {}", quoted(value));
    parts.extend(named.name.as_deref().map(|name| of(key, name)));
    parts.extend(named.id.as_deref().map(|id| of("id", id)));
    parts.extend(named.below.as_deref().map(|below| format!("below = {}", self::named(below, "name"))));
    format!("{{ {} }}", parts.join(", "))
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Whether a key needs no quotes.
fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_' || sign == '-')
}
