//! Approving the new tickets that wait, and taking an approval back.

use crate::cli::Failed;
use crate::cli::client::{Client, encoded};
use crate::cli::exit::Exit;
use crate::cli::out::{plain, print, print_json};
use crate::web::layout::counted;
use backline_clients::transport::Method;
use serde_json::{Value, json};
use std::fmt::Write;

/// What waits now, of one project or of all where it is empty.
pub async fn waiting(client: &Client, project: &str) -> Result<Vec<Value>, Failed> {
    let query = if project.is_empty() { String::new() } else { format!("?project={}", encoded(project)) };
    let mut answer = client.get(&format!("/approvals{query}")).await?;
    match answer["waiting"].take() {
        Value::Array(waiting) => Ok(waiting),
        _ => Ok(Vec::new()),
    }
}

/// Each with the command that approves exactly this.
pub fn told(waiting: &[Value]) -> String {
    let mut told = String::new();
    for held in waiting {
        let text = |name: &str| plain(held[name].as_str().unwrap_or_default());
        let (tickets, wait) = match held["tickets"].as_u64() {
            Some(1) => ("new ticket", "waits"),
            _ => ("new tickets", "wait"),
        };
        let (count, place, shown) = (&held["tickets"], text("place"), text("shown"));
        writeln!(
            told,
            "{count} {tickets} in {place} {wait} for approval: backline plan --approve --shown {shown}"
        )
        .expect("a string takes it");
    }
    told
}

/// Approves what was shown or, without it, what waits now; `project` is empty for all.
///
/// Of several projects each stands for itself: what has changed since it was shown is told and left.
pub async fn approve(
    client: &Client,
    project: &str,
    shown: Option<&str>,
    is_json: bool,
) -> Result<(), Failed> {
    let shown: Vec<String> = match shown {
        Some(shown) => vec![shown.to_owned()],
        None => {
            let waiting = waiting(client, project).await?;
            waiting.iter().filter_map(|held| held["shown"].as_str().map(str::to_owned)).collect()
        }
    };
    let (mut batches, mut differing, mut broken) = (Vec::new(), Vec::new(), None);
    for shown in shown {
        let mut wish = json!({ "shown": shown });
        if !project.is_empty() {
            wish["project"] = json!(project);
        }
        match client.send(Method::Post, "/approvals", Some(&wish)).await {
            Ok(mut answer) => {
                batches.extend(answer["batches"].as_array_mut().map(std::mem::take).unwrap_or_default())
            }
            Err(failed) if failed.exit == Exit::Conflict => differing.push(failed),
            Err(failed) => {
                broken = Some(failed);
                break;
            }
        }
    }
    // Told before a failure: what was approved is made.
    let is_all_lost = batches.is_empty() && (broken.is_some() || !differing.is_empty());
    if !is_all_lost && is_json {
        let mut answer = json!({ "batches": batches });
        if !differing.is_empty() {
            answer["differing"] = differing.iter().map(|failed| json!(failed.message)).collect();
        }
        print_json(&answer)?;
    } else if !is_all_lost {
        print(&approved(&batches, &differing))?;
    }
    match broken.or_else(|| if is_all_lost { differing.pop() } else { None }) {
        Some(failed) => Err(failed),
        None => Ok(()),
    }
}

fn approved(batches: &[Value], differing: &[Failed]) -> String {
    if batches.is_empty() {
        return "Nothing waits for approval.\n".to_owned();
    }
    let mut told = String::new();
    for batch in batches {
        let text = |name: &str| plain(batch[name].as_str().unwrap_or_default());
        let tickets = counted(&batch["tickets"], "new ticket", "new tickets");
        let are = if batch["tickets"] == 1 { "is" } else { "are" };
        let (place, id) = (text("place"), text("id"));
        writeln!(told, "{tickets} in {place} {are} made now. To take it back: backline plan --undo {id}")
            .expect("a string takes it");
    }
    for failed in differing {
        writeln!(told, "Not approved: {}", plain(&failed.message)).expect("a string takes it");
    }
    told
}

pub async fn undo(client: &Client, batch: &str, is_json: bool) -> Result<(), Failed> {
    let undone = client.send(Method::Post, &format!("/approvals/{}/undo", encoded(batch)), None).await?;
    if is_json {
        return print_json(&undone);
    }
    print(&taken_back(&undone))
}

fn taken_back(undone: &Value) -> String {
    let count = |name: &str| undone[name].as_u64().unwrap_or_default();
    let unlinked = match count("unlinked") {
        1 => "1 ticket is let go of and stays in Jira as it is".to_owned(),
        many => format!("{} are let go of and stay in Jira as they are", counted(many, "ticket", "tickets")),
    };
    let held = match count("held") {
        1 => "1 was not made yet and waits again".to_owned(),
        many => format!("{many} were not made yet and wait again"),
    };
    match count("under_way") {
        0 => format!("{unlinked}; {held}.\n"),
        1 => format!("{unlinked}; {held}; 1 is on its way to Jira and is let go of as soon as it is made.\n"),
        many => format!(
            "{unlinked}; {held}; {many} are on their way to Jira and are let go of as soon as they are made.\n"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::{approved, taken_back, told};
    use crate::cli::Failed;
    use crate::cli::exit::Exit;
    use expect_test::expect;
    use serde_json::json;

    #[test]
    fn an_approval_says_how_it_is_taken_back() {
        let batch = json!({"id": "0199", "place": "SEC / Bug", "tickets": 1_200});
        let changed = "5 new tickets in OPS / Task were shown, and 4 of them wait now.";
        let differs = Failed::new(Exit::Conflict, changed, "");
        expect![[r#"
            1,200 new tickets in SEC / Bug are made now. To take it back: backline plan --undo 0199
            Not approved: 5 new tickets in OPS / Task were shown, and 4 of them wait now.
        "#]]
        .assert_eq(&approved(&[batch], &[differs]));
        assert_eq!(approved(&[], &[]), "Nothing waits for approval.\n");
    }

    #[test]
    fn what_waits_comes_with_the_command_that_approves_it() {
        let held = json!({"place": "SEC / Bug", "tickets": 5, "shown": "0199.5.7"});
        expect![[r#"
            5 new tickets in SEC / Bug wait for approval: backline plan --approve --shown 0199.5.7
        "#]]
        .assert_eq(&told(&[held]));
    }

    #[test]
    fn what_is_taken_back_is_counted() {
        expect![[r#"
            1 ticket is let go of and stays in Jira as it is; 4 were not made yet and wait again.
        "#]]
        .assert_eq(&taken_back(&json!({"unlinked": 1, "held": 4, "under_way": 0})));
        expect![[r#"
            20 tickets are let go of and stay in Jira as they are; 1 was not made yet and waits again; 2 are on their way to Jira and are let go of as soon as they are made.
        "#]]
        .assert_eq(&taken_back(&json!({"unlinked": 20, "held": 1, "under_way": 2})));
    }
}
