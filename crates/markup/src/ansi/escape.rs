//! Escape sequences, letter by letter, so that it does not matter where output is cut. Of the hundreds that exist, those
//! that colour, link and go back in the line mean something here; the others are recognised so that none of them is shown.

use super::style::{Colour, Face, Style};
use std::sync::Arc;

/// More parameters than any sequence has; those beyond are dropped.
const MOST_PARAMETERS: usize = 32;

/// Longer addresses are no links.
const LONGEST_LINK: usize = 2048;

/// What a letter meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Said {
    /// It is part of an escape sequence.
    Nothing,
    /// It is text, or a control character.
    Letter,
    /// To the start of the line.
    Start,
    /// The line is erased.
    Erase,
    /// The line is erased from the cursor on.
    EraseRest,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum State {
    #[default]
    Text,
    Escape,
    /// An escape sequence of three letters has one to come.
    EscapeLetter,
    Control,
    /// A control sequence with signs in it that make it a private one.
    ControlPrivate,
    /// A command to the terminal; those for links mean something.
    Command,
    /// Strings to a device, such as images.
    Device,
}

/// One stream's place in a sequence, and the style it has set.
#[derive(Debug, Default)]
pub(super) struct Escapes {
    pub(super) style: Style,
    state: State,
    /// Each with whether a colon joins it to the one before.
    parameters: Vec<(u16, bool)>,
    command: String,
}

impl Escapes {
    /// Whether no sequence has begun.
    pub(super) fn is_text(&self) -> bool {
        self.state == State::Text
    }

    pub(super) fn read(&mut self, char: char) -> Said {
        let (state, char) = match char {
            // These are short for an escape and a letter.
            '\u{80}'..='\u{9f}' if self.state == State::Text => (State::Escape, char::from(char as u8 - 0x40)),
            _ => (self.state, char),
        };
        self.state = match (state, char) {
            // Two control characters cancel whatever has begun. Another escape begins anew; it also is the first half of
            // what ends a command, of which the second means nothing by itself.
            (_, '\u{18}' | '\u{1a}') => State::Text,
            (_, '\u{1b}') => {
                self.obey();
                State::Escape
            }
            (State::Command, '\u{7}' | '\u{9c}') => {
                self.obey();
                State::Text
            }
            (State::Device, '\u{9c}') => State::Text,
            (State::Device, _) => State::Device,
            (State::Escape, '[') => {
                self.parameters.clear();
                self.parameters.push((0, false));
                State::Control
            }
            (State::Escape, ']') => State::Command,
            (State::Escape, 'P' | 'X' | '^' | '_') => State::Device,
            (State::Escape, 'c') => {
                self.plain();
                self.style.link = None;
                State::Text
            }
            (State::Escape | State::EscapeLetter, ' '..='/') => State::EscapeLetter,
            (State::Escape | State::EscapeLetter, ' '..='~') => State::Text,
            (State::Control | State::ControlPrivate, ' '..='?') => self.parameter(char),
            (State::ControlPrivate, '@'..='~') => State::Text,
            (State::Control, '@'..='~') => {
                self.state = State::Text;
                return self.control(char);
            }
            (State::Command, ' '..) => {
                if self.command.len() <= LONGEST_LINK {
                    self.command.push(char);
                }
                State::Command
            }
            // A control character in the midst of a sequence, such as the end of the line: it was none.
            _ => {
                self.state = State::Text;
                self.command.clear();
                return if char == '\r' { Said::Start } else { Said::Letter };
            }
        };
        if self.state == State::Text {
            self.command.clear();
        }
        Said::Nothing
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.command.capacity() + self.parameters.capacity() * size_of::<(u16, bool)>()
    }

    fn parameter(&mut self, char: char) -> State {
        match char {
            '0'..='9' => {
                if let Some((number, _)) = self.parameters.last_mut() {
                    *number = number.saturating_mul(10).saturating_add(char as u16 - '0' as u16);
                }
            }
            ';' | ':' => {
                if self.parameters.len() < MOST_PARAMETERS {
                    self.parameters.push((0, char == ':'));
                } else if let Some((number, _)) = self.parameters.last_mut() {
                    *number = 0;
                }
            }
            _ => return State::ControlPrivate,
        }
        self.state
    }

    /// A control sequence has ended with this letter.
    fn control(&mut self, end: char) -> Said {
        let first = self.parameters.first().map_or(0, |(number, _)| *number);
        match (end, first) {
            ('m', _) => self.restyle(),
            ('G' | '`', 0 | 1) => return Said::Start,
            ('K', 0) => return Said::EraseRest,
            ('K', _) => return Said::Erase,
            _ => {}
        }
        Said::Nothing
    }

    fn restyle(&mut self) {
        let parameters = std::mem::take(&mut self.parameters);
        let mut rest = parameters.as_slice();
        while let [(code, _), tail @ ..] = rest {
            let joined = tail.iter().take_while(|(_, joined)| *joined).count();
            let (arguments, after) = tail.split_at(joined);
            rest = after;
            // What 1 to 9 switch on, and 21 to 29 off; 21 is another kind of line below.
            const ON: [Face; 9] = {
                const NONE: Face = Face::NONE;
                [Face::BOLD, Face::DIM, Face::ITALIC, Face::UNDERLINE, NONE, NONE, Face::INVERSE, NONE, Face::STRIKE]
            };
            let code = *code;
            let digit = code % 10;
            let ground = if code / 10 % 2 == 1 { &mut self.style.text } else { &mut self.style.back };
            match code {
                0 => self.plain(),
                21 => self.style.face.set(Face::UNDERLINE, true),
                22 => {
                    self.style.face.set(Face::BOLD, false);
                    self.style.face.set(Face::DIM, false);
                }
                1..=9 | 23..=29 => {
                    let on = code < 10 && !matches!((code, arguments), (4, [(0, _), ..]));
                    self.style.face.set(ON[usize::from(digit) - 1], on);
                }
                // The third is the colour of an underline, which nobody would miss; its arguments must not be read as codes.
                38 | 48 | 58 => {
                    let (colour, used) = if joined > 0 { (chosen(arguments), 0) } else { (chosen(rest), used(rest)) };
                    rest = &rest[used..];
                    if let Some(colour) = colour.filter(|_| code != 58) {
                        *ground = colour;
                    }
                }
                39 | 49 => *ground = Colour::Own,
                30..=49 => *ground = Colour::Named(digit as u8),
                90..=97 | 100..=107 => *ground = Colour::Named(digit as u8 + 8),
                _ => {}
            }
        }
    }

    /// As at the beginning, but for the link, which is not a matter of style to a terminal.
    fn plain(&mut self) {
        let style = &mut self.style;
        let error = style.face.has(Face::ERROR);
        style.face = Face::default();
        style.face.set(Face::ERROR, error);
        style.text = Colour::Own;
        style.back = Colour::Own;
    }

    /// A command to the terminal has ended. `8;parameters;address` begins a link, without an address it ends one.
    fn obey(&mut self) {
        if let Some(link) = self.command.strip_prefix("8;") {
            let address = link.split_once(';').map_or("", |(_, address)| address);
            let starts = |scheme: &str| {
                let start = address.as_bytes().get(..scheme.len());
                start.is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes())) && address.len() > scheme.len()
            };
            let allowed = (starts("http://") || starts("https://"))
                && address.bytes().all(|byte| byte.is_ascii_graphic())
                && self.command.len() <= LONGEST_LINK;
            self.style.link = allowed.then(|| Arc::from(address));
        }
        self.command.clear();
    }
}

/// The colour these parameters choose.
fn chosen(parameters: &[(u16, bool)]) -> Option<Colour> {
    let part = |part: u16| u8::try_from(part).ok();
    match *parameters {
        [(5, _), (number, _), ..] => part(number).map(Colour::numbered),
        // Joined by colons, there may be a colour space before the three.
        [(2, true), _, (red, _), (green, _), (blue, _), ..] | [(2, _), (red, _), (green, _), (blue, _), ..] => {
            Some(Colour::Rgb(part(red)?, part(green)?, part(blue)?))
        }
        _ => None,
    }
}

/// How many of these parameters choose a colour.
fn used(parameters: &[(u16, bool)]) -> usize {
    let wanted = match parameters.first() {
        Some((5, _)) => 2,
        Some((2, _)) => 4,
        _ => parameters.len(),
    };
    wanted.min(parameters.len())
}
