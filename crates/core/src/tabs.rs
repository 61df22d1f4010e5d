//! The tab strip: which conversations are open, in what order, and which one is looked at.

use crate::ConversationId;
use serde_json::{Value, json};

/// The open tabs. Without an active one, the draft is looked at: a conversation that has an id but was never sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tabs {
    order: Vec<ConversationId>,
    active: Option<ConversationId>,
    draft: ConversationId,
}

/// The version of the stored shapes: of the strip, `{ version, tabs: [{ id, title }] }`, and of a window,
/// `{ version, active, draft, unsent: [{ id, words }] }`. Another version is set aside.
const STORED_VERSION: u64 = 1;

/// A tab as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredTab {
    pub(crate) id: ConversationId,
    pub(crate) title: Option<String>,
}

impl StoredTab {
    fn read(stored: &Value) -> Option<Self> {
        let title = stored.get("title").and_then(Value::as_str).map(str::to_owned);
        Some(Self { id: read_id(stored, "id")?, title })
    }
}

fn read_id(stored: &Value, name: &str) -> Option<ConversationId> {
    stored.get(name).and_then(Value::as_str).map(ConversationId::from)
}

/// What was stored, if this version wrote it.
fn read_stored(stored: &str) -> Option<Value> {
    let stored: Value = serde_json::from_str(stored).ok()?;
    (stored.get("version")?.as_u64() == Some(STORED_VERSION)).then_some(stored)
}

fn write_stored(stored: &Value) -> String {
    serde_json::to_string(stored).unwrap_or_default()
}

impl Tabs {
    /// No tabs: only a draft.
    pub fn new(draft: ConversationId) -> Self {
        Self { order: Vec::new(), active: None, draft }
    }

    /// The open conversations, in the strip's order.
    pub fn order(&self) -> &[ConversationId] {
        &self.order
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
        self.order.contains(id)
    }

    /// Opens a tab at the end without moving the focus.
    pub fn open(&mut self, id: ConversationId) {
        if !self.contains(&id) {
            self.order.push(id);
        }
    }

    /// Looks at a tab.
    pub fn select(&mut self, id: &ConversationId) {
        if self.contains(id) {
            self.active = Some(id.clone());
        }
    }

    /// Looks at the draft.
    pub fn select_draft(&mut self) {
        self.active = None;
    }

    /// The draft becomes a tab, looked at; a fresh draft takes its place.
    pub fn promote_draft(&mut self, fresh: ConversationId) -> ConversationId {
        let id = std::mem::replace(&mut self.draft, fresh);
        self.open(id.clone());
        self.active = Some(id.clone());
        id
    }

    /// Closes a tab. If it was looked at, the one before it is, else the next, else the draft.
    pub fn close(&mut self, id: &ConversationId) {
        let Some(index) = self.order.iter().position(|open| open == id) else { return };
        self.order.remove(index);
        if self.active.as_ref() == Some(id) {
            self.active = self.order.get(index.saturating_sub(1)).cloned();
        }
    }

    /// The stored form of the strip.
    pub(crate) fn to_stored(&self, title: impl Fn(&ConversationId) -> Option<String>) -> String {
        let tab = |id: &ConversationId| json!({ "id": id.as_str(), "title": title(id) });
        let tabs: Vec<Value> = self.order.iter().map(tab).collect();
        write_stored(&json!({ "version": STORED_VERSION, "tabs": tabs }))
    }

    /// The stored form of what belongs to this window.
    pub(crate) fn window_to_stored<'a>(&self, unsent: impl Iterator<Item = (&'a ConversationId, &'a str)>) -> String {
        let unsent: Vec<Value> = unsent.map(|(id, words)| json!({ "id": id.as_str(), "words": words })).collect();
        let active = self.active.as_ref().map(ConversationId::as_str);
        write_stored(
            &json!({ "version": STORED_VERSION, "active": active, "draft": self.draft.as_str(), "unsent": unsent }),
        )
    }

    /// Reads the stored strip. `None` if it cannot be read.
    pub(crate) fn restore(&mut self, stored: &str) -> Option<Vec<StoredTab>> {
        let stored = read_stored(stored)?;
        let tabs = stored.get("tabs")?.as_array()?.iter().map(StoredTab::read).collect::<Option<Vec<StoredTab>>>()?;
        for tab in &tabs {
            self.open(tab.id.clone());
        }
        self.active = self.order.last().cloned();
        Some(tabs)
    }

    /// Reads what was stored of this window, and gives back the unsent words. `None` if it cannot be read.
    pub(crate) fn restore_window(&mut self, stored: &str) -> Option<Vec<(ConversationId, String)>> {
        let stored = read_stored(stored)?;
        let draft = read_id(&stored, "draft")?;
        self.active = read_id(&stored, "active").filter(|id| self.contains(id));
        if !self.contains(&draft) {
            self.draft = draft;
        }
        let words = |stored: &Value| Some((read_id(stored, "id")?, stored.get("words")?.as_str()?.to_owned()));
        let unsent = stored.get("unsent").and_then(Value::as_array);
        Some(unsent.into_iter().flatten().filter_map(words).collect())
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
        order.iter().for_each(|open| tabs.open(id(open)));
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
            tabs.close(&id(closed));
            assert_eq!(active(&tabs), expected, "close {closed} of {order:?}, looking at {looked_at}");
        }
    }

    #[test]
    fn opening_a_tab_does_not_move_the_focus() {
        let mut tabs = tabs(&["1"], Some("1"));
        tabs.open(id("2"));
        assert_eq!((tabs.order().len(), active(&tabs)), (2, Some("1")));
    }

    #[test]
    fn the_first_message_makes_the_draft_a_tab_and_leaves_a_fresh_draft() {
        let mut tabs = tabs(&["1"], None);
        assert_eq!(tabs.promote_draft(id("fresh")), id("draft"));
        assert_eq!((active(&tabs), tabs.draft()), (Some("draft"), &id("fresh")));
    }

    #[test]
    fn what_was_stored_comes_back_and_what_cannot_be_read_is_set_aside() {
        let before = tabs(&["1", "2"], Some("1"));
        let mut after = Tabs::new(id("other"));
        let restored = after.restore(&before.to_stored(|_| Some("A title".to_owned())));
        assert_eq!(restored.map(|tabs| tabs.len()), Some(2));
        let words = [(id("1"), "half a thou".to_owned())];
        let stored = before.window_to_stored(words.iter().map(|(id, words)| (id, words.as_str())));
        assert_eq!(after.restore_window(&stored), Some(words.to_vec()));
        assert_eq!(after, before);
        for corrupt in ["", "[]", "{\"version\":2,\"tabs\":[]}", "{\"version\":1}"] {
            assert_eq!(Tabs::new(id("d")).restore(corrupt), None, "{corrupt}");
        }
    }
}
