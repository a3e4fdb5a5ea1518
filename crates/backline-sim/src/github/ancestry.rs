//! Questions about the commit graph: what is reachable, what is new, where two branches parted.

use super::model::{Commit, Sha};
use super::state::State;
use std::collections::{BTreeSet, VecDeque};

impl State {
    /// Every commit reachable from `sha`, itself included.
    pub fn ancestors(&self, sha: &str) -> BTreeSet<Sha> {
        let mut seen = BTreeSet::new();
        let mut next = vec![sha.to_owned()];
        while let Some(sha) = next.pop() {
            if let Some(commit) = self.commits.find(&sha)
                && seen.insert(sha)
            {
                next.extend(commit.parents.iter().cloned());
            }
        }
        seen
    }

    pub fn is_ancestor(&self, old: &str, new: &str) -> bool {
        self.ancestors(new).contains(old)
    }

    /// The nearest commit that both have; breadth first from `head`, so the closest one wins.
    pub fn merge_base(&self, base: &str, head: &str) -> Option<Sha> {
        let of_base = self.ancestors(base);
        let mut seen = BTreeSet::new();
        let mut next = VecDeque::from([head.to_owned()]);
        while let Some(sha) = next.pop_front() {
            if of_base.contains(&sha) {
                return Some(sha);
            }
            if let Some(commit) = self.commits.find(&sha)
                && seen.insert(sha)
            {
                next.extend(commit.parents.iter().cloned());
            }
        }
        None
    }

    /// Commits that `head` has and `base` has not, parents before children.
    pub fn commits_between(&self, base: &str, head: &str) -> Vec<&Commit> {
        let mut done = self.ancestors(base);
        let mut ordered = Vec::new();
        let mut stack = vec![(head.to_owned(), false)];
        while let Some((sha, are_parents_done)) = stack.pop() {
            let Some(commit) = self.commits.find(&sha) else { continue };
            if are_parents_done {
                ordered.push(commit);
            } else if done.insert(sha.clone()) {
                stack.push((sha, true));
                stack.extend(commit.parents.iter().rev().map(|parent| (parent.clone(), false)));
            }
        }
        ordered
    }

    /// Newest first, as `git log` shows it.
    pub fn log(&self, head: &str) -> Vec<&Commit> {
        let mut commits = self.commits_between("", head);
        commits.reverse();
        commits
    }
}
