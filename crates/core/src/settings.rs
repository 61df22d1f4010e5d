//! What the person chose for every window of the console on this device.

use crate::sync::{CHAT_LIMITS, DEFAULT_CHAT_LIMIT};
use serde_json::{Value, json};

/// The version of the stored shape, `{ version, chatLimit }`. Another version is set aside.
const STORED_VERSION: u64 = 1;

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How many pieces of a conversation are kept loaded.
    pub chat_limit: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { chat_limit: DEFAULT_CHAT_LIMIT }
    }
}

impl Settings {
    /// A limit that may be chosen, nearest to the one that was asked for.
    pub fn nearest_limit(asked: u64) -> u64 {
        asked.clamp(*CHAT_LIMITS.start(), *CHAT_LIMITS.end())
    }

    /// The stored form.
    pub(crate) fn to_stored(&self) -> String {
        serde_json::to_string(&json!({ "version": STORED_VERSION, "chatLimit": self.chat_limit })).unwrap_or_default()
    }

    /// Reads what was stored. `None`: another version wrote it, or it is broken. What is missing is as it is at first.
    pub(crate) fn from_stored(stored: &str) -> Option<Self> {
        let stored: Value = serde_json::from_str(stored).ok()?;
        if stored.get("version")?.as_u64() != Some(STORED_VERSION) {
            return None;
        }
        let limit = stored.get("chatLimit").and_then(Value::as_u64).unwrap_or(DEFAULT_CHAT_LIMIT);
        Some(Self { chat_limit: Self::nearest_limit(limit) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_back_and_anything_else_is_set_aside() {
        let settings = Settings { chat_limit: 400 };
        assert_eq!(Settings::from_stored(&settings.to_stored()), Some(settings));
        assert_eq!(Settings::from_stored(r#"{"version":1}"#), Some(Settings::default()));
        assert_eq!(Settings::from_stored(r#"{"version":1,"chatLimit":3}"#), Some(Settings { chat_limit: 10 }));
        for text in ["", "[]", r#"{"version":2}"#, r#"{"chatLimit":10}"#] {
            assert_eq!(Settings::from_stored(text), None, "{text}");
        }
    }
}
