//! What a person has chosen to see beside the transcript: whether the sidebar stands there, and which of its views are
//! unfolded. Which views there are, and how they are at first, is not known here: a choice stays, also for a view that
//! only another version of the console has.

use serde_json::{Map, Value, json};

/// The version of the stored shape, `{ version, shown, views: { name: unfolded } }`. Another version is set aside.
const STORED_VERSION: u64 = 1;

/// What was chosen for the sidebar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sidebar {
    pub(crate) shown: bool,
    /// What the person did to a view, by its name.
    views: Vec<(String, bool)>,
}

impl Default for Sidebar {
    fn default() -> Self {
        Self { shown: true, views: Vec::new() }
    }
}

impl Sidebar {
    /// Whether it stands beside the transcript where there is room for it.
    pub fn is_shown(&self) -> bool {
        self.shown
    }

    /// Whether a view is unfolded: as `at_first` says, until the person folds it.
    pub fn is_open(&self, view: &str, at_first: bool) -> bool {
        self.views.iter().find(|(name, _)| name == view).map_or(at_first, |(_, open)| *open)
    }

    /// The person folded a view, or unfolded it.
    pub(crate) fn fold(&mut self, view: String, open: bool) {
        self.views.retain(|(name, _)| *name != view);
        self.views.push((view, open));
    }

    /// The stored form.
    pub(crate) fn to_stored(&self) -> String {
        let views: Map<String, Value> = self.views.iter().map(|(name, open)| (name.clone(), json!(open))).collect();
        let stored = json!({ "version": STORED_VERSION, "shown": self.shown, "views": views });
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads what was stored. `None`: another version wrote it, or it is broken. What is missing is as it is at first.
    pub(crate) fn from_stored(stored: &str) -> Option<Self> {
        let stored: Value = serde_json::from_str(stored).ok()?;
        if stored.get("version")?.as_u64() != Some(STORED_VERSION) {
            return None;
        }
        let views = stored.get("views").and_then(Value::as_object).into_iter().flatten();
        Some(Self {
            shown: stored.get("shown").and_then(Value::as_bool).unwrap_or(true),
            views: views.filter_map(|(name, open)| Some((name.clone(), open.as_bool()?))).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_as_it_is_at_first_until_it_is_folded() {
        let mut sidebar = Sidebar::default();
        assert!(sidebar.is_shown());
        assert!(sidebar.is_open("History", true) && !sidebar.is_open("Settings", false));
        sidebar.fold("History".to_owned(), false);
        sidebar.fold("Settings".to_owned(), true);
        assert!(!sidebar.is_open("History", true) && sidebar.is_open("Settings", false));
        sidebar.fold("History".to_owned(), true);
        assert!(sidebar.is_open("History", false));
    }

    #[test]
    fn choices_are_read_back_and_anything_else_is_set_aside() {
        let mut sidebar = Sidebar { shown: false, ..Sidebar::default() };
        sidebar.fold("Settings".to_owned(), true);
        sidebar.fold("Of a later version".to_owned(), false);
        let read = Sidebar::from_stored(&sidebar.to_stored()).unwrap();
        assert!(!read.is_shown() && read.is_open("Settings", false) && !read.is_open("Of a later version", true));
        assert_eq!(Sidebar::from_stored(r#"{"version":1}"#), Some(Sidebar::default()));
        let odd = Sidebar::from_stored(r#"{"version":1,"shown":"no","views":{"History":7,"Settings":true}}"#).unwrap();
        assert!(odd.is_shown() && odd.is_open("History", true) && odd.is_open("Settings", false));
        for text in ["", "[]", r#"{"version":2}"#, r#"{"shown":false}"#] {
            assert_eq!(Sidebar::from_stored(text), None, "{text}");
        }
    }
}
