//! A small map, sorted by its keys. The tree of the standard library is written out anew for every pair of types, five
//! kilobytes each time, and every visitor downloads all of them. What is held here are tens of entries, for which one row
//! of them is as quick.

use crate::order;

/// Entries in the order of their keys. Looking one up halves the row each time; a new one moves those after it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Map<K, V>(Vec<(K, V)>);

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Map<K, V> {
    /// A map of these entries; of those with the same key, the last one counts.
    pub(crate) fn from_entries(mut entries: Vec<(K, V)>) -> Self {
        entries.reverse();
        order::sort(&mut entries, |(a, _), (b, _)| a.cmp(b));
        entries.dedup_by(|(later, _), (kept, _)| later == kept);
        Self(entries)
    }

    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(held, _)| held.cmp(key))
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().map(|at| &self.0[at].1)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.place(key).ok().map(|at| &mut self.0[at].1)
    }

    pub(crate) fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// The entry of `key`, made by `new` if there is none.
    pub(crate) fn get_or_insert_with(&mut self, key: &K, new: impl FnOnce() -> V) -> &mut V
    where
        K: Clone,
    {
        let at = match self.place(key) {
            Ok(at) => at,
            Err(at) => {
                self.0.insert(at, (key.clone(), new()));
                at
            }
        };
        &mut self.0[at].1
    }

    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.place(&key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    /// The entries with lesser keys.
    pub(crate) fn before(&self, key: &K) -> &[(K, V)] {
        let end = self.place(key).unwrap_or_else(|end| end);
        &self.0[..end]
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        self.place(key).ok().map(|at| self.0.remove(at).1)
    }
}

impl<K, V> Map<K, V> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// All entries, in the order of their keys.
    pub(crate) fn into_entries(self) -> Vec<(K, V)> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Map;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn holds_what_the_tree_of_the_standard_library_holds(
            first in prop::collection::vec((0..12_u8, 0..9_usize), 0..20),
            steps in prop::collection::vec((0..4_u8, 0..12_u8), 0..80),
        ) {
            let mut theirs: BTreeMap<u8, usize> = first.iter().copied().collect();
            let mut ours = Map::from_entries(first);
            for (number, (what, key)) in steps.into_iter().enumerate() {
                match what {
                    0 => prop_assert_eq!(
                        *ours.get_or_insert_with(&key, || number), *theirs.entry(key).or_insert(number)
                    ),
                    1 => prop_assert_eq!(ours.remove(&key), theirs.remove(&key)),
                    2 => {
                        ours.insert(key, number);
                        theirs.insert(key, number);
                    }
                    _ => {
                        prop_assert_eq!(ours.get(&key), theirs.get(&key));
                        prop_assert_eq!(ours.contains_key(&key), theirs.contains_key(&key));
                        prop_assert!(ours.before(&key).iter().map(|(key, value)| (key, value)).eq(theirs.range(..key)));
                        if let (Some(one), Some(other)) = (ours.get_mut(&key), theirs.get_mut(&key)) {
                            *one += 1;
                            *other += 1;
                        }
                    }
                }
                prop_assert!(ours.iter().eq(theirs.iter()));
            }
        }
    }
}
