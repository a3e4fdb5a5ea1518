//! The world that a sequence begins with: two sites, a project on each, three subjects in each project, nothing due.

use crate::ledger::Ledger;
use crate::testing::start;
use backline_core::finding::{self, Limits};
use backline_core::ids::RepositoryName;
use backline_core::sla::Policy;
use backline_store::Store;
use backline_store::report::Upload;
use backline_store::work::{Due, Lease, Next, Priority};

pub const SITES: [&str; 2] = ["acme", "globex"];

/// Takes a scan of the site's repository in that shows three weaknesses.
pub async fn scan(store: &Store, site: &str) {
    let found = ["CVE-2026-1", "CVE-2026-2", "CVE-2026-3"].map(|id| {
        serde_json::json!({"VulnerabilityID": id, "PkgName": "left-pad", "InstalledVersion": "1.0.0", "Severity": "HIGH"})
    });
    let report = serde_json::json!({
        "SchemaVersion": 2, "ArtifactName": ".", "ArtifactType": "filesystem",
        "Results": [{"Target": "package-lock.json", "Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": found}],
    });
    let report = finding::read(report.to_string().as_bytes(), &Limits::default()).expect("a report");
    let upload = Upload {
        repository: RepositoryName::new(format!("{site}/api")),
        git_ref: None,
        is_default_branch: true,
        scope: None,
        complete: None,
        sha256: site.to_owned(),
        received_at: start(),
        actor: "a test".to_owned(),
    };
    store.ingest(report, upload, Policy::default(), start()).await.expect("it is taken");
}

/// Works off what is due; answers what it was.
pub async fn settle(ledger: &dyn Ledger) -> Vec<Lease> {
    let leases = ledger.lease("before", start(), 1_000, 100, &[]).await.expect("leases");
    for lease in &leases {
        ledger.finish(lease, Next::Done).await.expect("it is given back");
    }
    leases
}

/// Was due and is done: so that a model begins where the database stands.
pub fn was_due(lease: &Lease) -> Due {
    let (key, site) = (lease.key.clone(), lease.site.clone());
    Due { key, site, at: start(), priority: Priority::Update, reason: "before".to_owned() }
}
