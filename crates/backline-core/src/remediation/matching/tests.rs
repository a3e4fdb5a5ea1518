use super::{Candidate, Matches, find, named};
use crate::finding::Package;
use crate::ids::{IssueKey, RemediationId, RepositoryName, VulnerabilityId};
use crate::pull_request::{PullRequest, State};
use uuid::Uuid;

mod bots;

/// A pull request into acme/api in which nothing is said.
fn silent() -> PullRequest {
    PullRequest {
        repository: RepositoryName::new("acme/api"),
        number: 12,
        url: String::new(),
        title: "Tidy the build".to_owned(),
        body: String::new(),
        state: State::Open,
        is_draft: false,
        branch: "tidy".to_owned(),
        base: "main".to_owned(),
        targets_default_branch: true,
        author: "ann".to_owned(),
        author_is_bot: false,
        head_sha: String::new(),
        commit_messages: Vec::new(),
        merged_at: None,
        updated_at: jiff::Timestamp::UNIX_EPOCH,
    }
}

/// What a vulnerability is known by; the default is Log4Shell with ticket SEC-142.
struct Known {
    identifiers: Vec<String>,
    package: Option<Package>,
    path: Option<String>,
    keys: Vec<IssueKey>,
    remediations: Vec<RemediationId>,
    repository: RepositoryName,
}

fn known(ecosystem: &str, name: &str, fixed: &[&str]) -> Known {
    Known {
        identifiers: vec!["CVE-2021-44228".to_owned(), "GHSA-jfh8-c2jp-5v3q".to_owned()],
        package: Some(Package {
            ecosystem: ecosystem.to_owned(),
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            purl: None,
            fixed_versions: fixed.iter().map(|&version| version.to_owned()).collect(),
        }),
        path: None,
        keys: vec![IssueKey::new("SEC-142")],
        remediations: vec![RemediationId(Uuid::from_u128(7))],
        repository: RepositoryName::new("acme/api"),
    }
}

fn log4j() -> Known {
    known("maven", "org.apache.logging.log4j:log4j-core", &["2.15.0", "2.12.2", "2.3.1"])
}

/// Vulnerabilities are numbered from 1.
fn found(pull_request: &PullRequest, known: &[Known]) -> Matches {
    let candidates: Vec<Candidate<'_>> = (1..)
        .zip(known)
        .map(|(number, known)| Candidate {
            vulnerability: VulnerabilityId(Uuid::from_u128(number)),
            identifiers: &known.identifiers,
            package: known.package.as_ref(),
            path: known.path.as_deref(),
            ticket_keys: &known.keys,
            remediations: &known.remediations,
            repository: &known.repository,
        })
        .collect();
    find(pull_request, &candidates)
}

/// `expected` is the sentence, behind `maybe:` for a suggestion, or `none`.
fn check_known(pull_request: &PullRequest, known: Known, expected: &str) {
    let matches = found(pull_request, &[known]);
    let answer = match (&matches.certain[..], &matches.suggestions[..]) {
        ([one], []) => one.sentence(),
        ([], [one]) => format!("maybe: {}", one.sentence()),
        ([], []) => "none".to_owned(),
        more => panic!("more than one answer: {more:?}"),
    };
    assert_eq!(answer, expected, "{}", pull_request.title);
}

fn check(change: impl Fn(&mut PullRequest), expected: &str) {
    let mut pull_request = silent();
    change(&mut pull_request);
    check_known(&pull_request, log4j(), expected);
}

fn check_title(title: &str, expected: &str) {
    check(|pr| pr.title = title.to_owned(), expected);
}

fn check_branch(branch: &str, expected: &str) {
    check(|pr| pr.branch = branch.to_owned(), expected);
}

fn check_body(body: &str, expected: &str) {
    check(|pr| pr.body = body.to_owned(), expected);
}

fn check_commit(message: &str, expected: &str) {
    check(|pr| pr.commit_messages = vec![message.to_owned()], expected);
}

#[test]
fn a_pull_request_that_says_nothing_fixes_nothing() {
    check(|_| {}, "none");
}

#[test]
fn a_ticket_key_counts_wherever_the_author_wrote_it() {
    check_title("SEC-142: raise log4j", "the title names SEC-142");
    check_title("Raise log4j (SEC-142)", "the title names SEC-142");
    check_title("対応SEC-142を修正", "the title names SEC-142");
    check_branch("feature/sec-142-raise-log4j", "the branch names SEC-142");
    check_branch("ann_SEC-142_log4j", "the branch names SEC-142");
    check_body("Closes [this](https://acme.atlassian.net/browse/SEC-142).", "the description names SEC-142");
    check_body("| Ticket |\n|---|\n| SEC-142 |", "the description names SEC-142");
    check_commit("Raise log4j\n\nSEC-142 #comment done", "the commit message names SEC-142");
}

#[test]
fn a_longer_word_is_not_the_key() {
    for title in ["SEC-1421", "XSEC-142", "SEC-142-beta", "SEC-142_a", "MY_SEC-142", "sec-142", "SEC-14"] {
        check_title(title, "none");
    }
    for branch in ["sec-1421", "xsec-142", "sec-142b", "section-142"] {
        check_branch(branch, "none");
    }
}

#[test]
fn what_only_looks_like_a_key_is_none() {
    for text in ["Use UTF-8 and SHA-256", "See CVE-2024-1234, CWE-79 and ISO-8859"] {
        check_title(text, "none");
        check_body(text, "none");
    }
    let mut pull_request = silent();
    pull_request.branch = "fix/cve-2024-1234".to_owned();
    check_known(&pull_request, Known { keys: vec![IssueKey::new("CVE-2024")], ..log4j() }, "none");
}

#[test]
fn a_backline_id_in_the_branch_counts() {
    let vulnerability = Uuid::from_u128(1);
    let remediation = Uuid::from_u128(7);
    for id in [vulnerability, remediation] {
        check_branch(&format!("backline/{id}"), &format!("the branch names Backline's own id {id}"));
        check_branch(&format!("backline/{id}-log4j"), &format!("the branch names Backline's own id {id}"));
    }
    check_branch(&format!("backline/{}", Uuid::from_u128(9)), "none");
    check_branch(&format!("other/{vulnerability}"), "none");
}

#[test]
fn an_advisory_id_counts_wherever_the_author_wrote_it() {
    check_title("Fix CVE-2021-44228", "the title names CVE-2021-44228");
    check_title("Fix log4shell (cve-2021-44228)", "the title names CVE-2021-44228");
    check_branch("fix/cve-2021-44228-log4shell", "the branch names CVE-2021-44228");
    check_commit("Raise log4j\n\nFixes CVE-2021-44228.", "the commit message names CVE-2021-44228");
    check_body("Resolves GHSA-jfh8-c2jp-5v3q.", "the description names GHSA-jfh8-c2jp-5v3q");
    check_body(
        "See <https://github.com/advisories/GHSA-JFH8-c2jp-5v3q>",
        "the description names GHSA-jfh8-c2jp-5v3q",
    );
    check_title("Fix CVE-2021-442281", "none");
}

#[test]
fn an_advisory_id_with_a_colon_is_found_between_borders() {
    let redhat = || Known { identifiers: vec!["RHSA-2021:5127".to_owned()], ..log4j() };
    let mut pull_request = silent();
    pull_request.title = "Apply RHSA-2021:5127".to_owned();
    check_known(&pull_request, redhat(), "the title names RHSA-2021:5127");
    pull_request.title = "Apply RHSA-2021:51270".to_owned();
    check_known(&pull_request, redhat(), "none");
}

#[test]
fn a_kind_of_weakness_is_no_advisory() {
    let mut pull_request = silent();
    pull_request.title = "Fix CWE-79 and B101".to_owned();
    let identifiers = vec!["CWE-79".to_owned(), "B101".to_owned()];
    check_known(&pull_request, Known { identifiers, ..log4j() }, "none");
}

#[test]
fn quoted_text_only_suggests() {
    let quoted = "maybe: the description names CVE-2021-44228, but only in quoted text";
    check_body("<details>\n<summary>Release notes</summary>\n\n- fixes CVE-2021-44228\n\n</details>", quoted);
    check_body("> fixes CVE-2021-44228", quoted);
    check_body("```\nfixes CVE-2021-44228\n```", quoted);
    check_body("> SEC-142", "maybe: the description names SEC-142, but only in quoted text");
    check_commit(
        "Raise\n\n> CVE-2021-44228",
        "maybe: the commit message names CVE-2021-44228, but only in quoted text",
    );
    check_body("<!-- write the id here, such as CVE-2021-44228 or SEC-142 -->", "none");
}

#[test]
fn what_the_author_wrote_beside_a_quotation_counts() {
    check_body("> CVE-2021-44228\n\nThis fixes CVE-2021-44228.", "the description names CVE-2021-44228");
}

#[test]
fn our_own_block_is_never_evidence() {
    let line = "Jira: [SEC-142](https://acme.atlassian.net/browse/SEC-142)";
    check_body(&format!("Tidy\n\n<!-- backline:start v1 -->\n{line}\n<!-- backline:end -->"), "none");
    check_body(&format!("Tidy\r\n\r\n<!-- backline:start v1 -->\r\n{line}\r\n"), "none");
}

#[test]
fn a_revert_only_suggests() {
    check_title(
        r#"Revert "SEC-142: raise log4j""#,
        "maybe: the title names SEC-142, but the pull request reverts a change",
    );
    check_title(r#"Revert "Revert "SEC-142: raise log4j"""#, "the title names SEC-142");
    check_commit("Revert \"SEC-142: raise log4j\"\n\nThis reverts commit 1a2b3c.", "none");
}

#[test]
fn an_advisory_counts_in_the_pull_requests_repository_only() {
    let elsewhere = Known { repository: RepositoryName::new("acme/web"), ..log4j() };
    let mut pull_request = silent();
    pull_request.title = "Fix CVE-2021-44228, bump log4j-core from 2.14.1 to 2.17.1".to_owned();
    check_known(&pull_request, elsewhere, "none");
}

#[test]
fn a_ticket_of_several_repositories_means_the_pull_requests_own() {
    let elsewhere = || Known { repository: RepositoryName::new("acme/web"), ..log4j() };
    let mut pull_request = silent();
    pull_request.title = "SEC-142".to_owned();
    check_known(&pull_request, elsewhere(), "the title names SEC-142");
    let matches = found(&pull_request, &[elsewhere(), log4j()]);
    assert_eq!(matches.certain.len(), 1);
    assert_eq!(matches.certain[0].vulnerability, VulnerabilityId(Uuid::from_u128(2)));
}

#[test]
fn the_strongest_evidence_gives_the_reason() {
    let mut pull_request = silent();
    pull_request.title = "Bump log4j-core from 2.14.1 to 2.17.1 (CVE-2021-44228)".to_owned();
    check_known(&pull_request, log4j(), "the title names CVE-2021-44228");
    pull_request.body = "SEC-142".to_owned();
    check_known(&pull_request, log4j(), "the description names SEC-142");
}

proptest::proptest! {
    #[test]
    fn every_text_is_answered(title in ".{0,60}", body in "(<details>|</details>|<!--|-->|> |```|\\| a |\n|[a-z -]){0,40}", branch in "(dependabot|renovate|[/_-]|[a-z0-9.]){0,12}") {
        let mut pull_request = silent();
        (pull_request.title, pull_request.body, pull_request.branch) = (title, body.clone(), branch);
        pull_request.commit_messages = vec![body];
        found(&pull_request, &[log4j()]);
    }
}

#[test]
fn whatever_a_key_is_found_by_leads_to_its_ticket() {
    let names = |change: &dyn Fn(&mut PullRequest)| {
        let mut pull_request = silent();
        change(&mut pull_request);
        named(&pull_request).keys.contains(&IssueKey::new("SEC-142"))
    };
    for branch in ["feature/sec-142-raise-log4j", "ann_SEC-142_log4j", "sec-142", "fix-sec-142"] {
        assert!(names(&|pr| pr.branch = branch.to_owned()), "{branch}");
    }
    assert!(names(&|pr| pr.title = "Raise log4j (SEC-142)".to_owned()));
    assert!(names(&|pr| pr.body = "> of SEC-142".to_owned()), "quoted ones are suggestions");
    assert!(names(&|pr| pr.commit_messages = vec!["SEC-142 #comment done".to_owned()]));
    assert!(!names(&|pr| pr.title = "SEC-1421".to_owned()));
    let mut pull_request = silent();
    let id = Uuid::from_u128(7);
    pull_request.branch = format!("backline/{id}-log4j");
    assert!(named(&pull_request).ids.contains(&id));
}
