//! What stands open by itself, and what the person opened or folded. Who wants to see what every command printed does not
//! want to open a hundred cards; who opened one to look at it does not want all of them. So there are two levels: a rule for
//! everything of one sort, which is remembered on this device, and a person's own choice for one row, which wins. Setting a
//! rule takes back the own choices of its sort: all of them open, or all of them fold.

use crate::conversation::Conversation;
use crate::map::Map;
use crate::view::RowKey;
use serde_json::{Value, json};

/// The version of the stored shape, `{ version, open: [sort] }`. Another version is set aside.
const STORED_VERSION: u64 = 1;

/// What the model thinks, as a sort.
const THINKING: &str = "thinking";

/// Before the name of a tool: its cards, as a sort.
const TOOL: &str = "tool:";

/// The sorts of rows that stand open by themselves. Any other folds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folding {
    open: Vec<String>,
}

impl Folding {
    /// Everything of a sort is to stand open from now on, or to fold.
    pub(crate) fn set(&mut self, sort: &str, open: bool) {
        self.open.retain(|other| other != sort);
        if open {
            self.open.push(sort.to_owned());
        }
    }

    /// The stored form.
    pub(crate) fn to_stored(&self) -> String {
        serde_json::to_string(&json!({ "version": STORED_VERSION, "open": self.open })).unwrap_or_default()
    }

    /// Reads what was stored. `None`: another version wrote it, or it is broken.
    pub(crate) fn from_stored(stored: &str) -> Option<Self> {
        let stored: Value = serde_json::from_str(stored).ok()?;
        if stored.get("version")?.as_u64() != Some(STORED_VERSION) {
            return None;
        }
        let sorts = stored.get("open")?.as_array()?.iter();
        Some(Self { open: sorts.filter_map(Value::as_str).map(str::to_owned).collect() })
    }
}

/// What the person did to single rows of a conversation.
pub(crate) type Folds = Map<RowKey, bool>;

impl Conversation {
    /// Whether a row stands open. A group does until it is folded: what runs in it is to be seen.
    pub fn is_unfolded(&self, key: RowKey, folding: &Folding) -> bool {
        self.folds
            .get(&key)
            .copied()
            .unwrap_or_else(|| key.is_group || self.sort_of(key).is_some_and(|sort| folding.open.contains(&sort)))
    }

    /// The sort of a row that has one.
    pub(crate) fn sort_of(&self, key: RowKey) -> Option<String> {
        if key.is_group {
            return None;
        }
        match self.tool_name(key.id) {
            Some(name) => Some(format!("{TOOL}{name}")),
            None => self.is_thought(key.id).then(|| THINKING.to_owned()),
        }
    }

    /// Takes back what the person did to single rows of a sort.
    pub(crate) fn forget_folds(&mut self, sort: &str) {
        let mut folds = std::mem::take(&mut self.folds).into_entries();
        folds.retain(|(key, _)| self.sort_of(*key).as_deref() != Some(sort));
        self.folds = Map::from_entries(folds);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_back_and_anything_else_is_set_aside() {
        let mut folding = Folding::default();
        for (sort, open) in [("tool:bash", true), ("thinking", true), ("tool:bash", false), ("tool:read", true)] {
            folding.set(sort, open);
        }
        assert_eq!(folding.to_stored(), r#"{"version":1,"open":["thinking","tool:read"]}"#);
        assert_eq!(Folding::from_stored(&folding.to_stored()), Some(folding));
        let odd = Folding::from_stored(r#"{"version":1,"open":["tool:bash",7,null]}"#).unwrap();
        assert_eq!(odd.to_stored(), r#"{"version":1,"open":["tool:bash"]}"#);
        for text in ["", "[]", r#"{"version":2,"open":[]}"#, r#"{"version":1}"#, r#"{"version":1,"open":true}"#] {
            assert_eq!(Folding::from_stored(text), None, "{text}");
        }
    }
}
