//! Raising a dependency's version in a manifest, as an update bot would.
//!
//! Invariant: only the version changes; every other byte of the file stays.

use regex::Regex;

/// The file with `package` at `version`, and the version that it had; `None` when the file does not name it.
pub fn bump(path: &str, content: &str, package: &str, version: &str) -> Option<(String, String)> {
    let name = regex::escape(package);
    let file = path.rsplit('/').next().unwrap_or(path);
    let pattern = match file {
        "package.json" => format!(r#"("{name}"\s*:\s*")([\^~]?\d[^"]*)"#),
        "package-lock.json" => {
            format!(
                r#"("{name}"\s*:\s*"|"node_modules/{name}"\s*:\s*\{{\s*"version"\s*:\s*")([\^~]?\d[^"]*)"#
            )
        }
        "pom.xml" => format!(r"(<artifactId>{name}</artifactId>\s*<version>)([^<]+)"),
        "requirements.txt" => format!(r"(?mi)(^{name}==)(\S+)"),
        "Dockerfile" => format!(r"(?m)(^FROM {name}:)(\S+)"),
        _ => return None,
    };
    let pattern = Regex::new(&pattern).ok()?;
    let old = pattern.captures(content)?.get(2)?.as_str().to_owned();
    let raised = pattern.replace_all(content, |found: &regex::Captures| format!("{}{version}", &found[1]));
    (raised != content).then(|| (raised.into_owned(), old))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, content: &str, expected: &str) {
        let (raised, old) = bump(path, content, "lib", "2.0").unwrap();
        assert_eq!((raised.as_str(), old.as_str()), (expected, "1.0"));
    }

    #[test]
    fn each_manifest_is_raised_in_its_own_way() {
        check("package.json", r#"{"lib": "1.0", "lib-x": "1.0"}"#, r#"{"lib": "2.0", "lib-x": "1.0"}"#);
        check(
            "package-lock.json",
            r#"{"lib": "1.0", "node_modules/lib": {"version": "1.0"}}"#,
            r#"{"lib": "2.0", "node_modules/lib": {"version": "2.0"}}"#,
        );
        check(
            "a/pom.xml",
            "<artifactId>lib</artifactId>\n<version>1.0</version>",
            "<artifactId>lib</artifactId>\n<version>2.0</version>",
        );
        check("requirements.txt", "Lib==1.0\nlib2==1.0\n", "Lib==2.0\nlib2==1.0\n");
        check("Dockerfile", "FROM lib:1.0\n", "FROM lib:2.0\n");
    }

    #[test]
    fn a_file_without_the_package_is_left_alone() {
        assert_eq!(bump("package.json", "{}", "lib", "2.0"), None);
        assert_eq!(bump("main.c", "lib 1.0", "lib", "2.0"), None);
    }
}
