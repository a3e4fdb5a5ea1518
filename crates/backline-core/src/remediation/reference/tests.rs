use super::{Block, END, Merge, Problem, START, TicketLink, merge, render, without_blocks};
use crate::ids::IssueKey;
use proptest::prelude::*;

const LIMIT: usize = 65_535;

fn block_of(key: &str) -> Block {
    let url = format!("https://acme.atlassian.net/browse/{key}");
    render(&[TicketLink { key: IssueKey::new(key), url }]).expect("the key is valid")
}

fn fenced(inside: &str) -> String {
    format!("{START}\n{inside}\n{END}")
}

#[test]
fn one_line_for_each_ticket() {
    let tickets = ["SEC-123", "PLAT_2-4"].map(|key| TicketLink {
        key: IssueKey::new(key),
        url: format!("https://acme.atlassian.net/browse/{key}"),
    });
    let block = render(&tickets).expect("two tickets");
    assert_eq!(
        block.as_str(),
        "Jira: [SEC-123](https://acme.atlassian.net/browse/SEC-123)\n\
         Jira: [PLAT_2-4](https://acme.atlassian.net/browse/PLAT_2-4)"
    );
    assert_eq!(render(&[]), None);
}

#[test]
fn nothing_hostile_gets_into_the_block() {
    let check = |key: &str, url: &str, expected: Option<&str>| {
        let block = render(&[TicketLink { key: IssueKey::new(key), url: url.to_owned() }]);
        assert_eq!(block.as_ref().map(Block::as_str), expected);
    };
    check("SEC-1](x) @acme/all", "https://a", None);
    check("Fixes #1", "https://a", None);
    check("SEC-1", "javascript:alert(1)", Some("Jira: SEC-1"));
    check(
        "SEC-1",
        "https://a/b) @acme <!-- x -->\n#1",
        Some("Jira: [SEC-1](https://a/b%29%20%40acme%20%3C%21--%20x%20--%3E%0A%231)"),
    );
    check("GH-12", "", Some("Jira: `GH-12`"));
}

#[test]
fn a_body_without_a_block_gets_one_at_the_end() {
    let line = block_of("SEC-1").as_str().to_owned();
    let body = "Fix the parser\r\n\r\nSee the notes.";
    let new = merge(body, Some(&block_of("SEC-1")), LIMIT);
    assert_eq!(new, Merge::Write(format!("{body}\n\n{}", fenced(&line))));
    assert_eq!(merge("", Some(&block_of("SEC-1")), LIMIT), Merge::Write(fenced(&line)));
    assert_eq!(merge("text", None, LIMIT), Merge::Unchanged);
}

#[test]
fn only_what_is_between_the_markers_is_replaced() {
    let body = format!("before\r\n  {START}\r\nold\r\n{END}\r\nafter\r\n");
    let Merge::Write(new) = merge(&body, Some(&block_of("SEC-1")), LIMIT) else { panic!("not written") };
    let line = block_of("SEC-1").as_str().to_owned();
    assert_eq!(new, format!("before\r\n  {START}\n{line}\n{END}\r\nafter\r\n"));
}

#[test]
fn line_ends_that_the_host_changed_are_no_difference() {
    let body = format!("text\n\n{}", fenced(block_of("SEC-1").as_str())).replace('\n', "\r\n");
    assert_eq!(merge(&body, Some(&block_of("SEC-1")), LIMIT), Merge::Unchanged);
}

#[test]
fn further_blocks_go_and_a_person_hears_of_it() {
    let body = format!("a\n{}\nb\n{}\nc", fenced("old"), fenced("older"));
    let line = block_of("SEC-1").as_str().to_owned();
    let body_expected = format!("a\n{}\nb\n\nc", fenced(&line));
    let expected = Merge::Repair { body: body_expected, problem: Problem::SeveralBlocks };
    assert_eq!(merge(&body, Some(&block_of("SEC-1")), LIMIT), expected);
}

#[test]
fn a_start_without_an_end_is_never_guessed_about() {
    let body = format!("a\n{START}\nJira: [SEC-9](https://x)\nmy own words");
    let line = block_of("SEC-1").as_str().to_owned();
    let expected = format!("{body}\n\n{}", fenced(&line));
    let merged = merge(&body, Some(&block_of("SEC-1")), LIMIT);
    assert_eq!(merged, Merge::Repair { body: expected.clone(), problem: Problem::LoneMarker });
    assert_eq!(merge(&expected, Some(&block_of("SEC-1")), LIMIT), Merge::Unchanged);
}

#[test]
fn lone_markers_around_a_block_never_become_a_block() {
    let body = format!("{START}\nmine\n{}\nmine too\n{END}\n", fenced("old"));
    let once = merge(&body, None, LIMIT).body().expect("emptied").to_owned();
    assert!(once.contains("mine\n") && once.contains("mine too\n"));
    assert_eq!(merge(&once, None, LIMIT), Merge::Unchanged);
}

#[test]
fn a_marker_inside_a_sentence_or_a_quotation_is_text() {
    for body in [format!("we write {START} first\n{END}"), format!("> {START}\n> Jira: x\n> {END}")] {
        let new = merge(&body, Some(&block_of("SEC-1")), LIMIT).body().expect("appended").to_owned();
        assert!(new.starts_with(&format!("{body}\n\n{START}\n")));
    }
}

#[test]
fn over_the_limit_the_keys_stay_without_their_links() {
    let body = "x".repeat(100);
    let short = format!("{body}\n\n{}", fenced("Jira: SEC-1"));
    let limit = short.chars().count();
    assert_eq!(merge(&body, Some(&block_of("SEC-1")), limit), Merge::Write(short.clone()));
    assert_eq!(merge(&short, Some(&block_of("SEC-1")), limit), Merge::Unchanged);
    assert_eq!(merge(&body, Some(&block_of("SEC-1")), limit - 1), Merge::TooLong { chars: limit });
}

#[test]
fn the_limit_counts_characters_not_bytes() {
    let body = "ü".repeat(100);
    let full = format!("{body}\n\n{}", fenced(block_of("SEC-1").as_str()));
    assert_eq!(merge(&body, Some(&block_of("SEC-1")), full.chars().count()), Merge::Write(full));
}

#[test]
fn what_we_wrote_is_not_what_the_author_wrote() {
    let body = format!("a SEC-1\n{}\nb", fenced("Jira: [SEC-2](https://x)"));
    assert_eq!(without_blocks(&body), "a SEC-1\n\nb");
    let lone = format!("a\n{START}\nJira: [SEC-2](https://x)\nSEC-3");
    assert_eq!(without_blocks(&lone), "a\nSEC-3");
}

/// Texts of a person, who may paste markers, alone or in pairs.
fn any_body() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[a-z <!>#@\\-\r\nü]{0,12}",
        1 => Just(format!("\n{START}\n")),
        1 => Just(format!("\n{END}\n")),
        1 => Just(format!("\r\n  {START} \r\nold\r\n{END}\r\n")),
        1 => Just(fenced("Jira: [SEC-1](https://acme.atlassian.net/browse/SEC-1)")),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn merging_twice_is_merging_once(body in any_body(), is_wanted: bool, limit in 0..200_usize) {
        let block = block_of("SEC-1");
        let block = is_wanted.then_some(&block);
        if let Some(once) = merge(&body, block, limit).body() {
            prop_assert_eq!(merge(once, block, limit), Merge::Unchanged);
        }
    }

    #[test]
    fn every_byte_outside_the_blocks_stays(texts in prop::collection::vec("[a-z <!>#@\\-\r\nü]{0,12}", 1..6)) {
        let block = block_of("SEC-1");
        let ours = fenced(block.as_str());
        let body = texts.join(&format!("\n{}\n", fenced("old")));
        let mut expected = texts[0].clone();
        match texts.len() {
            1 if body.is_empty() => expected.push_str(&ours),
            1 => expected.push_str(&format!("\n\n{ours}")),
            _ => expected.push_str(&format!("\n{ours}\n{}", texts[1..].join("\n\n"))),
        }
        let (with, without) = (merge(&body, Some(&block), LIMIT), merge(&body, None, LIMIT));
        prop_assert_eq!(with.body(), Some(expected.as_str()));
        prop_assert_eq!(without.body().unwrap_or(&body), texts.join("\n\n"));
    }

    #[test]
    fn what_was_added_can_be_taken_away(body in "[a-z <!>#@\\-\r\nü]{0,40}") {
        let with = merge(&body, Some(&block_of("SEC-1")), LIMIT).body().expect("added").to_owned();
        prop_assert_eq!(merge(&with, None, LIMIT), Merge::Write(body));
    }
}
