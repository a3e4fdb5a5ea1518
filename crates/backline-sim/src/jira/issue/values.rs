//! The stored values of an issue's fields, by field.
//!
//! A sorted list and no tree: an issue has a dozen values, a site has a million issues, and a tree would keep
//! room for twice as many. Written to the journal as a map.

use crate::jira::field::FieldNo;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values(Vec<(FieldNo, Value)>);

impl Values {
    pub fn get(&self, field: &FieldNo) -> Option<&Value> {
        self.place(*field).ok().map(|at| &self.0[at].1)
    }

    pub fn contains_key(&self, field: &FieldNo) -> bool {
        self.place(*field).is_ok()
    }

    pub fn insert(&mut self, field: FieldNo, value: Value) {
        match self.place(field) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (field, value)),
        }
    }

    pub fn remove(&mut self, field: &FieldNo) {
        if let Ok(at) = self.place(*field) {
            self.0.remove(at);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&FieldNo, &Value)> {
        self.0.iter().map(|(field, value)| (field, value))
    }

    pub fn keys(&self) -> impl Iterator<Item = &FieldNo> {
        self.iter().map(|(field, _)| field)
    }

    fn place(&self, field: FieldNo) -> Result<usize, usize> {
        self.0.binary_search_by_key(&field, |(field, _)| *field)
    }
}

/// Of two values for one field the later stays.
impl FromIterator<(FieldNo, Value)> for Values {
    fn from_iter<I: IntoIterator<Item = (FieldNo, Value)>>(values: I) -> Self {
        Self(values.into_iter().collect::<BTreeMap<_, _>>().into_iter().collect())
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(BTreeMap::<FieldNo, Value>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_stay_sorted_and_come_back_from_the_journal() {
        let mut values = Values::default();
        for (field, value) in [(3, json!("c")), (1, json!("a")), (2, json!("b")), (1, json!("z"))] {
            values.insert(field, value);
        }
        values.remove(&2);
        assert_eq!(values.keys().copied().collect::<Vec<_>>(), [1, 3]);
        assert_eq!((values.get(&1), values.get(&2)), (Some(&json!("z")), None));
        let text = serde_json::to_string(&values).expect("plain JSON");
        assert_eq!(serde_json::from_str::<Values>(&text).expect("a map"), values);
    }
}
