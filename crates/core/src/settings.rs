//! What the person chose for every window of the console on this device.

use crate::address::{GivenAddresses, is_address};
use crate::shortcut::Shortcuts;
use crate::sync::{CHAT_LIMITS, DEFAULT_CHAT_LIMIT};
use serde_json::{Map, Value, json};

/// The version of the stored shape, `{ version, chatLimit, askedToPersist, look: { name: value }, notifies, http, ws,
/// keys: { command: keys } }`. Another version is set aside.
const STORED_VERSION: u64 = 1;

/// How the page looks, one matter each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Light or dark.
    Theme,
    /// How close things stand.
    Density,
    /// Whether things move.
    Motion,
}

impl Look {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Theme, Self::Density, Self::Motion];

    /// Its name, which a person sees.
    pub fn name(self) -> &'static str {
        match self {
            Self::Theme => "Theme",
            Self::Density => "Density",
            Self::Motion => "Motion",
        }
    }

    /// What it is stored as, and the attribute `data-…` of the page.
    pub fn key(self) -> &'static str {
        match self {
            Self::Theme => "theme",
            Self::Density => "density",
            Self::Motion => "motion",
        }
    }

    /// What can be chosen, each with the words for it. The first is what nobody chose.
    pub fn options(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Theme => &[("system", "As the system"), ("light", "Light"), ("dark", "Dark")],
            Self::Density => &[("comfortable", "Comfortable"), ("compact", "Compact")],
            Self::Motion => &[("system", "As the system"), ("reduced", "Reduced")],
        }
    }
}

/// The settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How many pieces of a conversation are kept loaded.
    pub chat_limit: u64,
    /// The browser was asked to keep what this device keeps. Some ask the person, who must not be asked twice.
    pub asked_to_persist: bool,
    /// Which option of each look was chosen, by its place.
    looks: [u8; Look::ALL.len()],
    /// Whether the system tells of turns that end while nobody looks.
    pub notifies: bool,
    /// Where the person says the backend is.
    pub addresses: GivenAddresses,
    /// The keys that the person chose.
    pub shortcuts: Shortcuts,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            chat_limit: DEFAULT_CHAT_LIMIT,
            asked_to_persist: false,
            looks: [0; Look::ALL.len()],
            notifies: false,
            addresses: GivenAddresses::default(),
            shortcuts: Shortcuts::default(),
        }
    }
}

impl Settings {
    /// A limit that may be chosen, nearest to the one that was asked for.
    pub fn nearest_limit(asked: u64) -> u64 {
        asked.clamp(*CHAT_LIMITS.start(), *CHAT_LIMITS.end())
    }

    /// What was chosen of a look.
    pub fn look(&self, look: Look) -> &'static str {
        let options = look.options();
        options.get(usize::from(self.looks[look as usize])).unwrap_or(&options[0]).0
    }

    /// Chooses; what is no option changes nothing.
    pub(crate) fn choose_look(&mut self, look: Look, chosen: &str) {
        if let Some(place) = look.options().iter().position(|(value, _)| *value == chosen) {
            self.looks[look as usize] = place as u8;
        }
    }

    /// The stored form.
    pub(crate) fn to_stored(&self) -> String {
        let looks = Look::ALL.map(|look| (look.key().to_owned(), Value::from(self.look(look))));
        let stored = json!({
            "version": STORED_VERSION,
            "chatLimit": self.chat_limit,
            "askedToPersist": self.asked_to_persist,
            "look": Map::from_iter(looks),
            "notifies": self.notifies,
            "http": self.addresses.http,
            "ws": self.addresses.ws,
            "keys": self.shortcuts.to_stored(),
        });
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads what was stored. `None`: another version wrote it, or it is broken. What is missing, or makes no sense, is as it
    /// is at first.
    pub fn from_stored(stored: &str) -> Option<Self> {
        let stored: Value = serde_json::from_str(stored).ok()?;
        if stored.get("version")?.as_u64() != Some(STORED_VERSION) {
            return None;
        }
        let flag = |name: &str| stored.get(name).and_then(Value::as_bool).unwrap_or_default();
        let address = |name: &str, schemes| {
            let given = stored.get(name).and_then(Value::as_str).unwrap_or_default();
            if is_address(given, schemes) { given.to_owned() } else { String::new() }
        };
        let mut settings = Self {
            chat_limit: Self::nearest_limit(
                stored.get("chatLimit").and_then(Value::as_u64).unwrap_or(DEFAULT_CHAT_LIMIT),
            ),
            asked_to_persist: flag("askedToPersist"),
            notifies: flag("notifies"),
            addresses: GivenAddresses {
                http: address("http", GivenAddresses::HTTP),
                ws: address("ws", GivenAddresses::WS),
            },
            shortcuts: stored.get("keys").map(Shortcuts::from_stored).unwrap_or_default(),
            ..Self::default()
        };
        for look in Look::ALL {
            let chosen = stored.get("look").and_then(|looks| looks.get(look.key())?.as_str());
            settings.choose_look(look, chosen.unwrap_or_default());
        }
        Some(settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shortcut::Command;

    #[test]
    fn settings_are_read_back_and_anything_else_is_set_aside() {
        let mut settings = Settings { chat_limit: 400, asked_to_persist: true, notifies: true, ..Settings::default() };
        settings.choose_look(Look::Theme, "dark");
        settings.choose_look(Look::Motion, "reduced");
        settings.choose_look(Look::Density, "roomy");
        settings.addresses.http = "http://box:1".to_owned();
        settings.shortcuts.choose(Command::Find, "Ctrl+Shift+F");
        assert_eq!((settings.look(Look::Theme), settings.look(Look::Density)), ("dark", "comfortable"));
        assert_eq!(Settings::from_stored(&settings.to_stored()), Some(settings));
        assert_eq!(Settings::from_stored(r#"{"version":1}"#), Some(Settings::default()));
        assert_eq!(
            Settings::from_stored(r#"{"version":1,"chatLimit":3}"#),
            Some(Settings { chat_limit: 10, ..Settings::default() })
        );
        let odd =
            r#"{"version":1,"look":{"theme":7,"density":"x"},"notifies":"yes","http":"javascript:alert(1)","keys":[]}"#;
        assert_eq!(Settings::from_stored(odd), Some(Settings::default()));
        for text in ["", "[]", r#"{"version":2}"#, r#"{"chatLimit":10}"#] {
            assert_eq!(Settings::from_stored(text), None, "{text}");
        }
    }
}
