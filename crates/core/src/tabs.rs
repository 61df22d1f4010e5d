//! The tab strip: which conversations are open, in what order, and which one is looked at.
//!
//! The strip belongs to every window of the console on this device, the focus and the draft to one. Windows tell each other
//! of the strip through what is stored, see [`stored`].

mod stored;

use crate::{ConversationId, Millis};

/// The open tabs. Without an active one, the draft is looked at: a conversation that has an id but was never sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tabs {
    /// By the moment they were opened, then by id: the same in every window.
    strip: Vec<Tab>,
    /// Tabs that were closed, so that a window which does not know it yet opens none of them again. The oldest first.
    closed: Vec<Closed>,
    active: Option<ConversationId>,
    draft: ConversationId,
    /// The model that a message of this window was sent with last.
    pub(crate) used_last: Option<String>,
}

/// A tab. Moments are in whole milliseconds since the epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Tab {
    id: ConversationId,
    title: Option<String>,
    opened: u64,
    /// When it was opened, renamed, or given another model last.
    changed: u64,
    /// The person opened it although the backend calls it closed.
    revived: bool,
    /// The model that was chosen for it.
    model: Option<String>,
}

/// A tab that was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Closed {
    id: ConversationId,
    at: u64,
}

impl Tabs {
    /// No tabs: only a draft.
    pub fn new(draft: ConversationId) -> Self {
        Self { strip: Vec::new(), closed: Vec::new(), active: None, draft, used_last: None }
    }

    /// The open conversations, in the strip's order.
    pub fn order(&self) -> impl DoubleEndedIterator<Item = &ConversationId> + '_ {
        self.strip.iter().map(|tab| &tab.id)
    }

    /// The tab that is looked at, unless it is the draft.
    pub fn active(&self) -> Option<&ConversationId> {
        self.active.as_ref()
    }

    /// The draft's id. It becomes the conversation's with the first message.
    pub fn draft(&self) -> &ConversationId {
        &self.draft
    }

    /// The conversation that is looked at, tab or draft.
    pub fn focused(&self) -> &ConversationId {
        self.active.as_ref().unwrap_or(&self.draft)
    }

    /// Whether a conversation is open.
    pub fn contains(&self, id: &ConversationId) -> bool {
        self.tab(id).is_some()
    }

    fn tab(&self, id: &ConversationId) -> Option<&Tab> {
        self.strip.iter().find(|tab| tab.id == *id)
    }

    /// Opens a tab at the end without moving the focus. Tells whether it is new.
    pub fn open(&mut self, id: ConversationId, at: Millis) -> bool {
        if self.contains(&id) {
            return false;
        }
        // Later than its closing, or the next merge would close it again.
        let changed = self.closed_at(&id).map_or(0, |closed| closed.whole() + 1).max(at.whole());
        self.closed.retain(|closed| closed.id != id);
        // After every other, also by a clock that went backwards.
        let opened = self.strip.iter().map(|tab| tab.opened + 1).max().unwrap_or(0).max(at.whole());
        self.strip.push(Tab { id, title: None, opened, changed, revived: false, model: None });
        true
    }

    /// The person wants to see a conversation that the backend calls closed.
    pub(crate) fn revive(&mut self, id: &ConversationId) {
        self.strip.iter_mut().filter(|tab| tab.id == *id).for_each(|tab| tab.revived = true);
    }

    /// Whether a tab may be taken away because the backend called its conversation closed when it was asked at this
    /// moment.
    pub(crate) fn yields(&self, id: &ConversationId, asked_at: Millis) -> bool {
        self.tab(id).is_some_and(|tab| !tab.revived && tab.opened < asked_at.whole())
    }

    /// When a conversation's tab was closed on this device, as far as is remembered.
    pub(crate) fn closed_at(&self, id: &ConversationId) -> Option<Millis> {
        self.closed.iter().find(|closed| closed.id == *id).map(|closed| Millis(closed.at as f64))
    }

    /// Gives a tab its title.
    pub(crate) fn name(&mut self, id: &ConversationId, title: Option<String>, at: Millis) {
        if let Some(tab) = self.strip.iter_mut().find(|tab| tab.id == *id && tab.title != title) {
            tab.title = title;
            tab.changed = tab.changed.max(at.whole());
        }
    }

    /// Gives a tab the model that its messages are sent with.
    pub(crate) fn choose_model(&mut self, id: &ConversationId, model: Option<String>, at: Millis) {
        if let Some(tab) = self.strip.iter_mut().find(|tab| tab.id == *id && tab.model != model) {
            tab.model = model;
            tab.changed = tab.changed.max(at.whole());
        }
    }

    /// The model that was chosen for a tab.
    pub(crate) fn model(&self, id: &ConversationId) -> Option<&str> {
        self.tab(id)?.model.as_deref()
    }

    /// A tab's title, as it was last stored.
    pub(crate) fn title(&self, id: &ConversationId) -> Option<&str> {
        self.tab(id)?.title.as_deref()
    }

    /// Looks at a tab.
    pub fn select(&mut self, id: &ConversationId) {
        if self.contains(id) {
            self.active = Some(id.clone());
        }
    }

    /// The tab after the one that is looked at, or before it; the strip is a ring, and the draft stands at its end.
    pub(crate) fn beside(&self, forward: bool) -> Option<&ConversationId> {
        let count = self.strip.len();
        let here = self.strip.iter().position(|tab| Some(&tab.id) == self.active.as_ref());
        let there = match (here, forward) {
            (Some(here), true) => (here + 1) % count,
            (Some(here), false) => (here + count - 1) % count,
            (None, true) => 0,
            (None, false) => count.checked_sub(1)?,
        };
        self.strip.get(there).map(|tab| &tab.id)
    }

    /// Looks at the draft.
    pub fn select_draft(&mut self) {
        self.active = None;
    }

    /// The draft becomes a tab, looked at; a fresh draft takes its place.
    pub fn promote_draft(&mut self, fresh: ConversationId, at: Millis) -> ConversationId {
        let id = std::mem::replace(&mut self.draft, fresh);
        self.open(id.clone(), at);
        self.active = Some(id.clone());
        id
    }

    /// Closes a tab. If it was looked at, the one before it is, else the next, else the draft.
    pub fn close(&mut self, id: &ConversationId, at: Millis) {
        if let Some(tab) = self.tab(id) {
            let at = at.whole().max(tab.changed);
            self.remove(id);
            self.closed.push(Closed { id: id.clone(), at });
        }
    }

    fn remove(&mut self, id: &ConversationId) {
        let Some(index) = self.strip.iter().position(|tab| tab.id == *id) else { return };
        self.strip.remove(index);
        if self.active.as_ref() == Some(id) {
            self.active = self.strip.get(index.saturating_sub(1)).map(|tab| tab.id.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ConversationId {
        ConversationId::from(text)
    }

    fn tabs(order: &[&str], active: Option<&str>) -> Tabs {
        let mut tabs = Tabs::new(id("draft"));
        for open in order {
            tabs.open(id(open), Millis(1.0));
        }
        if let Some(active) = active {
            tabs.select(&id(active));
        }
        tabs
    }

    fn active(tabs: &Tabs) -> Option<&str> {
        tabs.active().map(ConversationId::as_str)
    }

    #[test]
    fn closing_moves_to_the_tab_before_else_the_next_else_the_draft() {
        let cases = [
            (vec!["1", "2", "3"], "2", "2", Some("1")),
            (vec!["1", "2", "3"], "1", "1", Some("2")),
            (vec!["1"], "1", "1", None),
            (vec!["1", "2", "3"], "3", "1", Some("3")),
            (vec!["1"], "1", "unknown", Some("1")),
        ];
        for (order, looked_at, closed, expected) in cases {
            let mut tabs = tabs(&order, Some(looked_at));
            tabs.close(&id(closed), Millis(2.0));
            assert_eq!(active(&tabs), expected, "close {closed} of {order:?}, looking at {looked_at}");
        }
    }

    #[test]
    fn the_strip_is_a_ring_with_the_draft_at_its_end() {
        let cases = [
            (Some("2"), true, Some("3")),
            (Some("3"), true, Some("1")),
            (Some("1"), false, Some("3")),
            (None, true, Some("1")),
            (None, false, Some("3")),
        ];
        for (looked_at, forward, expected) in cases {
            let tabs = tabs(&["1", "2", "3"], looked_at);
            assert_eq!(tabs.beside(forward).map(ConversationId::as_str), expected, "{looked_at:?} {forward}");
        }
        assert_eq!(tabs(&[], None).beside(true), None);
    }

    #[test]
    fn opening_a_tab_does_not_move_the_focus() {
        let mut tabs = tabs(&["1"], Some("1"));
        tabs.open(id("2"), Millis(1.0));
        assert_eq!((tabs.order().count(), active(&tabs)), (2, Some("1")));
    }

    #[test]
    fn the_first_message_makes_the_draft_a_tab_and_leaves_a_fresh_draft() {
        let mut tabs = tabs(&["1"], None);
        assert_eq!(tabs.promote_draft(id("fresh"), Millis(1.0)), id("draft"));
        assert_eq!((active(&tabs), tabs.draft()), (Some("draft"), &id("fresh")));
    }
}
