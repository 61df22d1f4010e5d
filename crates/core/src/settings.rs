//! What the person chose for every window of the console on this device.

use crate::sync::{CHAT_LIMITS, DEFAULT_CHAT_LIMIT};
use serde_json::{Value, json};

/// The version of the stored shape, `{ version, chatLimit, askedToPersist }`. Another version is set aside.
const STORED_VERSION: u64 = 1;

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How many pieces of a conversation are kept loaded.
    pub chat_limit: u64,
    /// The browser was asked to keep what this device keeps. Some ask the person, who must not be asked twice.
    pub asked_to_persist: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { chat_limit: DEFAULT_CHAT_LIMIT, asked_to_persist: false }
    }
}

impl Settings {
    /// A limit that may be chosen, nearest to the one that was asked for.
    pub fn nearest_limit(asked: u64) -> u64 {
        asked.clamp(*CHAT_LIMITS.start(), *CHAT_LIMITS.end())
    }

    /// The stored form.
    pub(crate) fn to_stored(&self) -> String {
        let (limit, asked) = (self.chat_limit, self.asked_to_persist);
        let stored = json!({ "version": STORED_VERSION, "chatLimit": limit, "askedToPersist": asked });
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads what was stored. `None`: another version wrote it, or it is broken. What is missing is as it is at first.
    pub(crate) fn from_stored(stored: &str) -> Option<Self> {
        let stored: Value = serde_json::from_str(stored).ok()?;
        if stored.get("version")?.as_u64() != Some(STORED_VERSION) {
            return None;
        }
        let limit = stored.get("chatLimit").and_then(Value::as_u64).unwrap_or(DEFAULT_CHAT_LIMIT);
        let asked_to_persist = stored.get("askedToPersist").and_then(Value::as_bool).unwrap_or_default();
        Some(Self { chat_limit: Self::nearest_limit(limit), asked_to_persist })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_back_and_anything_else_is_set_aside() {
        let settings = Settings { chat_limit: 400, asked_to_persist: true };
        assert_eq!(Settings::from_stored(&settings.to_stored()), Some(settings));
        assert_eq!(Settings::from_stored(r#"{"version":1}"#), Some(Settings::default()));
        assert_eq!(
            Settings::from_stored(r#"{"version":1,"chatLimit":3}"#),
            Some(Settings { chat_limit: 10, ..Settings::default() })
        );
        for text in ["", "[]", r#"{"version":2}"#, r#"{"chatLimit":10}"#] {
            assert_eq!(Settings::from_stored(text), None, "{text}");
        }
    }
}
