//! A vulnerability in one line: its id, its title, and the package, none of them twice.

use super::read::identifier;
use crate::vulnerability::Vulnerability;

pub fn headline(v: &Vulnerability) -> String {
    let package = v.package.as_ref().map(|package| (package.name.as_str(), package.version.as_str()));
    line(identifier(v), v.title.trim(), package.filter(|(name, _)| !name.is_empty()))
}

fn line(id: &str, title: &str, package: Option<(&str, &str)>) -> String {
    let mut line = match id.is_empty() || names(title, id) {
        true => title.to_owned(),
        false => format!("{id}: {title}"),
    };
    let Some((name, version)) = package else { return line };
    if !is_of(title, name) {
        line.push_str(&format!(" in {name} {version}"));
    } else if !version.is_empty() && !names(title, version) {
        let is_at_end = title.to_lowercase().ends_with(&name.to_lowercase());
        line.push_str(&if is_at_end { format!(" {version}") } else { format!(", version {version}") });
    }
    line.trim_end().to_owned()
}

/// Whether a title names the package: in full, or as `artifact: …` without its group.
fn is_of(title: &str, package: &str) -> bool {
    let artifact = package.rsplit([':', '/']).next().unwrap_or(package);
    names(title, package)
        || title.split_once(": ").is_some_and(|(start, _)| start.eq_ignore_ascii_case(artifact))
}

/// Whether a text holds a name as a whole: `ws` is not named by `allows`, nor `lodash` by `lodash.merge`.
fn names(text: &str, name: &str) -> bool {
    let (text, name) = (text.to_lowercase(), name.to_lowercase());
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '@');
    text.match_indices(&name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + name.len()..].chars();
        let ends = match after.next() {
            Some('.') => !after.next().is_some_and(joins),
            Some(c) => !joins(c),
            None => true,
        };
        ends && !before.is_some_and(|c| joins(c) || c == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::{line, names};

    #[test]
    fn nothing_is_said_twice() {
        let log4j = Some(("org.apache.logging.log4j:log4j-core", "2.13.2"));
        for (id, title, package, expected) in [
            (
                "CVE-2021-44228",
                "CVE-2021-44228 in org.apache.logging.log4j:log4j-core",
                log4j,
                "CVE-2021-44228 in org.apache.logging.log4j:log4j-core 2.13.2",
            ),
            (
                "CVE-2021-44228",
                "log4j-core: Remote code execution",
                log4j,
                "CVE-2021-44228: log4j-core: Remote code execution, version 2.13.2",
            ),
            (
                "CVE-2021-1",
                "Prototype pollution",
                Some(("lodash", "4.17.4")),
                "CVE-2021-1: Prototype pollution in lodash 4.17.4",
            ),
            ("CVE-2021-1", "CVE-2021-1", Some(("ws", "")), "CVE-2021-1 in ws"),
            ("js/xss", "Cross-site scripting", None, "js/xss: Cross-site scripting"),
            ("", "A secret", None, "A secret"),
        ] {
            assert_eq!(line(id, title, package), expected);
        }
    }

    #[test]
    fn a_name_is_named_as_a_whole() {
        for (text, name) in [
            ("CVE-2021-44228 in log4j-core", "cve-2021-44228"),
            ("Prototype pollution in lodash.", "lodash"),
            ("lodash: prototype pollution", "lodash"),
        ] {
            assert!(names(text, name), "{text}: {name}");
        }
        for (text, name) in [
            ("Allows remote attackers", "ws"),
            ("Pollution in lodash.merge", "lodash"),
            ("CVE-2021-442281", "CVE-2021-44228"),
            ("", "lodash"),
        ] {
            assert!(!names(text, name), "{text}: {name}");
        }
    }
}
