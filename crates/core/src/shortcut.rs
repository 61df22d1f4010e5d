//! Keys that work anywhere on the page. They are told by the place of a key, not by what it types, and chosen so that
//! neither a browser nor a text field wants them.

/// What a shortcut does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Looks at the tab after the one that is looked at; after the last comes the first.
    NextTab,
    /// Looks at the tab before it; before the first comes the last.
    PreviousTab,
    /// Begins a new conversation.
    NewConversation,
    /// Closes the tab that is looked at.
    CloseTab,
    /// Goes to where the next turn begins.
    NextTurn,
    /// Goes to where this turn begins, or the one before it.
    PreviousTurn,
    /// Finds words in the conversation.
    Find,
}

/// A pressed key with what is held beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keys<'a> {
    /// The key's place, as browsers name it: `KeyN`, `PageUp`.
    pub code: &'a str,
    /// Alt, or Option.
    pub alt: bool,
    /// Control.
    pub ctrl: bool,
    /// Command, or the Windows key.
    pub meta: bool,
    /// Shift.
    pub shift: bool,
}

/// The shortcuts: with Alt always, with Shift where it says so. The texts are for `aria-keyshortcuts` and for people.
const ALL: [(Command, &str, bool, &str); 7] = [
    (Command::NextTab, "PageDown", false, "Alt+PageDown"),
    (Command::PreviousTab, "PageUp", false, "Alt+PageUp"),
    (Command::NewConversation, "KeyN", true, "Alt+Shift+N"),
    (Command::CloseTab, "KeyW", true, "Alt+Shift+W"),
    (Command::NextTurn, "KeyJ", true, "Alt+Shift+J"),
    (Command::PreviousTurn, "KeyK", true, "Alt+Shift+K"),
    (Command::Find, "KeyF", true, "Alt+Shift+F"),
];

impl Command {
    /// What these keys mean, if anything.
    pub fn of(keys: Keys<'_>) -> Option<Self> {
        let is_meant = |(_, code, shift, _): &&(Self, &str, bool, &str)| {
            keys.alt && !keys.ctrl && !keys.meta && keys.shift == *shift && keys.code == *code
        };
        ALL.iter().find(is_meant).map(|(command, ..)| *command)
    }

    /// Its keys, as they are written.
    pub fn keys(self) -> &'static str {
        ALL.iter().find(|(command, ..)| *command == self).map_or("", |(_, _, _, keys)| keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_shortcut_is_one() {
        let alt = |code| Keys { code, alt: true, ..Keys::default() };
        assert_eq!(Command::of(alt("PageDown")), Some(Command::NextTab));
        assert_eq!(Command::of(alt("PageUp")), Some(Command::PreviousTab));
        assert_eq!(Command::of(Keys { shift: true, ..alt("KeyN") }), Some(Command::NewConversation));
        assert_eq!(Command::of(Keys { shift: true, ..alt("KeyW") }), Some(Command::CloseTab));
        let others = [
            alt("KeyN"),
            Keys { alt: false, ..alt("PageDown") },
            Keys { ctrl: true, ..alt("PageDown") },
            Keys { meta: true, ..alt("PageDown") },
            Keys { shift: true, ..alt("PageDown") },
            alt("KeyX"),
        ];
        for keys in others {
            assert_eq!(Command::of(keys), None, "{keys:?}");
        }
        assert_eq!(Command::CloseTab.keys(), "Alt+Shift+W");
    }
}
