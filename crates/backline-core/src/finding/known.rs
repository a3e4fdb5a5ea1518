//! Reports that are recognised by name but not read yet.
//!
//! Owns the marks by which they are told apart, so that a person reads "this is a Grype report" and not
//! "unknown format". Reads nothing of them.
//!
//! Invariant: a format that [`super::Format`] has is not in this list.

/// A format's name, and how to have its findings read today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub name: &'static str,
    pub instead: &'static str,
}

const SARIF_OR_CYCLONEDX: &str = "have the scanner write SARIF 2.1.0 or CycloneDX JSON, and upload that";

/// The marks of one format: all of `keys` are in the top object (or in the first one of a top array), and one of
/// `any` if there are some.
struct Marks {
    name: &'static str,
    in_array: bool,
    keys: &'static [&'static str],
    any: &'static [&'static str],
    instead: &'static str,
}

const fn object(name: &'static str, keys: &'static [&'static str], any: &'static [&'static str]) -> Marks {
    Marks { name, in_array: false, keys, any, instead: SARIF_OR_CYCLONEDX }
}

const fn array(name: &'static str, keys: &'static [&'static str], any: &'static [&'static str]) -> Marks {
    Marks { name, in_array: true, keys, any, instead: SARIF_OR_CYCLONEDX }
}

/// In the order of trial: the more telling marks are first.
const FORMATS: &[Marks] = &[
    Marks {
        instead: "run `grype -o sarif` or `grype -o cyclonedx-json`",
        ..object("Grype JSON", &["matches"], &["descriptor", "source"])
    },
    Marks {
        instead: "SPDX lists packages and no vulnerabilities: have the scanner read it and write CycloneDX JSON",
        ..object("SPDX", &["spdxVersion"], &[])
    },
    Marks {
        instead: "run `npm audit` in a scanner that writes SARIF or CycloneDX, such as Trivy",
        ..object("npm audit JSON", &["auditReportVersion"], &[])
    },
    Marks {
        instead: "run `npm audit` in a scanner that writes SARIF or CycloneDX, such as Trivy",
        ..object("npm audit JSON", &["advisories"], &["actions", "metadata"])
    },
    object("cargo-audit JSON", &["database", "lockfile", "vulnerabilities"], &[]),
    object("GitLab security report", &["vulnerabilities", "version"], &["scan", "remediations"]),
    Marks {
        instead: "run `snyk test --sarif-file-output=FILE`",
        ..object(
            "Snyk JSON",
            &["vulnerabilities"],
            &["packageManager", "dependencyCount", "projectName", "ok"],
        )
    },
    Marks {
        instead: "run `osv-scanner --format sarif`",
        ..object("OSV-Scanner JSON", &["results", "experimental_config"], &[])
    },
    Marks {
        instead: "run `semgrep --sarif`",
        ..object("Semgrep JSON", &["results", "errors"], &["paths", "version"])
    },
    object("Bandit JSON", &["results", "metrics"], &[]),
    Marks { instead: "run `osv-scanner --format sarif`", ..object("OSV-Scanner JSON", &["results"], &[]) },
    Marks { instead: "run `checkov -o sarif`", ..object("Checkov JSON", &["check_type", "results"], &[]) },
    Marks {
        instead: "run `pip-audit -f cyclonedx-json`",
        ..object("pip-audit JSON", &["dependencies"], &["fixes"])
    },
    object("AWS Security Hub findings", &["Findings"], &[]),
    object("GitHub alerts (GraphQL)", &["data"], &[]),
    object("CSAF", &["document"], &["product_tree", "vulnerabilities"]),
    object("OpenVEX", &["@context", "statements"], &[]),
    Marks {
        instead: "SPDX lists packages and no vulnerabilities: have the scanner read it and write CycloneDX JSON",
        ..object("SPDX 3", &["@context", "@graph"], &[])
    },
    object("CISA's catalogue of exploited vulnerabilities", &["catalogVersion", "vulnerabilities"], &[]),
    object("AWS Inspector or DefectDojo findings", &["findings"], &[]),
    Marks {
        instead: "run `gitleaks --report-format sarif`",
        ..array("Gitleaks JSON", &["RuleID"], &["Fingerprint", "Commit", "Secret"])
    },
    Marks { instead: "run `checkov -o sarif`", ..array("Checkov JSON", &["check_type"], &[]) },
    Marks {
        instead: "run `snyk test --sarif-file-output=FILE`",
        ..array("Snyk JSON", &["vulnerabilities"], &["packageManager", "projectName", "ok"])
    },
    array(
        "GitHub alerts",
        &["number"],
        &["security_advisory", "security_vulnerability", "rule", "secret_type"],
    ),
    Marks {
        instead: "run `pip-audit -f cyclonedx-json`",
        ..array("pip-audit JSON", &["name", "version", "vulns"], &[])
    },
    array("CISA's catalogue of exploited vulnerabilities", &["cveID"], &[]),
];

/// Names the format that has these keys at its top, or in the first element of its top array.
pub(super) fn by_keys<'k>(in_array: bool, has: impl Fn(&str) -> bool + 'k) -> Option<Known> {
    let marks = FORMATS.iter().find(|marks| {
        marks.in_array == in_array
            && marks.keys.iter().all(|key| has(key))
            && (marks.any.is_empty() || marks.any.iter().any(|key| has(key)))
    })?;
    Some(Known { name: marks.name, instead: marks.instead })
}

/// Names an XML document by its head.
pub(super) fn by_xml(text: &str) -> Known {
    let head: String = text.chars().take(2_000).collect();
    if head.contains("cyclonedx.org/schema/bom") {
        return Known {
            name: "CycloneDX XML",
            instead: "have the tool write CycloneDX as JSON, and upload that",
        };
    }
    if head.contains("spdx.org") {
        return Known {
            name: "SPDX RDF/XML",
            instead: "SPDX lists packages and no vulnerabilities: have the scanner read it and write CycloneDX JSON",
        };
    }
    if head.to_ascii_lowercase().contains("<html") {
        return Known {
            name: "an HTML page",
            instead: "look at it: it may be an error page that was saved as the report",
        };
    }
    Known { name: "an XML document", instead: SARIF_OR_CYCLONEDX }
}
