//! Unconfirmed messages as a window stores them, so that a reload neither loses nor doubles one.
//!
//! Each window stores its own, under its own name, and no other ever sends them: only the window that sent a message may
//! look whether it arrived and send it again. A window that is gone for good leaves its messages behind; they are found by
//! the age of their last sign of life, and then shown as not sent, for a person to decide.

use super::{Outbox, Outgoing, SendState};
use crate::transcript::RowId;
use crate::{ConversationId, Millis};
use dispatch_contract::{ImageRef, ReasoningEffort};
use serde_json::{Value, json};

/// The version of the stored shape, `{ version, alive, items: [{ conversation, text, effort?, images?, cursor, earlier, sent, drops?,
/// failed }] }`.
/// Another version is set aside.
const STORED_VERSION: u64 = 1;

/// How often a window that has unconfirmed messages gives a sign of life, in milliseconds.
pub const ALIVE_EVERY: f64 = 30_000.0;
/// After so many milliseconds without one, it is gone. Timers of hidden windows run once a minute.
pub const GONE_AFTER: f64 = 150_000.0;

/// What a window stored.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredOutbox {
    pub(crate) alive: Millis,
    pub(crate) items: Vec<StoredItem>,
}

/// A message that a window stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredItem {
    pub(crate) conversation: ConversationId,
    pub(crate) text: String,
    effort: Option<String>,
    images: Vec<String>,
    cursor: u64,
    earlier: usize,
    sent: bool,
    drops: u32,
    failed: Option<String>,
}

impl StoredOutbox {
    /// The stored form.
    pub(crate) fn to_stored(&self) -> String {
        let item = |item: &StoredItem| {
            json!({
                "conversation": item.conversation.as_str(),
                "text": item.text,
                "effort": item.effort,
                "images": item.images,
                "cursor": item.cursor,
                "earlier": item.earlier,
                "sent": item.sent,
                "drops": item.drops,
                "failed": item.failed,
            })
        };
        let items: Vec<Value> = self.items.iter().map(item).collect();
        let stored = json!({ "version": STORED_VERSION, "alive": self.alive.whole(), "items": items });
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads it back. `None`: another version wrote it, or it is broken.
    pub(crate) fn from_stored(stored: &str) -> Option<Self> {
        let stored: Value = serde_json::from_str(stored).ok()?;
        if stored.get("version")?.as_u64() != Some(STORED_VERSION) {
            return None;
        }
        let items = stored.get("items")?.as_array()?.iter().map(StoredItem::read).collect::<Option<Vec<_>>>()?;
        Some(Self { alive: Millis(stored.get("alive")?.as_f64()?), items })
    }
}

impl StoredItem {
    fn read(stored: &Value) -> Option<Self> {
        Some(Self {
            conversation: ConversationId::from(stored.get("conversation")?.as_str()?),
            text: stored.get("text")?.as_str()?.to_owned(),
            images: stored
                .get("images")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            effort: stored.get("effort").and_then(Value::as_str).map(str::to_owned),
            cursor: stored.get("cursor")?.as_u64()?,
            earlier: usize::try_from(stored.get("earlier")?.as_u64()?).ok()?,
            sent: stored.get("sent")?.as_bool()?,
            drops: stored.get("drops").and_then(Value::as_u64).and_then(|drops| u32::try_from(drops).ok()).unwrap_or(0),
            failed: stored.get("failed")?.as_str().map(str::to_owned),
        })
    }

    /// A message as it is stored. `earlier` turns that opened with the same words before it was sent are not in history up
    /// to its cursor.
    pub(crate) fn of(conversation: &ConversationId, item: &Outgoing, earlier: usize) -> Self {
        let failed = match &item.state {
            SendState::Failed { reason } => Some(reason.clone()),
            SendState::Waiting | SendState::Sent | SendState::Stored | SendState::Doubted => None,
        };
        Self {
            conversation: conversation.clone(),
            text: item.text.clone(),
            images: stored_images(&item.images),
            effort: item.effort.as_ref().map(|effort| effort.as_str().to_owned()),
            cursor: item.cursor,
            earlier: item.earlier + earlier,
            sent: item.may_have_arrived || !matches!(item.state, SendState::Waiting | SendState::Failed { .. }),
            drops: item.drops,
            failed,
        }
    }
}

/// The pictures of a message, as far as a browser's storage has room for them: it has five megabytes for everything. A
/// message whose pictures are larger comes back without them.
fn stored_images(images: &[ImageRef]) -> Vec<String> {
    const ROOM: usize = 1_000_000;
    let length: usize = images.iter().map(|image| image.url.len()).sum();
    if length > ROOM { Vec::new() } else { images.iter().map(|image| image.url.clone()).collect() }
}

impl Outbox {
    /// Takes back what this window stored before it was reloaded. What was sent is doubted until history tells.
    pub(crate) fn resume(&mut self, row: RowId, stored: StoredItem) {
        let StoredItem { text, effort, images, cursor, earlier, sent, drops, failed, .. } = stored;
        let effort = effort.as_deref().map(ReasoningEffort::from);
        let images = images.into_iter().map(|url| ImageRef { url, mime_type: None }).collect();
        let state = match failed {
            Some(reason) => SendState::Failed { reason },
            None if sent => SendState::Doubted,
            None => SendState::Waiting,
        };
        let may_have_arrived = sent && matches!(state, SendState::Failed { .. });
        self.changed();
        self.items.push(Outgoing {
            row,
            text,
            effort,
            images,
            state,
            cursor,
            earlier,
            sent_at: None,
            may_have_arrived,
            drops,
        });
    }

    /// Takes over what a window left behind that is gone: it is for the person to send it again.
    pub(crate) fn adopt(&mut self, row: RowId, stored: StoredItem) {
        let sent = stored.sent;
        let failed = stored.failed.clone().or_else(|| Some("the window it was written in is gone".to_owned()));
        self.resume(row, StoredItem { failed, sent, ..stored });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_comes_back_and_anything_else_is_set_aside() {
        let item = |text: &str, sent, failed: Option<&str>| StoredItem {
            conversation: ConversationId::from("c"),
            text: text.to_owned(),
            effort: failed.map(str::to_owned),
            images: failed.map(str::to_owned).into_iter().collect(),
            cursor: 4,
            earlier: 1,
            sent,
            drops: u32::from(sent),
            failed: failed.map(str::to_owned),
        };
        let items = vec![item("one", true, None), item("two\n\"", false, Some("no"))];
        let stored = StoredOutbox { alive: Millis(7.0), items };
        assert_eq!(StoredOutbox::from_stored(&stored.to_stored()), Some(stored));
        for broken in ["", "{}", r#"{"version":2,"alive":1,"items":[]}"#, r#"{"version":1,"alive":1,"items":[{}]}"#] {
            assert_eq!(StoredOutbox::from_stored(broken), None, "{broken}");
        }
    }
}
