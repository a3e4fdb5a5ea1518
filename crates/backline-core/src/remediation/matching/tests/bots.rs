//! Updates as the bots write them.

use super::{Known, check, check_known, check_title, known, log4j, silent};
use crate::pull_request::PullRequest;

const REACHED: &str = "Dependabot raises log4j-core to 2.17.1, which reaches the fixed version 2.15.0";

/// A security update of one Maven package, with release notes that name other advisories.
fn dependabot() -> PullRequest {
    let mut pull_request = silent();
    pull_request.author = "dependabot[bot]".to_owned();
    pull_request.author_is_bot = true;
    pull_request.title = "Bump log4j-core from 2.14.1 to 2.17.1".to_owned();
    pull_request.branch = "dependabot/maven/org.apache.logging.log4j-log4j-core-2.17.1".to_owned();
    pull_request.body = "Bumps log4j-core from 2.14.1 to 2.17.1.\n\n\n\
        [![Dependabot compatibility score](https://dependabot-badges.githubapp.com/badges/compatibility_score?dependency-name=org.apache.logging.log4j:log4j-core)](https://docs.github.com)\n\n\
        Dependabot will resolve any conflicts with this PR as long as you don't alter it yourself.\n\n\
        ---\n\n<details>\n<summary>Dependabot commands and options</summary>\n<br />\n\n- `@dependabot rebase`\n</details>\n"
        .to_owned();
    pull_request.commit_messages = vec![
        "Bump log4j-core from 2.14.1 to 2.17.1\n\nBumps log4j-core from 2.14.1 to 2.17.1.\n\n---\n\
         updated-dependencies:\n- dependency-name: org.apache.logging.log4j:log4j-core\n  \
         dependency-version: 2.17.1\n  dependency-type: direct:production\n...\n\n\
         Signed-off-by: dependabot[bot] <support@github.com>"
            .to_owned(),
    ];
    pull_request
}

/// One update of an npm package by the named bot's title and branch alone.
fn npm(author: &str, title: &str, branch: &str) -> PullRequest {
    let mut pull_request = silent();
    pull_request.author = author.to_owned();
    pull_request.title = title.to_owned();
    pull_request.branch = branch.to_owned();
    pull_request
}

fn lodash() -> Known {
    known("npm", "lodash", &["4.17.21"])
}

#[test]
fn dependabots_trailer_names_package_and_version() {
    check_known(&dependabot(), log4j(), REACHED);
}

#[test]
fn an_older_trailer_takes_the_version_from_the_lines() {
    let mut pull_request = dependabot();
    pull_request.commit_messages[0] =
        pull_request.commit_messages[0].replace("  dependency-version: 2.17.1\n", "").replace('\n', "\r\n");
    check_known(&pull_request, log4j(), REACHED);
}

#[test]
fn the_trailer_wins_over_a_title_without_the_group() {
    let mut pull_request = dependabot();
    pull_request.commit_messages[0] =
        pull_request.commit_messages[0].replace("org.apache.logging.log4j:", "org.acme:");
    check_known(&pull_request, log4j(), "none");
}

#[test]
fn a_version_below_the_fix_is_no_match() {
    let with = |version: &str| {
        let mut pull_request = dependabot();
        pull_request.commit_messages[0] = pull_request.commit_messages[0].replace("2.17.1", version);
        pull_request
    };
    check_known(&with("2.3.0"), log4j(), "none");
    check_known(&with("2.15.0-rc1"), log4j(), "none");
    check_known(
        &with("2.14.1"),
        log4j(),
        "maybe: Dependabot changes log4j-core to 2.14.1, but whether that reaches a fixed version is not known",
    );
}

#[test]
fn dependabots_titles() {
    let raised = "Dependabot raises lodash to 4.17.21, which reaches the fixed version 4.17.21";
    for title in [
        "Bump lodash from 4.17.20 to 4.17.21",
        "build(deps): bump lodash from 4.17.20 to 4.17.21 in /web",
        "[Security] Bump lodash from 4.17.20 to 4.17.21",
        "chore(deps-dev): bump lodash from 4.17.20 to 4.17.21",
        "Update lodash requirement from ^4.17.20 to ^4.17.21",
        "⬆️ Bump `lodash` from `4.17.20` to `4.17.21`",
    ] {
        check_known(
            &npm("dependabot[bot]", title, "dependabot/npm_and_yarn/lodash-4.17.21"),
            lodash(),
            raised,
        );
    }
}

#[test]
fn the_branch_tells_the_ecosystem() {
    let pull_request =
        npm("dependabot[bot]", "Bump lodash from 4.17.20 to 4.17.21", "dependabot/pip/lodash-4.17.21");
    check_known(&pull_request, lodash(), "none");
}

#[test]
fn the_branch_is_read_where_nothing_else_is_said() {
    let read = |branch: &str, known: Known, expected: &str| {
        check_known(&npm("dependabot[bot]", "New versions", branch), known, expected);
    };
    let raised = "Dependabot raises lodash to 4.17.21, which reaches the fixed version 4.17.21";
    read("dependabot/npm_and_yarn/lodash-4.17.21", lodash(), raised);
    read("dependabot-npm_and_yarn-lodash-4.17.21", lodash(), raised);
    read(
        "dependabot/npm_and_yarn/babel/traverse-7.23.2",
        known("npm", "@babel/traverse", &["7.23.2"]),
        "maybe: Dependabot changes @babel/traverse to 7.23.2, but whether that reaches a fixed version is not known",
    );
}

#[test]
fn each_package_of_a_group_is_read() {
    let mut pull_request = npm(
        "dependabot[bot]",
        "Bump the npm group across 1 directory with 2 updates",
        "dependabot/npm_and_yarn/npm-9c0f1f3f5d",
    );
    pull_request.body = "Bumps the npm group with 2 updates in the / directory:\n\n\
        | Package | From | To |\n| --- | --- | --- |\n\
        | [lodash](https://github.com/lodash/lodash) | `4.17.20` | `4.17.21` |\n\
        | [@babel/traverse](https://github.com/babel/babel/tree/HEAD/packages/babel-traverse) | `7.0.0` | `7.23.2` |\n\n\
        Updates `lodash` from 4.17.20 to 4.17.21\n<details>\n<summary>Commits</summary>\n\n- x\n</details>\n"
        .to_owned();
    let raised = "Dependabot raises lodash to 4.17.21, which reaches the fixed version 4.17.21";
    let traverse = || known("npm", "@babel/traverse", &["7.23.2"]);
    let raised_traverse =
        "Dependabot raises @babel/traverse to 7.23.2, which reaches the fixed version 7.23.2";
    check_known(&pull_request, lodash(), raised);
    check_known(&pull_request, traverse(), raised_traverse);
    pull_request.body = String::new();
    pull_request.commit_messages = vec![
        "Bump the npm group across 1 directory with 2 updates\n\nBumps the npm group with 2 updates in the / directory: \
         [lodash](https://github.com/lodash/lodash) and [@babel/traverse](https://github.com/babel/babel).\n\n\
         Updates `lodash` from 4.17.20 to 4.17.21\n- [Commits](https://github.com/lodash/lodash/compare/a...b)\n\n\
         Updates `@babel/traverse` from 7.0.0 to 7.23.2\n\n---\nupdated-dependencies:\n\
         - dependency-name: lodash\n  dependency-type: direct:production\n  dependency-group: npm\n\
         - dependency-name: \"@babel/traverse\"\n  dependency-version: 7.23.2\n  dependency-type: indirect\n...\n"
            .to_owned(),
    ];
    check_known(&pull_request, lodash(), raised);
    check_known(&pull_request, traverse(), raised_traverse);
}

#[test]
fn another_folder_only_suggests() {
    let title = "Bump lodash from 4.17.20 to 4.17.21 in /web";
    let pull_request = npm("dependabot[bot]", title, "dependabot/npm_and_yarn/web/lodash-4.17.21");
    let at = |path: &str| Known { path: Some(path.to_owned()), ..lodash() };
    let raised = "Dependabot raises lodash to 4.17.21, which reaches the fixed version 4.17.21";
    check_known(&pull_request, at("web/package-lock.json"), raised);
    check_known(&pull_request, at("package-lock.json"), raised);
    check_known(
        &pull_request,
        at("api/package-lock.json"),
        "maybe: Dependabot raises lodash to 4.17.21, but in /web",
    );
}

#[test]
fn release_notes_of_a_bot_only_suggest() {
    let mut pull_request = dependabot();
    pull_request.title = "Bump spring-core from 5.3.17 to 5.3.18".to_owned();
    pull_request.commit_messages.clear();
    pull_request.body = "Bumps spring-core from 5.3.17 to 5.3.18.\n<details>\n<summary>Release notes</summary>\n\
        <p><em>Sourced from releases.</em></p>\n<blockquote>\n<ul><li>CVE-2021-44228 does not concern us</li></ul>\n\
        </blockquote>\n</details>\n<br />\n"
        .to_owned();
    let quoted = "maybe: the description names CVE-2021-44228, but only in quoted text";
    check_known(&pull_request, log4j(), quoted);
}

fn renovate(title: &str, row: &str) -> PullRequest {
    let mut pull_request = npm("renovate[bot]", title, "renovate/npm-lodash-vulnerability");
    pull_request.body = format!(
        "This PR contains the following updates:\n\n| Package | Type | Update | Change | Age |\n|---|---|---|---|---|\n{row}\n\n\
         ---\n\n### GitHub Vulnerability Alerts\n\n---\n\n### Release Notes\n\n<details>\n\
         <summary>lodash/lodash (lodash)</summary>\n\n| Package | Change |\n|---|---|\n| other | `1.0.0` -> `2.0.0` |\n\n\
         </details>\n\n<!--renovate-debug:eyJjcmVhdGVkSW5WZXIiOiIzNy4wLjAifQ==-->\n"
    );
    pull_request
}

#[test]
fn renovates_table_names_package_and_version() {
    let raised = "Renovate raises lodash to 4.17.21, which reaches the fixed version 4.17.21";
    for row in [
        "| [lodash](https://lodash.com/) ([source](https://redirect.github.com/lodash/lodash)) | dependencies | patch | [`4.17.20` -> `4.17.21`](https://renovatebot.com/diffs/npm/lodash/4.17.20/4.17.21) | [![age](https://developer.mend.io/api/mc/badges/age/npm/lodash/4.17.21?slim=true)](https://docs.renovatebot.com/merge-confidence/) |",
        "| [lodash](https://lodash.com/) | dependencies | patch | `^4.17.20` → `^4.17.21` | x |",
        "| lodash | dependencies | patch | 4.17.20 -> 4.17.21 | x |",
    ] {
        let pull_request = renovate("chore(deps): update dependency lodash to v4 [SECURITY]", row);
        check_known(&pull_request, lodash(), raised);
        check_known(&pull_request, known("npm", "other", &["1.5.0"]), "none");
    }
}

#[test]
fn renovates_data_tell_the_ecosystem() {
    let row = "| requests | dependencies | minor | [`==2.30.0` -> `==2.31.0`](https://renovatebot.com/diffs/pypi/requests/2.30.0/2.31.0) | x |";
    let pull_request = renovate("Update dependency requests to v2.31.0 [SECURITY]", row);
    let raised = "Renovate raises requests to 2.31.0, which reaches the fixed version 2.31.0";
    check_known(&pull_request, known("pypi", "Requests", &["2.31.0"]), raised);
    check_known(&pull_request, known("npm", "requests", &["2.31.0"]), "none");
}

#[test]
fn renovates_titles() {
    let read = |title: &str, known: Known, expected: &str| {
        check_known(&npm("acme-renovate[bot]", title, "renovate/x"), known, expected);
    };
    read(
        "fix(deps): update dependency org.springframework:spring-core to v5.3.18 [security]",
        known("maven", "org.springframework:spring-core", &["5.3.18", "5.2.20"]),
        "Renovate raises spring-core to 5.3.18, which reaches the fixed version 5.3.18",
    );
    read(
        "Update module golang.org/x/net to v0.17.0",
        known("golang", "golang.org/x/net", &["0.17.0"]),
        "Renovate raises golang.org/x/net to 0.17.0, which reaches the fixed version 0.17.0",
    );
    read(
        "chore(deps): update rust crate time to 0.2.23",
        known("cargo", "time", &[">=0.2.23"]),
        "maybe: Renovate changes time to 0.2.23, but whether that reaches a fixed version is not known",
    );
    read("Update actions/checkout action to v4", known("npm", "actions/checkout", &["4.0.0"]), "none");
    read("Update node Docker tag to v20", known("npm", "node", &["20.0.0"]), "none");
    read("Update babel monorepo to v7.23.2", known("npm", "@babel/traverse", &["7.23.2"]), "none");
}

#[test]
fn snyks_metadata_names_package_and_version() {
    let metadata = r#"snyk:metadata:{"customTemplate":{"variablesUsed":[]},"dependencies":[{"name":"requests","from":"2.18.4","to":"2.32.4"},{"name":"urllib3","from":"1.26.1","to":"2.5.0"}],"env":"prod","packageManager":"pip","prType":"fix","vulns":["SNYK-PYTHON-REQUESTS-6928867"]}"#;
    for comment in
        [format!("[//]: # '{metadata}'"), format!("[//]: # ({metadata})"), format!("<!--- ({metadata}) --->")]
    {
        let mut pull_request = npm("ann", "[Snyk] Fix for 2 vulnerabilities", "snyk-fix-1a2b3c");
        pull_request.body = format!(
            "### Snyk has created this PR to fix 2 vulnerabilities in the pip dependencies.\n\n{comment}\n"
        );
        check_known(
            &pull_request,
            known("pypi", "urllib3", &["2.5.0", "1.26.19"]),
            "Snyk raises urllib3 to 2.5.0, which reaches the fixed version 2.5.0",
        );
        check_known(&pull_request, known("npm", "requests", &["2.32.4"]), "none");
    }
}

#[test]
fn snyks_titles() {
    let raised = "Snyk raises lodash to 4.17.21, which reaches the fixed version 4.17.21";
    for title in [
        "[Snyk] Security upgrade lodash from 4.17.20 to 4.17.21",
        "fix: upgrade lodash from 4.17.20 to 4.17.21",
    ] {
        check_known(&npm("ann", title, "snyk-upgrade-1a2b3c"), lodash(), raised);
    }
    let mut broken = npm("ann", "[Snyk] Security upgrade lodash from 4.17.20 to 4.17.21", "snyk-fix-1a2b3c");
    broken.body = "[//]: # 'snyk:metadata:{\"dependencies\":[{\"name\"".to_owned();
    check_known(&broken, lodash(), raised);
}

#[test]
fn a_persons_title_of_that_form_counts() {
    check_title(
        "Upgrade log4j-core to 2.17.1",
        "the title raises log4j-core to 2.17.1, which reaches the fixed version 2.15.0",
    );
    check_title("Bump log4j-core from 2.14.1 to 2.3.0", "none");
    check_title("Update log4j-core to use the new layout", "none");
    check(|pr| pr.body = "Bump log4j-core from 2.14.1 to 2.17.1".to_owned(), "none");
}

#[test]
fn packages_of_a_system_are_not_updated_by_a_bare_title() {
    let mut pull_request = silent();
    pull_request.title = "Bump openssl from 0.10.55 to 9.0.0".to_owned();
    check_known(&pull_request, known("deb", "openssl", &["1.1.1n-0+deb11u4"]), "none");
}

#[test]
fn an_unknown_order_only_suggests() {
    let mut pull_request = silent();
    pull_request.title = "Bump zlib from 1.2.11 to 1.3".to_owned();
    check_known(
        &pull_request,
        known("conan", "zlib", &["1.2.12"]),
        "maybe: the title changes zlib to 1.3, but whether that reaches a fixed version is not known",
    );
}
