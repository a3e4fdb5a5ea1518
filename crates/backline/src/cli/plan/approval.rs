//! Approving the new tickets that wait, and taking an approval back.

use crate::cli::Failed;
use crate::cli::client::{Client, encoded};
use crate::cli::out::{plain, print, print_json};
use backline_clients::transport::Method;
use serde_json::{Value, json};

/// `project` is empty for all.
pub async fn approve(client: &Client, project: &str, is_json: bool) -> Result<(), Failed> {
    let wish = if project.is_empty() { json!({}) } else { json!({ "project": project }) };
    let answer = client.send(Method::Post, "/approvals", Some(&wish)).await?;
    if is_json {
        return print_json(&answer);
    }
    print(&approved(&answer))
}

fn approved(answer: &Value) -> String {
    let batches = answer["batches"].as_array().map_or(&[][..], Vec::as_slice);
    if batches.is_empty() {
        return "Nothing waits for approval.\n".to_owned();
    }
    let line = |batch: &Value| {
        let text = |name: &str| plain(batch[name].as_str().unwrap_or_default());
        let (tickets, id) = (&batch["tickets"], text("id"));
        format!(
            "{tickets} new tickets in {} are made now. Take them back: backline plan --undo {id}\n",
            text("place")
        )
    };
    batches.iter().map(line).collect()
}

pub async fn undo(client: &Client, batch: &str, is_json: bool) -> Result<(), Failed> {
    let undone = client.send(Method::Post, &format!("/approvals/{}/undo", encoded(batch)), None).await?;
    if is_json {
        return print_json(&undone);
    }
    print(&format!(
        "{} tickets were let go of and stay in Jira as they are; {} were not made yet and wait again.\n",
        undone["unlinked"], undone["held"]
    ))
}

#[cfg(test)]
mod tests {
    use super::approved;
    use expect_test::expect;
    use serde_json::json;

    #[test]
    fn an_approval_says_how_it_is_taken_back() {
        let batch = json!({"id": "0199", "place": "SEC / Bug", "tickets": 120});
        expect![[r#"
            120 new tickets in SEC / Bug are made now. Take them back: backline plan --undo 0199
        "#]]
        .assert_eq(&approved(&json!({"batches": [batch]})));
        assert_eq!(approved(&json!({"batches": []})), "Nothing waits for approval.\n");
    }
}
