//! Makes a plan smaller for as long as it still shows what it showed: delta debugging of its lines, faults first.
//!
//! Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002.

use crate::plan::{Line, Plan};

/// A smaller plan for which `still_fails` holds, in at most so many tries.
pub fn shrink(mut plan: Plan, tries_max: usize, mut still_fails: impl FnMut(&Plan) -> bool) -> Plan {
    let mut tries = 0;
    let mut check = |plan: &Plan| {
        tries += 1;
        tries <= tries_max && still_fails(plan)
    };
    // Faults that came after the last request that matters go first, in large pieces.
    for is_wanted in [is_fault, |line: &Line| !is_fault(line)] {
        let mut piece = plan.lines.iter().filter(|line| is_wanted(line)).count().div_ceil(2);
        while piece > 0 {
            let mut from = 0;
            loop {
                let smaller = without(&plan, is_wanted, from, piece);
                if smaller.lines.len() == plan.lines.len() {
                    break;
                }
                if check(&smaller) { plan = smaller } else { from += piece }
            }
            piece = if piece == 1 { 0 } else { piece.div_ceil(2) };
        }
    }
    for replicas in 1..plan.setup.replicas {
        let mut smaller = plan.clone();
        smaller.setup.replicas = replicas;
        if check(&smaller) {
            return smaller;
        }
    }
    plan
}

fn is_fault(line: &Line) -> bool {
    !matches!(line, Line::Act { .. })
}

/// Without so many of the wanted lines, counted from one of them on.
fn without(plan: &Plan, is_wanted: fn(&Line) -> bool, from: usize, piece: usize) -> Plan {
    let mut at = 0;
    let mut smaller = plan.clone();
    smaller.lines.retain(|line| {
        let number = at;
        let is_one = is_wanted(line);
        at += usize::from(is_one);
        !(is_one && (from..from + piece).contains(&number))
    });
    smaller
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Fault;

    #[test]
    fn what_does_not_matter_goes() {
        let plan = Plan::draw(3);
        let needed = Line::Fault { request: 7, fault: Fault::Reset };
        let mut lines = plan.lines.clone();
        lines.push(needed.clone());
        let act = lines.iter().find(|line| !is_fault(line)).expect("somebody acts").clone();
        let whole = Plan { lines, ..plan };
        let small = shrink(whole, 2_000, |plan| plan.lines.contains(&needed) && plan.lines.contains(&act));
        assert_eq!(small.lines.len(), 2, "{:?}", small.lines);
        assert_eq!(small.setup.replicas, 1);
    }

    #[test]
    fn a_plan_is_left_as_it_is_when_nothing_may_be_tried() {
        let plan = Plan::draw(3);
        assert_eq!(shrink(plan.clone(), 0, |_| true), plan);
    }
}
