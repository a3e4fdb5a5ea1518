use super::*;

fn message() -> SlackMessage {
    SlackMessage {
        headline: "Jira update failed".into(),
        fields: vec![
            (
                "Ticket".into(),
                SlackText::Link { text: "SEC-123".into(), url: "https://site/browse/SEC-123?a=1&b=2".into() },
            ),
            ("Step".into(), SlackText::Text("Update".into())),
        ],
        reason: "Field <Severity> is required".into(),
        remedy: "Map it".into(),
        buttons: vec![("Open".into(), "https://backline/sync/42".into())],
        context: "3rd attempt".into(),
    }
}

/// Every text anywhere in the body.
fn texts(json: &Json, out: &mut Vec<String>) {
    match json {
        Json::String(text) => out.push(text.clone()),
        Json::Array(items) => items.iter().for_each(|item| texts(item, out)),
        Json::Object(map) => map.values().for_each(|value| texts(value, out)),
        _ => {}
    }
}

#[test]
fn a_message_has_its_parts_in_order() {
    let body = body(&message());
    let kinds: Vec<&str> =
        body["blocks"].as_array().unwrap().iter().map(|b| b["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["header", "section", "section", "section", "actions", "context"]);
    assert_eq!(body["text"], "Jira update failed: Field &lt;Severity&gt; is required");
    assert_eq!(
        body["blocks"][1]["fields"][0]["text"],
        "*Ticket*\n<https://site/browse/SEC-123?a=1&amp;b=2|SEC-123>"
    );
    assert_eq!(body["blocks"][4]["elements"][0]["url"], "https://backline/sync/42");
}

#[test]
fn no_text_can_mention_or_link() {
    let evil = "<!channel> <@U1> <https://evil|click> & <!here|x>";
    let message = SlackMessage {
        headline: evil.into(),
        fields: vec![
            (evil.into(), SlackText::Text(evil.into())),
            ("l".into(), SlackText::Link { text: evil.into(), url: "https://x/|<!channel>".into() }),
            ("j".into(), SlackText::Link { text: evil.into(), url: "javascript:alert(1)".into() }),
        ],
        reason: evil.into(),
        remedy: evil.into(),
        buttons: vec![(evil.into(), "javascript:alert(1)".into())],
        context: evil.into(),
    };
    let body = body(&message);
    let mut all = Vec::new();
    texts(&body, &mut all);
    for text in all {
        let text = text.replace("<https://x/%7C%3C!channel%3E|", "");
        assert!(!text.contains('<') && !text.contains("javascript:"), "{text}");
    }
    let verbatim = body.to_string();
    assert_eq!(verbatim.matches("\"mrkdwn\"").count(), verbatim.matches("\"verbatim\":true").count());
}

#[test]
fn long_texts_are_cut_without_splitting_an_escape() {
    assert_eq!(escape("abc", 3), "abc");
    assert_eq!(escape("abcd", 3), "ab…");
    assert_eq!(escape("a&b", 6), "a…");
    assert_eq!(escape("a&b", 7), "a&amp;b");
    let mut long = message();
    long.headline = "&".repeat(1000);
    long.reason = "<".repeat(10_000);
    long.context = "é".repeat(10_000);
    long.fields = vec![("l".repeat(300), SlackText::Text(">".repeat(5000))); 100];
    let body = body(&long);
    let blocks = body["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50);
    let length = |json: &Json| json.as_str().unwrap().chars().count();
    assert!(length(&blocks[0]["text"]["text"]) <= HEADER_CHARS_MAX);
    for block in blocks {
        for field in block["fields"].as_array().into_iter().flatten() {
            assert!(length(&field["text"]) <= FIELD_CHARS_MAX);
        }
        if block["type"] == "section" && block["text"].is_object() {
            assert!(length(&block["text"]["text"]) <= SECTION_CHARS_MAX);
        }
    }
}

#[test]
fn empty_parts_are_left_out() {
    let bare = SlackMessage { headline: "It is over".into(), ..SlackMessage::default() };
    assert_eq!(body(&bare)["blocks"].as_array().unwrap().len(), 1);
}
