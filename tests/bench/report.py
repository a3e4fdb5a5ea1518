"""A Trivy report of any size, the same bytes for the same arguments."""

import json

SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW"]


def identifier(number):
    return f"CVE-2026-{10_000 + number}"


def trivy(findings, created_at):
    """`findings` vulnerabilities of as many packages, in lock files of 100 each."""
    results = []
    for start in range(0, findings, 100):
        rows = [row(number) for number in range(start, min(start + 100, findings))]
        results.append(
            {"Target": f"module-{start // 100}/pom.xml", "Class": "lang-pkgs", "Type": "pom", "Vulnerabilities": rows}
        )
    report = {
        "SchemaVersion": 2,
        "CreatedAt": created_at,
        "ArtifactName": "payments-api",
        "ArtifactType": "filesystem",
        "Results": results,
    }
    return json.dumps(report).encode()


def row(number):
    name = f"org.example:library-{number}"
    return {
        "VulnerabilityID": identifier(number),
        "PkgName": name,
        "PkgIdentifier": {"PURL": f"pkg:maven/org.example/library-{number}@1.0.{number}"},
        "InstalledVersion": f"1.0.{number}",
        "FixedVersion": f"2.0.{number}",
        "Severity": SEVERITIES[number % 4],
        "Title": f"Weakness {number} of {name}",
        "Description": "What an attacker can do with it, and where. " * 12,
        "CweIDs": ["CWE-79"],
        "References": [f"https://example.com/advisories/{number}"],
        "PrimaryURL": f"https://example.com/{identifier(number)}",
    }
