//! What a person has chosen to see beside the transcript: whether the sidebar stands there, which of its views are in it, in
//! which order, and which are unfolded. Which views there are, and how they are at first, is not known here: a choice stays, also for a view that
//! only another version of the console has.

use serde_json::{Map, Value, json};

/// The version of the stored shape, `{ version, shown, views: { name: unfolded }, order: [name], closed: [name] }`. Another version is set aside.
const STORED_VERSION: u64 = 1;

/// What was chosen for the sidebar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sidebar {
    pub(crate) shown: bool,
    /// What the person did to a view, by its name.
    views: Vec<(String, bool)>,
    /// The views in the person's order, as far as they were ever moved.
    order: Vec<String>,
    /// The views that the person does not want to see.
    closed: Vec<String>,
}

impl Default for Sidebar {
    fn default() -> Self {
        Self { shown: true, views: Vec::new(), order: Vec::new(), closed: Vec::new() }
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

    /// Of all views, which are given in their first order, the places in the person's. One that the person never moved stands
    /// after the one that is before it at first.
    pub fn order(&self, all: &[&str]) -> Vec<usize> {
        let place = |name: &str| all.iter().position(|view| *view == name);
        let mut order: Vec<usize> = self.order.iter().filter_map(|name| place(name)).collect();
        for at in (0..all.len()).filter(|at| !self.order.iter().any(|name| name == all[*at])) {
            let before = at.checked_sub(1).and_then(|before| order.iter().position(|held| *held == before));
            order.insert(before.map_or(0, |before| before + 1), at);
        }
        order
    }

    /// The names in the order in which one of them stands a place further up, or down; among those that are to be seen.
    pub fn moved(&self, all: &[&str], view: &str, up: bool) -> Vec<String> {
        let mut names: Vec<&str> = self.order(all).into_iter().map(|at| all[at]).collect();
        let is_seen = |name: &&str| !self.is_closed(name);
        let at = names.iter().position(|name| *name == view);
        let other = at.and_then(|at| {
            if up {
                names[..at].iter().rposition(is_seen)
            } else {
                names[at + 1..].iter().position(is_seen).map(|by| at + 1 + by)
            }
        });
        if let (Some(at), Some(other)) = (at, other) {
            let name = names.remove(at);
            names.insert(other, name);
        }
        names.into_iter().map(str::to_owned).collect()
    }

    /// Whether the person does not want to see a view.
    pub fn is_closed(&self, view: &str) -> bool {
        self.closed.iter().any(|closed| closed == view)
    }

    /// The person put the views into another order.
    pub(crate) fn arrange(&mut self, order: Vec<String>) {
        self.order = order;
    }

    /// The person does not want to see a view, or wants to again.
    pub(crate) fn close(&mut self, view: String, closed: bool) {
        self.closed.retain(|held| *held != view);
        if closed {
            self.closed.push(view);
        }
    }

    /// The stored form.
    pub(crate) fn to_stored(&self) -> String {
        let views: Map<String, Value> = self.views.iter().map(|(name, open)| (name.clone(), json!(open))).collect();
        let stored = json!({
            "version": STORED_VERSION,
            "shown": self.shown,
            "views": views,
            "order": self.order,
            "closed": self.closed,
        });
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads what was stored. `None`: another version wrote it, or it is broken. What is missing is as it is at first.
    pub(crate) fn from_stored(stored: &str) -> Option<Self> {
        let stored: Value = serde_json::from_str(stored).ok()?;
        if stored.get("version")?.as_u64() != Some(STORED_VERSION) {
            return None;
        }
        let names = |field: &str| {
            let names = stored.get(field).and_then(Value::as_array).into_iter().flatten();
            names.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let views = stored.get("views").and_then(Value::as_object).into_iter().flatten();
        Some(Self {
            shown: stored.get("shown").and_then(Value::as_bool).unwrap_or(true),
            views: views.filter_map(|(name, open)| Some((name.clone(), open.as_bool()?))).collect(),
            order: names("order"),
            closed: names("closed"),
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
    fn views_stand_in_the_persons_order_and_new_ones_where_they_belong() {
        let all = ["A", "B", "C", "D"];
        let names = |sidebar: &Sidebar| sidebar.order(&all).into_iter().map(|at| all[at]).collect::<String>();
        let mut sidebar = Sidebar::default();
        assert_eq!(names(&sidebar), "ABCD");
        sidebar.arrange(sidebar.moved(&all, "C", true));
        assert_eq!(names(&sidebar), "ACBD");
        sidebar.close("C".to_owned(), true);
        sidebar.arrange(sidebar.moved(&all, "B", true));
        assert_eq!(names(&sidebar), "BACD", "past what is not seen");
        assert_eq!(sidebar.moved(&all, "B", true).concat(), "BACD", "it is the first");
        assert_eq!(sidebar.moved(&all, "D", false).concat(), "BACD", "it is the last");
        assert!(sidebar.is_closed("C"));
        sidebar.close("C".to_owned(), false);
        assert!(!sidebar.is_closed("C"));
        sidebar.arrange(vec!["D".to_owned(), "Of a later version".to_owned(), "A".to_owned()]);
        assert_eq!(names(&sidebar), "DABC");
    }

    #[test]
    fn choices_are_read_back_and_anything_else_is_set_aside() {
        let mut sidebar = Sidebar { shown: false, ..Sidebar::default() };
        sidebar.fold("Settings".to_owned(), true);
        sidebar.fold("Of a later version".to_owned(), false);
        sidebar.arrange(vec!["B".to_owned(), "A".to_owned()]);
        sidebar.close("A".to_owned(), true);
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
