//! The order of the rules after a file was applied: the file's, with what it does not name where it was.

use backline_core::ids::ConnectedProjectId;
use backline_core::mapping::ConnectedProject;
use std::collections::{BTreeSet, VecDeque};

/// All that are connected afterwards, in the order of their rules, each with a position that says so. `wanted` are
/// those of the file in its order, `gone` those that are deleted. As few positions change as can.
pub fn sequence(
    before: &[ConnectedProject],
    wanted: Vec<ConnectedProject>,
    gone: &[ConnectedProjectId],
) -> Vec<ConnectedProject> {
    let named: BTreeSet<ConnectedProjectId> = wanted.iter().map(|project| project.id).collect();
    let is_known = |project: &ConnectedProject| before.iter().any(|known| known.id == project.id);
    let mut wanted: VecDeque<ConnectedProject> = wanted.into();
    let mut sequence = Vec::new();
    for known in before.iter().filter(|known| !gone.contains(&known.id)) {
        if !named.contains(&known.id) {
            sequence.push(known.clone());
            continue;
        }
        // The place of one that the file names goes to the next that it names, and what is new before that.
        while let Some(next) = wanted.pop_front() {
            let was_known = is_known(&next);
            sequence.push(next);
            if was_known {
                break;
            }
        }
    }
    sequence.extend(wanted);
    number(sequence, is_known)
}

/// A position is kept where it follows the one before; what is equal is told apart by the id.
fn number(
    mut sequence: Vec<ConnectedProject>,
    is_known: impl Fn(&ConnectedProject) -> bool,
) -> Vec<ConnectedProject> {
    let mut last: Option<(u32, ConnectedProjectId)> = None;
    for project in &mut sequence {
        let behind = last.map_or(0, |(position, _)| position + 1);
        let follows = last.is_none_or(|last| (project.position, project.id) > last);
        if !is_known(project) || !follows {
            project.position = behind;
        }
        last = Some((project.position, project.id));
    }
    sequence
}

#[cfg(test)]
mod tests {
    use super::sequence;
    use backline_core::ids::{CloudId, ConnectedProjectId, ConnectionId};
    use backline_core::jira::issue::{IssueType, JiraProject};
    use backline_core::mapping::{ConnectedProject, Mapping};
    use uuid::Uuid;

    fn project(id: u128, position: u32) -> ConnectedProject {
        ConnectedProject {
            id: ConnectedProjectId(Uuid::from_u128(id)),
            connection: ConnectionId(Uuid::from_u128(1)),
            cloud_id: CloudId::from("cloud"),
            site_url: String::new(),
            project: JiraProject {
                id: "1".into(),
                key: "SEC".to_owned(),
                name: String::new(),
                type_key: String::new(),
                is_team_managed: false,
            },
            issue_type: IssueType { id: "1".into(), name: String::new(), is_subtask: false },
            position,
            rule: Default::default(),
            mapping: Mapping::default(),
        }
    }

    /// What stands before, what the file names in its order, and what comes of it, as id:position.
    fn check(before: &[(u128, u32)], file: &[u128], gone: &[u128], expected: &str) {
        let before: Vec<_> = before.iter().map(|(id, position)| project(*id, *position)).collect();
        let of = |id: &u128| {
            let known = before.iter().find(|known| known.id.0.as_u128() == *id);
            known.cloned().unwrap_or_else(|| project(*id, 99))
        };
        let gone: Vec<_> = gone.iter().map(|id| ConnectedProjectId(Uuid::from_u128(*id))).collect();
        let after = sequence(&before, file.iter().map(of).collect(), &gone);
        let told: Vec<_> =
            after.iter().map(|project| format!("{}:{}", project.id.0.as_u128(), project.position)).collect();
        assert_eq!(told.join(" "), expected);
    }

    #[test]
    fn an_order_that_holds_changes_no_position() {
        check(&[(1, 0), (2, 0), (3, 5)], &[1, 2, 3], &[], "1:0 2:0 3:5");
        check(&[(1, 0), (2, 0), (3, 0)], &[1, 3], &[], "1:0 2:0 3:0");
        check(&[(1, 0), (2, 0)], &[1, 2, 7], &[], "1:0 2:0 7:1");
        check(&[(1, 0), (2, 1), (3, 2)], &[1], &[2], "1:0 3:2");
    }

    #[test]
    fn another_order_moves_what_is_named_among_itself() {
        check(&[(1, 0), (2, 0), (3, 0)], &[3, 1], &[], "3:0 2:1 1:2");
        check(&[(1, 0), (2, 1)], &[7, 1], &[], "7:0 1:1 2:1");
        check(&[], &[7, 8], &[], "7:0 8:1");
    }
}
