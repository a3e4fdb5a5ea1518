//! Says what Backline would do in Jira now, and why. Nothing is done, unless waiting tickets are approved.

mod approval;

use super::Failed;
use super::client::{Address, Client, encoded};
use super::out::{plain, print, print_json};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;

#[derive(Debug, clap::Args)]
#[command(after_help = super::exit::HELP)]
pub struct Arguments {
    /// Print one line of JSON: a list of subjects, each with its operations, what is kept, and what blocks it; and the
    /// projects with new tickets that wait for approval.
    #[arg(long)]
    json: bool,
    /// Make the new tickets that wait for approval, of one project (`--approve SEC`) or of all.
    #[arg(long, value_name = "PROJECT", num_args = 0..=1, default_missing_value = "")]
    approve: Option<String>,
    /// With --approve: exactly what was printed beside this, or nothing of it where it has changed since.
    #[arg(long, value_name = "SHOWN", requires = "approve")]
    shown: Option<String>,
    /// Take an approval back, by the id that it was printed with: its tickets are let go of and stay in Jira.
    #[arg(long, value_name = "BATCH", conflicts_with = "approve")]
    undo: Option<String>,
    #[command(flatten)]
    address: Address,
}

pub async fn run(arguments: Arguments) -> Result<(), Failed> {
    let client = Client::open(&arguments.address)?;
    if let Some(project) = &arguments.approve {
        return approval::approve(&client, project, arguments.shown.as_deref(), arguments.json).await;
    }
    if let Some(batch) = &arguments.undo {
        return approval::undo(&client, batch, arguments.json).await;
    }
    let mut subjects = Vec::new();
    let mut after = String::new();
    loop {
        let mut page = client.get(&format!("/plan?limit=100&after={}", encoded(&after))).await?;
        if let Value::Array(found) = page["subjects"].take() {
            subjects.extend(found);
        }
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    let waiting = approval::waiting(&client, "").await?;
    if arguments.json {
        return print_json(&serde_json::json!({ "subjects": subjects, "waiting": waiting }));
    }
    if subjects.is_empty() && waiting.is_empty() {
        return print("Nothing to do: every ticket is in sync.\n");
    }
    print(&(told(&subjects) + &approval::told(&waiting)))
}

/// Each with what would be done; those that only wait are counted by what for.
fn told(subjects: &[Value]) -> String {
    let mut told = String::new();
    let mut waits: BTreeMap<&str, usize> = BTreeMap::new();
    let mut looked_at = 0_usize;
    for subject in subjects {
        let is_idle = subject["operations"].as_array().is_none_or(Vec::is_empty)
            && subject["blocked"].is_null()
            && subject["kept"].as_array().is_none_or(Vec::is_empty);
        match subject["reason"].as_str() {
            Some(reason) if is_idle => *waits.entry(reason).or_default() += 1,
            None if is_idle && subject["unread"].is_null() => looked_at += 1,
            _ => told.push_str(&words(subject)),
        }
    }
    if looked_at > 0 {
        let (tickets, are) = if looked_at == 1 { ("ticket", "is") } else { ("tickets", "are") };
        writeln!(told, "{looked_at} {tickets} {are} about to be looked at").expect("a string takes it");
    }
    for (reason, count) in waits {
        let (tickets, wait) = if count == 1 { ("ticket", "waits") } else { ("tickets", "wait") };
        writeln!(told, "{count} {tickets} {wait}: {}", plain(reason)).expect("a string takes it");
    }
    told
}

fn words(subject: &Value) -> String {
    let text = |value: &Value| plain(value.as_str().unwrap_or_default());
    let mut words = String::new();
    let mut line = |text: String| writeln!(words, "{text}").expect("writing to a string cannot fail");
    let name = subject["ticket"].as_str().map_or_else(|| "(no ticket yet)".to_owned(), plain);
    line(format!("{name}  {}", text(&subject["title"])));
    for operation in subject["operations"].as_array().into_iter().flatten() {
        let reason = text(&operation["reason"]);
        line(format!("  {}: {reason}  [{}]", text(&operation["what"]), text(&operation["rule"])));
        for (field, value) in operation["fields"].as_object().into_iter().flatten() {
            line(format!("    {} = {}", plain(field), text(value).replace('\n', " ")));
        }
    }
    for kept in subject["kept"].as_array().into_iter().flatten() {
        line(format!("  kept: {}  [{}]", text(&kept["what"]), text(&kept["rule"])));
    }
    let blocked = &subject["blocked"];
    if blocked.is_object() {
        line(format!("  blocked: {}. {}", text(&blocked["what"]), text(&blocked["why"])));
        line(format!("  what to do: {}", text(&blocked["remedy"])));
    }
    if let Some(reason) = subject["reason"].as_str() {
        line(format!("  waits: {}", plain(reason)));
    } else if let Some(why) = subject["unread"].as_str() {
        line(format!("  not planned: {}", plain(why)));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{told, words};
    use expect_test::expect;
    use serde_json::json;

    #[test]
    fn a_plan_reads_as_steps_with_reasons() {
        let subject = json!({
            "ticket": "SEC-1", "title": "log4j-core",
            "operations": [{"what": "Edit its fields", "rule": "differs", "reason": "differs: Priority",
                "fields": {"Priority": "Highest"}}],
            "kept": [{"what": "Summary", "rule": "a person changed it"}],
            "blocked": {"what": "Jira refused to update SEC-1", "why": "Jira says: Team is required", "remedy": "Map Team"}
        });
        expect![[r#"
            SEC-1  log4j-core
              Edit its fields: differs: Priority  [differs]
                Priority = Highest
              kept: Summary  [a person changed it]
              blocked: Jira refused to update SEC-1. Jira says: Team is required
              what to do: Map Team
        "#]]
        .assert_eq(&words(&subject));
    }

    #[test]
    fn what_waits_for_jira_says_so() {
        let create = json!({"what": "Create a Bug in SEC", "rule": "no ticket yet", "reason": "it has none"});
        let waits = json!({"title": "lodash", "reason": "Jira is disconnected", "operations": [create]});
        let idle = json!({"ticket": "SEC-1", "title": "log4j-core", "reason": "Jira is disconnected",
            "operations": [], "unread": "Jira is disconnected."});
        let due = json!({"ticket": "SEC-2", "title": "minimist", "operations": [], "state": "waiting"});
        expect![[r#"
            (no ticket yet)  lodash
              Create a Bug in SEC: it has none  [no ticket yet]
              waits: Jira is disconnected
            1 ticket is about to be looked at
            2 tickets wait: Jira is disconnected
        "#]]
        .assert_eq(&told(&[waits, idle.clone(), idle, due]));
    }
}
