//! The strip and the window as they are stored, and how the strips of several windows become one.
//!
//! Every window stores the whole strip and hears when another did. Two may store at once, and the one that is overwritten
//! must lose nothing: so what is stored is merged, entry by entry, the newest change of each winning, and stored again if
//! that made it another. A closed tab leaves a tombstone, or the next merge would bring it back. Merging twice is merging
//! once, and the order in which windows hear of each other does not matter.

use super::{Closed, Tab, Tabs};
use crate::conversation::Left;
use crate::map::Map;
use crate::order;
use crate::{ConversationId, ReadingPlace};
use serde_json::{Value, json};

/// The version of the stored strip, `{ version, tabs: [{ id, title, opened, changed, revived }], closed: [{ id, at }] }`.
/// Version 1 had only ids and titles; another version is set aside.
const STRIP_VERSION: u64 = 2;
/// The version of what is stored of a window, `{ version, active, draft, usedLast?, unsent: [{ id, words }], places: [{ id,
/// seq, belowTop }] }`.
const WINDOW_VERSION: u64 = 1;
/// How many closed tabs are remembered.
const CLOSED_KEPT: usize = 200;

/// What merging did to this window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Merged {
    /// Tabs that another window opened.
    pub(crate) opened: Vec<ConversationId>,
    /// Tabs that another window closed.
    pub(crate) closed: Vec<ConversationId>,
}

fn read_id(stored: &Value, name: &str) -> Option<ConversationId> {
    stored.get(name).and_then(Value::as_str).map(ConversationId::from)
}

fn read_number(stored: &Value, name: &str) -> Option<u64> {
    stored.get(name).and_then(Value::as_u64)
}

fn write_stored(stored: &Value) -> String {
    serde_json::to_string(stored).unwrap_or_default()
}

/// The strip that was stored, if a version that is known wrote it.
fn read_strip(stored: &str) -> Option<(Vec<Tab>, Vec<Closed>)> {
    let stored: Value = serde_json::from_str(stored).ok()?;
    let version = read_number(&stored, "version").filter(|version| (1..=STRIP_VERSION).contains(version))?;
    let tabs = stored.get("tabs")?.as_array()?;
    let read = |(index, tab): (usize, &Value)| {
        let (opened, changed) = match version {
            1 => (index as u64, 0),
            _ => (read_number(tab, "opened")?, read_number(tab, "changed")?),
        };
        let title = tab.get("title").and_then(Value::as_str).map(str::to_owned);
        let revived = tab.get("revived").and_then(Value::as_bool).unwrap_or_default();
        let model = tab.get("model").and_then(Value::as_str).map(str::to_owned);
        Some(Tab { id: read_id(tab, "id")?, title, opened, changed, revived, model })
    };
    let tabs = tabs.iter().enumerate().map(read).collect::<Option<Vec<Tab>>>()?;
    let closed = stored.get("closed").and_then(Value::as_array);
    let read = |closed: &Value| Some(Closed { id: read_id(closed, "id")?, at: read_number(closed, "at")? });
    Some((tabs, closed.into_iter().flatten().filter_map(read).collect()))
}

impl Tabs {
    /// The stored form of the strip.
    pub(crate) fn to_stored(&self) -> String {
        let tab = |tab: &Tab| {
            json!({
                "id": tab.id.as_str(),
                "title": tab.title,
                "opened": tab.opened,
                "changed": tab.changed,
                "revived": tab.revived,
                "model": tab.model,
            })
        };
        let tabs: Vec<Value> = self.strip.iter().map(tab).collect();
        let closed = |closed: &Closed| json!({ "id": closed.id.as_str(), "at": closed.at });
        let closed: Vec<Value> = self.closed.iter().map(closed).collect();
        write_stored(&json!({ "version": STRIP_VERSION, "tabs": tabs, "closed": closed }))
    }

    /// Takes in a strip that was stored, by this window before or by another. Tabs that `stays` names are not closed by
    /// others. `None` if it cannot be read.
    pub(crate) fn merge(&mut self, stored: &str, stays: impl Fn(&ConversationId) -> bool) -> Option<Merged> {
        let (tabs, closed) = read_strip(stored)?;
        let mut merged = Merged::default();
        for theirs in tabs {
            let closed_here = self.closed.iter().find(|closed| closed.id == theirs.id).map(|closed| closed.at);
            if let Some(ours) = self.strip.iter_mut().find(|tab| tab.id == theirs.id) {
                ours.opened = ours.opened.min(theirs.opened);
                ours.revived |= theirs.revived;
                // With equal moments, any rule will do that is the same everywhere.
                if (theirs.changed, &theirs.title, &theirs.model) > (ours.changed, &ours.title, &ours.model) {
                    ours.title = theirs.title;
                    ours.model = theirs.model;
                    ours.changed = theirs.changed;
                }
            } else if closed_here.is_none_or(|at| theirs.changed > at) {
                self.closed.retain(|closed| closed.id != theirs.id);
                merged.opened.push(theirs.id.clone());
                self.strip.push(theirs);
            }
        }
        for theirs in closed {
            if let Some(ours) = self.strip.iter_mut().find(|tab| tab.id == theirs.id) {
                if theirs.at < ours.changed {
                    continue;
                }
                if stays(&theirs.id) {
                    ours.changed = theirs.at + 1;
                    continue;
                }
                self.remove(&theirs.id);
                merged.closed.push(theirs.id.clone());
            }
            match self.closed.iter_mut().find(|closed| closed.id == theirs.id) {
                Some(ours) => ours.at = ours.at.max(theirs.at),
                None => self.closed.push(theirs),
            }
        }
        order::sort(&mut self.strip, |a, b| (a.opened, &a.id).cmp(&(b.opened, &b.id)));
        order::sort(&mut self.closed, |a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        let forgotten = self.closed.len().saturating_sub(CLOSED_KEPT);
        self.closed.drain(..forgotten);
        Some(merged)
    }

    /// The stored form of what belongs to this window.
    pub(crate) fn window_to_stored<'a>(&self, left: impl Iterator<Item = (&'a ConversationId, &'a Left)>) -> String {
        let (mut unsent, mut places, mut models) = (Vec::new(), Vec::new(), Vec::new());
        for (id, left) in left {
            if !left.words.is_empty() && !left.is_too_long_to_keep() {
                unsent.push(json!({ "id": id.as_str(), "words": left.words }));
            }
            if let Some(model) = &left.model {
                models.push(json!({ "id": id.as_str(), "model": model }));
            }
            if let Some(place) = left.place {
                places.push(json!({ "id": id.as_str(), "seq": place.seq, "belowTop": place.below_top }));
            }
        }
        let active = self.active.as_ref().map(ConversationId::as_str);
        let (version, draft) = (WINDOW_VERSION, self.draft.as_str());
        write_stored(&json!({
            "version": version, "active": active, "draft": draft, "usedLast": self.used_last, "unsent": unsent,
            "places": places, "models": models,
        }))
    }

    /// A window that stored nothing looks at the newest tab.
    pub(crate) fn select_last(&mut self) {
        self.active = self.strip.last().map(|tab| tab.id.clone());
    }

    /// Reads what was stored of this window, and gives back what was left in its conversations. `None` if it cannot be
    /// read.
    pub(crate) fn restore_window(&mut self, stored: &str) -> Option<Vec<(ConversationId, Left)>> {
        let stored: Value = serde_json::from_str(stored).ok()?;
        if read_number(&stored, "version")? != WINDOW_VERSION {
            return None;
        }
        let draft = read_id(&stored, "draft")?;
        self.active = read_id(&stored, "active").filter(|id| self.contains(id));
        if !self.contains(&draft) {
            self.draft = draft;
        }
        self.used_last = stored.get("usedLast").and_then(Value::as_str).map(str::to_owned);
        let list = |name: &str| stored.get(name).and_then(Value::as_array).into_iter().flatten();
        let mut left: Map<ConversationId, Left> = Map::default();
        for stored in list("unsent") {
            if let (Some(id), Some(words)) = (read_id(stored, "id"), stored.get("words").and_then(Value::as_str)) {
                left.get_or_insert_with(&id, Left::default).words = words.to_owned();
            }
        }
        for stored in list("models") {
            if let (Some(id), Some(model)) = (read_id(stored, "id"), stored.get("model").and_then(Value::as_str)) {
                left.get_or_insert_with(&id, Left::default).model = Some(model.to_owned());
            }
        }
        for stored in list("places") {
            let below_top = stored.get("belowTop").and_then(Value::as_i64);
            if let (Some(id), Some(seq), Some(below_top)) =
                (read_id(stored, "id"), read_number(stored, "seq"), below_top)
            {
                left.get_or_insert_with(&id, Left::default).place = Some(ReadingPlace { seq, below_top });
            }
        }
        Some(left.into_entries())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Millis;
    use proptest::prelude::*;

    fn id(text: &str) -> ConversationId {
        ConversationId::from(text)
    }

    fn names(tabs: &Tabs) -> Vec<&str> {
        tabs.order().map(ConversationId::as_str).collect()
    }

    #[test]
    fn what_was_stored_comes_back_and_what_cannot_be_read_is_set_aside() {
        let mut before = Tabs::new(id("draft"));
        for (name, at) in [("2", 1.0), ("1", 2.0), ("3", 3.0)] {
            before.open(id(name), Millis(at));
        }
        before.close(&id("3"), Millis(4.0));
        before.name(&id("1"), Some("A title".to_owned()), Millis(5.0));
        before.select(&id("1"));
        before.used_last = Some("a/b".to_owned());
        let mut after = Tabs::new(id("other"));
        let merged = after.merge(&before.to_stored(), |_| false);
        assert_eq!(merged.map(|merged| merged.opened), Some(vec![id("2"), id("1")]));
        let place = Some(ReadingPlace { seq: 7, below_top: -12 });
        let left = [
            (
                id("1"),
                Left { words: "half a thou".to_owned(), place, model: Some("a/b".to_owned()), ..Left::default() },
            ),
            (id("2"), Left { place, ..Left::default() }),
        ];
        let stored = before.window_to_stored(left.iter().map(|(id, left)| (id, left)));
        assert_eq!(after.restore_window(&stored), Some(left.to_vec()));
        assert_eq!(after, before);
        for corrupt in
            ["", "[]", "{\"version\":3,\"tabs\":[{\"id\":\"x\"}]}", "{\"version\":1}", "{\"version\":2,\"tabs\":[{}]}"]
        {
            assert_eq!(Tabs::new(id("d")).merge(corrupt, |_| false), None, "{corrupt}");
        }
    }

    #[test]
    fn the_first_version_had_ids_and_titles_in_the_order_of_the_strip() {
        let mut tabs = Tabs::new(id("d"));
        let stored = r#"{"version":1,"tabs":[{"id":"b","title":"B"},{"id":"a","title":null}]}"#;
        assert!(tabs.merge(stored, |_| false).is_some());
        assert_eq!((names(&tabs), tabs.title(&id("b"))), (vec!["b", "a"], Some("B")));
    }

    #[test]
    fn a_tab_that_another_window_closed_stays_closed_until_it_is_opened_again() {
        let (mut here, mut there) = (Tabs::new(id("d")), Tabs::new(id("e")));
        here.open(id("a"), Millis(1.0));
        there.merge(&here.to_stored(), |_| false);
        there.close(&id("a"), Millis(2.0));
        assert_eq!(here.merge(&there.to_stored(), |_| false).map(|merged| merged.closed), Some(vec![id("a")]));
        // What was stored before the closing comes late.
        let mut old = Tabs::new(id("f"));
        old.open(id("a"), Millis(1.0));
        assert_eq!(here.merge(&old.to_stored(), |_| false), Some(Merged::default()));
        there.open(id("a"), Millis(3.0));
        here.merge(&there.to_stored(), |_| false);
        assert_eq!(names(&here), ["a"]);
    }

    #[test]
    fn a_tab_in_which_something_would_be_lost_is_not_closed_by_others() {
        let (mut here, mut there) = (Tabs::new(id("d")), Tabs::new(id("e")));
        here.open(id("a"), Millis(1.0));
        there.merge(&here.to_stored(), |_| false);
        there.close(&id("a"), Millis(2.0));
        here.merge(&there.to_stored(), |_| true);
        assert_eq!(names(&here), ["a"]);
        there.merge(&here.to_stored(), |_| false);
        assert_eq!(names(&there), ["a"], "and the other window is told");
    }

    /// Something a window does to its strip.
    #[derive(Clone, Copy, Debug)]
    enum Deed {
        Open(u8),
        Close(u8),
        Name(u8, u8),
        Choose(u8, u8),
        /// The storage event of what this window stored last reaches the other one.
        Tell,
    }

    fn deeds() -> impl Strategy<Value = Vec<(bool, Deed)>> {
        let deed = prop_oneof![
            (0_u8..4).prop_map(Deed::Open),
            (0_u8..4).prop_map(Deed::Close),
            (0_u8..4, 0_u8..3).prop_map(|(tab, title)| Deed::Name(tab, title)),
            (0_u8..4, 0_u8..3).prop_map(|(tab, model)| Deed::Choose(tab, model)),
            Just(Deed::Tell),
        ];
        prop::collection::vec((any::<bool>(), deed), 0..40)
    }

    proptest! {
        #[test]
        fn windows_that_hear_of_each_other_in_the_end_show_the_same_strip(deeds in deeds()) {
            let mut windows = [Tabs::new(id("d")), Tabs::new(id("e"))];
            let mut clock = 0.0;
            for (which, deed) in deeds {
                // Some deeds fall into the same millisecond.
                clock += 0.5;
                let at = Millis(clock);
                let (here, there) = (usize::from(which), usize::from(!which));
                let name = |tab: u8| id(&format!("t{tab}"));
                match deed {
                    Deed::Open(tab) => drop(windows[here].open(name(tab), at)),
                    Deed::Close(tab) => windows[here].close(&name(tab), at),
                    Deed::Name(tab, title) => windows[here].name(&name(tab), Some(format!("n{title}")), at),
                    Deed::Choose(tab, model) => {
                        windows[here].choose_model(&name(tab), Some(format!("m{model}")), at);
                    }
                    Deed::Tell => {
                        let stored = windows[here].to_stored();
                        windows[there].merge(&stored, |_| false);
                    }
                }
            }
            // Each merges what it hears, and stores again when that made it another.
            for _ in 0..3 {
                for (here, there) in [(0, 1), (1, 0)] {
                    let stored = windows[here].to_stored();
                    windows[there].merge(&stored, |_| false);
                }
            }
            prop_assert_eq!(windows[0].to_stored(), windows[1].to_stored());
        }
    }
}
