use super::{Action, Answer, AuditEntry, AuditFilter, Called, Checkpoint, Request, Verified};
use crate::crypto::KeyRing;
use crate::intent::Intent;
use crate::reconcile::Outcome;
use crate::store::Store;
use crate::testing::{connected, day, lease_subjects, one, report, take};
use crate::work::{Lease, WorkKey};
use backline_core::ids::{IntentId, SubjectId};
use sea_orm::{ConnectionTrait, DbBackend};
use uuid::Uuid;

/// A store with five sealed rows.
async fn five() -> Store {
    let store = Store::fresh().await;
    for number in 1..=5 {
        let act = AuditEntry::new(day(number), "ada", Action::SettingSaved, format!("setting {number}"));
        store.audit(act).await.unwrap();
    }
    assert_eq!(store.seal_audit(day(6)).await.unwrap(), 5);
    store
}

/// What an administrator of the database can do, triggers or not.
async fn tamper(store: &Store, statements: &[&str]) {
    let backend = store.reader().get_database_backend();
    let id = match backend {
        DbBackend::Postgres => "'00000000-0000-7000-8000-000000000001'",
        _ => "x'00000000000070008000000000000001'",
    };
    let statements: Vec<String> = statements.iter().map(|one| one.replace("$ID", id)).collect();
    let unguarded = match backend {
        DbBackend::Postgres => {
            vec!["ALTER TABLE audit DISABLE TRIGGER USER", "ALTER TABLE audit_head DISABLE TRIGGER USER"]
        }
        _ => vec![
            "DROP TRIGGER IF EXISTS audit_kept",
            "DROP TRIGGER IF EXISTS audit_fixed",
            "DROP TRIGGER IF EXISTS audit_sealed_once",
            "DROP TRIGGER IF EXISTS audit_head_kept",
            "DROP TRIGGER IF EXISTS audit_head_rises",
        ],
    };
    store
        .write(move |tx| {
            Box::pin(async move {
                for statement in unguarded.into_iter().map(str::to_owned).chain(statements) {
                    tx.execute_unprepared(&statement).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
}

async fn verified(store: &Store) -> Verified {
    store.verify_audit(None, None).await.unwrap()
}

fn told(verified: &Verified) -> Vec<&str> {
    verified.faults.iter().map(|fault| fault.what.as_str()).collect()
}

#[tokio::test]
async fn what_nobody_touched_is_intact() {
    let store = Store::fresh().await;
    let empty = verified(&store).await;
    assert!(empty.is_intact() && empty.head.is_none(), "{empty:?}");
    let store = five().await;
    let found = verified(&store).await;
    assert!(found.is_intact(), "{found:?}");
    assert_eq!((found.rows, found.unsealed, found.head_at), (5, 0, Some(day(6))));
    assert_eq!(store.seal_audit(day(7)).await.unwrap(), 0, "nothing is sealed twice");
    let newest = store.verify_audit(Some(2), None).await.unwrap();
    assert!(newest.is_intact() && newest.rows == 2, "{newest:?}");
}

#[tokio::test]
async fn every_tampering_is_found() {
    let copy = "INSERT INTO audit (id, at, actor, action, object, mac, seq, seal)
        SELECT $ID, at, 'eve', action, object, mac, 6, seal FROM audit WHERE seq = 5";
    for (how, statements, expected) in [
        (
            "edit",
            &["UPDATE audit SET actor = 'eve' WHERE seq = 3"] as &[&str],
            &["Entry 3 is not as Backline wrote it"] as &[&str],
        ),
        (
            "an absent value is filled in",
            &["UPDATE audit SET answer = '' WHERE seq = 2"],
            &["Entry 2 is not as Backline wrote it"],
        ),
        (
            "edit with a proof of another row",
            &["UPDATE audit SET actor = 'eve', mac = (SELECT mac FROM audit WHERE seq = 2) WHERE seq = 3"],
            &["Entry 3 is not as Backline wrote it", "Entry 3 does not follow on the one before it"],
        ),
        ("delete", &["DELETE FROM audit WHERE seq = 3"], &["Entry 3 is missing"]),
        ("delete the first", &["DELETE FROM audit WHERE seq = 1"], &["Entry 1 is missing"]),
        (
            "delete and close the gap",
            &["DELETE FROM audit WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 5"],
            &[
                "Entry 4 does not follow on the one before it",
                "The end was cut: 5 entries were sealed, and the last one here is 4",
            ],
        ),
        (
            "reorder",
            &[
                "UPDATE audit SET seq = 9 WHERE seq = 2",
                "UPDATE audit SET seq = 2 WHERE seq = 3",
                "UPDATE audit SET seq = 3 WHERE seq = 9",
            ],
            &[
                "Entry 2 does not follow on the one before it",
                "Entry 3 does not follow on the one before it",
                "Entry 4 does not follow on the one before it",
            ],
        ),
        (
            "insert",
            &[copy],
            &[
                "Entry 6 is not as Backline wrote it",
                "Entry 6 does not follow on the one before it",
                "Entries after 5 were sealed by somebody else",
            ],
        ),
        (
            "insert, not sealed",
            &["INSERT INTO audit (id, at, actor, action, object, mac)
             SELECT $ID, at, 'eve', action, object, mac FROM audit WHERE seq = 5"],
            &["An entry that waits for its number is not as Backline wrote it"],
        ),
        (
            "cut tail",
            &["DELETE FROM audit WHERE seq > 3"],
            &["The end was cut: 5 entries were sealed, and the last one here is 3"],
        ),
        (
            "cut tail, with the head moved back",
            &[
                "DELETE FROM audit WHERE seq > 3",
                "UPDATE audit_head SET rows = 3, seal = (SELECT seal FROM audit WHERE seq = 3)",
            ],
            &["The record of the chain's end is not as Backline wrote it"],
        ),
        (
            "cut tail, with the head emptied",
            &["DELETE FROM audit WHERE seq > 3", "UPDATE audit_head SET rows = 0, seal = '', mac = ''"],
            &["The record of the chain's end was emptied"],
        ),
        ("no head", &["DELETE FROM audit_head"], &["The record of the chain's end is gone"]),
    ] {
        let store = five().await;
        tamper(&store, statements).await;
        assert_eq!(told(&verified(&store).await), expected, "{how}");
    }
}

#[tokio::test]
async fn a_chain_whose_end_was_cut_is_not_built_on() {
    let store = five().await;
    tamper(&store, &["DELETE FROM audit WHERE seq > 3"]).await;
    store.audit(AuditEntry::new(day(7), "ada", Action::Dismissed, "it")).await.unwrap();
    store.seal_audit(day(7)).await.unwrap_err();
    let found = verified(&store).await;
    assert_eq!((found.unsealed, told(&found).len()), (1, 1), "{found:?}");
}

/// Whoever puts an older copy of the whole database back has old proofs that fit. What was told to the log does not.
#[tokio::test]
async fn an_older_copy_is_found_by_a_checkpoint_that_was_kept_elsewhere() {
    let store = five().await;
    let kept = verified(&store).await.head.unwrap();
    let against =
        async |store: &Store, known: &Checkpoint| store.verify_audit(None, Some(known)).await.unwrap();
    assert!(against(&store, &kept).await.is_intact());
    let older = Store::fresh().await;
    older.audit(AuditEntry::new(day(1), "ada", Action::SettingSaved, "setting 1")).await.unwrap();
    older.seal_audit(day(1)).await.unwrap();
    assert!(verified(&older).await.is_intact());
    assert_eq!(
        told(&against(&older, &kept).await),
        ["The checkpoint knows of 5 entries, and entry 5 is not here"]
    );
    for number in 2..=5 {
        let act = AuditEntry::new(day(number), "eve", Action::SettingSaved, format!("setting {number}"));
        older.audit(act).await.unwrap();
    }
    older.seal_audit(day(6)).await.unwrap();
    let found = against(&older, &kept).await;
    assert!(found.faults[0].what.contains("was written over"), "{found:?}");
}

#[tokio::test]
async fn under_another_key_nothing_is_proved() {
    let row =
        super::row_of(AuditEntry::new(day(1), "ada", Action::Dismissed, "it"), &crate::Sequence::default());
    let keys = |digits: &str| KeyRing::from_hex(&digits.repeat(32)).unwrap();
    let proof = keys("0a").prove(super::chain::content(&row).values());
    assert!(keys("0a").check(&proof, super::chain::content(&row).values()).is_ok());
    assert!(keys("0b").check(&proof, super::chain::content(&row).values()).is_err());
    let store = five().await;
    let forged = keys("0b").prove(super::chain::link(6, "x", "y").values());
    tamper(
        &store,
        &[
            &format!("UPDATE audit SET mac = '{proof}' WHERE seq = 1"),
            &format!("UPDATE audit SET seal = '{forged}' WHERE seq = 5"),
        ],
    )
    .await;
    let found = verified(&store).await;
    let told = told(&found).join("\n");
    assert!(told.contains("Entry 1 was written under the key"), "{told}");
    assert!(told.contains("Entry 5 was sealed under the key"), "{told}");
}

#[tokio::test]
async fn the_database_refuses_to_change_or_delete_a_row() {
    let store = five().await;
    for statement in [
        "UPDATE audit SET actor = 'eve' WHERE seq = 1",
        "UPDATE audit SET seq = 9 WHERE seq = 1",
        "UPDATE audit SET seq = NULL, seal = NULL WHERE seq = 5",
        "DELETE FROM audit",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET rows = 3",
    ] {
        let refused = store
            .write(move |tx| {
                Box::pin(async move {
                    tx.execute_unprepared(statement).await?;
                    Ok(())
                })
            })
            .await;
        assert!(refused.is_err(), "{statement}");
    }
    assert!(verified(&store).await.is_intact());
}

#[tokio::test]
async fn rows_are_found_by_who_and_what_and_go_on_from_a_number() {
    let store = five().await;
    store.audit(AuditEntry::new(day(7), "grace", Action::Dismissed, "it").with_reason("why")).await.unwrap();
    let list = async |filter: &AuditFilter| {
        let page = store.list_audit(filter, None, 3, day(7)).await.unwrap();
        (page.rows.iter().map(|row| row.seq).collect::<Vec<_>>(), page.next)
    };
    let (newest, next) = list(&AuditFilter::default()).await;
    assert_eq!(newest, [6, 5, 4], "what was just added has its number");
    let page = store.list_audit(&AuditFilter::default(), next.as_deref(), 9, day(7)).await.unwrap();
    assert_eq!(page.rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!(list(&AuditFilter { actor: Some("grace".to_owned()), ..AuditFilter::default() }).await.0, [6]);
    assert_eq!(list(&AuditFilter { action: Some(Action::Dismissed), ..AuditFilter::default() }).await.0, [6]);
    let exported = store.export_audit(&AuditFilter::default(), 4, 9, day(7)).await.unwrap();
    assert_eq!(exported.iter().map(|row| row.seq).collect::<Vec<_>>(), [5, 6]);
    assert_eq!(exported[1].entry.reason.as_deref(), Some("why"));
}

/// A store with one subject in somebody's hands.
async fn leased() -> (Store, Lease, SubjectId) {
    let store = connected().await;
    take(&store, report("trivy", vec![one("CVE-1")]), 1, None).await;
    let lease = lease_subjects(&store, 1).await.remove(0);
    let WorkKey::Subject(id) = lease.key else { panic!("a subject") };
    (store, lease, id)
}

async fn begin(store: &Store, lease: &Lease, subject: SubjectId, number: u128, kind: &str) -> IntentId {
    let intent = Intent {
        id: IntentId(Uuid::from_u128(number)),
        subject,
        kind: kind.to_owned(),
        nonce: Uuid::from_u128(number),
        operation: serde_json::json!({"key": "of the intent"}),
        begun_at: day(1),
        deadline_at: day(1),
    };
    store.begin_intent(lease, &intent, &[]).await.unwrap();
    intent.id
}

fn called(intent: IntentId, status: Option<u16>) -> Called {
    Called {
        intent,
        call: intent.0,
        action: Action::JiraEdit,
        object: "SEC-1".to_owned(),
        rule: "differs".to_owned(),
        reason: "priority changed".to_owned(),
        request: Request {
            method: "PUT".to_owned(),
            path: "/rest/api/3/issue/1".to_owned(),
            body: "{}".to_owned(),
        },
        answer: Answer {
            status,
            words: if status.is_none() { "no answer".to_owned() } else { String::new() },
        },
    }
}

async fn writes(store: &Store) -> Vec<(Option<IntentId>, String, Option<u16>, String)> {
    let rows = store.export_audit(&AuditFilter::default(), 0, 99, day(9)).await.unwrap();
    let writes = rows.into_iter().filter(|row| row.entry.intent.is_some());
    writes
        .map(|row| {
            let answer = row.entry.answer.unwrap();
            (row.entry.intent, row.entry.request.unwrap().path, answer.status, answer.words)
        })
        .collect()
}

#[tokio::test]
async fn a_pass_leaves_one_row_for_each_of_its_calls_with_what_led_to_it() {
    let (store, lease, id) = leased().await;
    let done = begin(&store, &lease, id, 1, "edit").await;
    let refused = begin(&store, &lease, id, 2, "comment").await;
    let outcome = Outcome {
        confirmed: vec![done],
        failed: vec![refused],
        calls: vec![called(done, Some(204)), called(refused, Some(400))],
        ..Outcome::new(id)
    };
    store.finish_reconcile(&lease, outcome, day(1)).await.unwrap();
    let rows =
        store.export_audit(&AuditFilter { subject: Some(id), ..AuditFilter::default() }, 0, 9, day(2)).await;
    let rows = rows.unwrap();
    assert_eq!(rows.len(), 2);
    let entry = &rows[0].entry;
    assert_eq!((entry.actor.as_str(), entry.object.as_str()), ("Backline", "SEC-1"));
    assert_eq!((entry.rule.as_deref(), entry.reason.as_deref()), (Some("differs"), Some("priority changed")));
    assert_eq!(entry.cause.as_deref(), Some(lease.reasons.join("; ").as_str()));
    assert!(!lease.reasons.is_empty());
}

#[tokio::test]
async fn a_lost_answer_gets_its_row_when_it_is_known_what_became_of_it() {
    let (store, lease, id) = leased().await;
    let lost = begin(&store, &lease, id, 1, "edit").await;
    let died = begin(&store, &lease, id, 2, "comment").await;
    let outcome =
        Outcome { calls: vec![called(lost, None)], next: crate::work::Next::At(day(2)), ..Outcome::new(id) };
    store.finish_reconcile(&lease, outcome, day(1)).await.unwrap();
    assert_eq!(writes(&store).await, []);
    let lease = lease_subjects(&store, 3).await.remove(0);
    let outcome = Outcome { confirmed: vec![lost], failed: vec![died], ..Outcome::new(id) };
    store.finish_reconcile(&lease, outcome, day(3)).await.unwrap();
    let path = "/rest/api/3/issue/1".to_owned();
    assert_eq!(
        writes(&store).await,
        [
            (Some(lost), path, None, "no answer; it was found in Jira afterwards".to_owned()),
            (
                Some(died),
                String::new(),
                None,
                "No answer was recorded: nothing of it was found in Jira afterwards".to_owned()
            ),
        ]
    );
}

#[tokio::test]
async fn what_is_on_the_wire_when_its_ticket_is_unlinked_has_its_row() {
    let (store, lease, id) = leased().await;
    let made = Outcome {
        ticket: Some(crate::testing::ticket(1)),
        next: crate::work::Next::At(day(2)),
        ..Outcome::new(id)
    };
    store.finish_reconcile(&lease, made, day(1)).await.unwrap();
    let lease = lease_subjects(&store, 3).await.remove(0);
    let sent = begin(&store, &lease, id, 1, "edit").await;
    store.unlink(id, "ada", day(3)).await.unwrap();
    let late = Outcome { confirmed: vec![sent], calls: vec![called(sent, Some(204))], ..Outcome::new(id) };
    store.finish_reconcile(&lease, late, day(3)).await.unwrap_err();
    let rows = writes(&store).await;
    assert_eq!(rows.len(), 1);
    assert!(rows[0].3.contains("unlinked"), "{rows:?}");
}
