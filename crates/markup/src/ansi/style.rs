//! How words of a terminal look, in what a page can use: classes for what the theme decides, checked values for colours the
//! command chose itself.

use std::sync::Arc;

/// How a run looks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Style {
    /// Weight, slant and lines.
    pub face: Face,
    /// The colour of the letters, before [`Face::INVERSE`].
    pub text: Colour,
    /// The colour behind them, before [`Face::INVERSE`].
    pub back: Colour,
    /// Where the words lead: an `http` or `https` address, all of it visible ASCII as addresses are.
    pub link: Option<Arc<str>>,
}

/// Which of the two colours is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ground {
    /// That of the letters.
    Text,
    /// That behind them.
    Back,
}

/// A colour as the command asked for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Colour {
    /// None: the page's own.
    #[default]
    Own,
    /// One of the sixteen the theme has, 0 to 15: black, red, green, yellow, blue, magenta, cyan, white, and bright ones.
    Named(u8),
    /// Exactly this red, green and blue.
    Rgb(u8, u8, u8),
}

/// A set of ways to be set apart other than by colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Face(u8);

/// In the order of the bits; [`Face::INVERSE`] has none, since it is told by the colours.
const FACES: &str = "ansi-bold ansi-dim ansi-italic ansi-underline ansi-strike ansi-error";

impl Face {
    pub(super) const NONE: Self = Self(0);
    /// Heavier.
    pub const BOLD: Self = Self(1);
    /// Fainter.
    pub const DIM: Self = Self(2);
    /// Slanted.
    pub const ITALIC: Self = Self(4);
    /// With a line below, of whatever kind.
    pub const UNDERLINE: Self = Self(8);
    /// With a line through it.
    pub const STRIKE: Self = Self(16);
    /// Written to the stream for complaints.
    pub const ERROR: Self = Self(32);
    /// With the two colours swapped.
    pub const INVERSE: Self = Self(64);

    /// Whether all of `other` is in it.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) fn set(&mut self, other: Self, on: bool) {
        self.0 = if on { self.0 | other.0 } else { self.0 & !other.0 };
    }
}

impl Style {
    /// The classes that tell the page how it looks, with blanks between them; empty if it looks like any other text.
    ///
    /// Of `ansi-bold`, `ansi-dim`, `ansi-italic`, `ansi-underline`, `ansi-strike`, `ansi-error`; for a named colour
    /// `ansi-fg-` or `ansi-bg-` and its number in hexadecimal; for the page's own colours, swapped, `ansi-fg-own` (letters
    /// in the page's background) and `ansi-bg-own` (on the colour of its letters).
    pub fn class(&self) -> String {
        let mut class = String::new();
        for (bit, name) in FACES.split(' ').enumerate() {
            if self.face.0 >> bit & 1 == 1 {
                class.push_str(name);
                class.push(' ');
            }
        }
        for ground in [Ground::Text, Ground::Back] {
            let name = match self.colour(ground) {
                Colour::Named(number) => &"0123456789abcdef"[usize::from(number & 15)..][..1],
                Colour::Own if self.face.has(Face::INVERSE) => "own",
                Colour::Own | Colour::Rgb(..) => continue,
            };
            class.push_str(if ground == Ground::Text { "ansi-fg-" } else { "ansi-bg-" });
            class.push_str(name);
            class.push(' ');
        }
        class.pop();
        class
    }

    /// The colour to show, after [`Face::INVERSE`].
    pub fn colour(&self, ground: Ground) -> Colour {
        if (ground == Ground::Text) == self.face.has(Face::INVERSE) { self.back } else { self.text }
    }
}

impl Colour {
    /// `#rrggbb` for a colour that no class names.
    pub fn value(self) -> Option<String> {
        let Self::Rgb(red, green, blue) = self else { return None };
        let mut value = String::with_capacity(7);
        value.push('#');
        for part in [red, green, blue] {
            for digit in [part >> 4, part & 15] {
                value.push(char::from(digit + if digit < 10 { b'0' } else { b'a' - 10 }));
            }
        }
        Some(value)
    }

    /// The colour of this number among 256: the theme's sixteen, a cube of six steps a side, and a ladder of greys.
    pub(super) fn numbered(number: u8) -> Self {
        let step = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
        match number {
            0..=15 => Self::Named(number),
            16..=231 => {
                let number = number - 16;
                Self::Rgb(step(number / 36), step(number / 6 % 6), step(number % 6))
            }
            232..=255 => {
                let grey = 8 + 10 * (number - 232);
                Self::Rgb(grey, grey, grey)
            }
        }
    }
}
