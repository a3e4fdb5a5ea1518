//! Whether two names mean one package, in the manner of its ecosystem.

use crate::finding::Package;
use packageurl::PackageUrl;
use std::str::FromStr;

/// The purl type behind the names that scanners and bots use; unknown ones stay as they are.
pub fn ecosystem(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "npm_and_yarn" | "yarn" | "pnpm" | "bun" => "npm",
        "pip" | "pipenv" | "poetry" | "uv" | "pip_compile" => "pypi",
        "bundler" | "rubygems" => "gem",
        "gradle" | "sbt" => "maven",
        "go" | "go_modules" | "gomodules" | "golangdep" => "golang",
        "crate" | "crates" => "cargo",
        "packagist" => "composer",
        "mix" => "hex",
        "debian" | "ubuntu" => "deb",
        "alpine" | "wolfi" => "apk",
        "redhat" | "centos" | "rocky" | "alma" | "amazon" | "oracle" | "suse" | "fedora" => "rpm",
        other => other,
    }
    .to_owned()
}

/// Whether an update of `name` is an update of `package`.
///
/// npm needs the scope, Go the whole module path. PyPI folds case and `-_.`, crates.io folds `-_`, NuGet and
/// Composer fold case. Maven compares group and artifact, written with `:` or `/`; an artifact alone stands for any
/// group, since titles leave it out.
pub fn is_same(package: &Package, name: &str) -> bool {
    let ecosystem = ecosystem(&package.ecosystem);
    let full = full_name(package, &ecosystem);
    match ecosystem.as_str() {
        "maven" => is_same_artifact(&full, name),
        "pypi" => fold_python(&full) == fold_python(name),
        "cargo" => full.replace('_', "-") == name.replace('_', "-"),
        "nuget" | "composer" => full.eq_ignore_ascii_case(name),
        _ => full == name,
    }
}

fn full_name(package: &Package, ecosystem: &str) -> String {
    let purl = package.purl.as_deref().and_then(|purl| PackageUrl::from_str(purl).ok());
    match purl.as_ref().and_then(|purl| Some((purl.namespace()?, purl.name()))) {
        Some((group, artifact)) if ecosystem == "maven" => format!("{group}:{artifact}"),
        Some((scope, name)) if matches!(ecosystem, "npm" | "golang" | "composer" | "swift") => {
            format!("{scope}/{name}")
        }
        _ => package.name.clone(),
    }
}

fn is_same_artifact(left: &str, right: &str) -> bool {
    let cut = |text: &str| match text.rsplit_once([':', '/']) {
        Some((group, artifact)) => (Some(group.to_owned()), artifact.to_owned()),
        None => (None, text.to_owned()),
    };
    let ((left_group, left_artifact), (right_group, right_artifact)) = (cut(left), cut(right));
    let is_same_group = left_group.is_none() || right_group.is_none() || left_group == right_group;
    is_same_group && left_artifact == right_artifact
}

fn fold_python(name: &str) -> String {
    let name = name.split('[').next().unwrap_or(name).trim().to_ascii_lowercase();
    name.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::{Package, is_same};

    fn check(ecosystem: &str, known: &str, purl: Option<&str>, named: &str, expected: bool) {
        let package = Package {
            ecosystem: ecosystem.to_owned(),
            name: known.to_owned(),
            version: "1".to_owned(),
            purl: purl.map(str::to_owned),
            fixed_versions: Vec::new(),
        };
        assert_eq!(is_same(&package, named), expected, "{ecosystem} {known} {named}");
    }

    #[test]
    fn names_are_compared_as_their_ecosystem_does() {
        check("npm", "@babel/traverse", None, "@babel/traverse", true);
        check("npm", "traverse", Some("pkg:npm/%40babel/traverse@7.0.0"), "@babel/traverse", true);
        check("npm", "traverse", Some("pkg:npm/%40babel/traverse@7.0.0"), "traverse", false);
        check("npm", "traverse", None, "@babel/traverse", false);
        check("pypi", "Flask_SQLAlchemy", None, "flask-sqlalchemy", true);
        check("pypi", "requests", None, "requests[socks]", true);
        check("pypi", "requests", None, "requests-oauthlib", false);
        check(
            "maven",
            "org.apache.logging.log4j:log4j-core",
            None,
            "org.apache.logging.log4j/log4j-core",
            true,
        );
        check("maven", "org.apache.logging.log4j:log4j-core", None, "log4j-core", true);
        check("maven", "org.apache.logging.log4j:log4j-core", None, "org.example:log4j-core", false);
        check("maven", "core", Some("pkg:maven/org.acme/core@1"), "org.other:core", false);
        check(
            "golang",
            "golang.org/x/net",
            Some("pkg:golang/golang.org/x/net@v0.1.0"),
            "golang.org/x/net",
            true,
        );
        check("golang", "github.com/a/b/v2", None, "github.com/a/b", false);
        check("cargo", "serde_json", None, "serde-json", true);
        check("nuget", "Newtonsoft.Json", None, "newtonsoft.json", true);
        check("gem", "rack", None, "Rack", false);
    }
}
