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
    /// A control sequence with letters in front that make it a private one.
    ControlPrivate,
    /// A command to the terminal; the ones for links are kept.
    Command,
    CommandEscape,
    /// Strings to a device, such as images.
    Device,
    DeviceEscape,
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
    pub(super) fn read(&mut self, char: char) -> Said {
        let state = self.state;
        self.state = match (state, char) {
            // Two control characters cancel whatever has begun, another escape begins anew.
            (_, '\u{18}' | '\u{1a}') => State::Text,
            (State::Command, '\u{1b}') => State::CommandEscape,
            (State::Device, '\u{1b}') => State::DeviceEscape,
            (_, '\u{1b}') => State::Escape,
            (State::CommandEscape, '\\') | (State::Command, '\u{7}' | '\u{9c}') => {
                self.obey();
                State::Text
            }
            (State::DeviceEscape, '\\') | (State::Device, '\u{9c}') => State::Text,
            (State::Device, _) => State::Device,
            (State::Escape | State::CommandEscape | State::DeviceEscape, '[') | (State::Text, '\u{9b}') => {
                self.parameters.clear();
                self.parameters.push((0, false));
                State::Control
            }
            (State::Escape | State::CommandEscape | State::DeviceEscape, ']') | (State::Text, '\u{9d}') => {
                self.command.clear();
                State::Command
            }
            (State::Escape | State::CommandEscape | State::DeviceEscape, 'P' | 'X' | '^' | '_')
            | (State::Text, '\u{90}' | '\u{98}' | '\u{9e}' | '\u{9f}') => State::Device,
            (State::Escape | State::CommandEscape | State::DeviceEscape, ' '..='/') => State::EscapeLetter,
            (State::Escape, 'c') => {
                let error = self.style.face.has(Face::ERROR);
                self.style = Style::default();
                self.style.face.set(Face::ERROR, error);
                State::Text
            }
            (State::EscapeLetter, ' '..='/') => State::EscapeLetter,
            (State::Escape | State::EscapeLetter | State::CommandEscape | State::DeviceEscape, ' '..='~') => {
                State::Text
            }
            (State::Control | State::ControlPrivate, ' '..='?') => self.parameter(char),
            (State::Control, '@'..='~') => {
                self.state = State::Text;
                return self.control(char);
            }
            (State::ControlPrivate, '@'..='~') => State::Text,
            (State::Command, ' '..) => {
                if self.command.len() <= LONGEST_LINK {
                    self.command.push(char);
                }
                State::Command
            }
            // A control character in the midst of a sequence, such as the end of the line: it was none.
            _ => {
                self.state = State::Text;
                return if char == '\r' { Said::Start } else { Said::Letter };
            }
        };
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
            let face = &mut self.style.face;
            match code {
                0 => {
                    let error = face.has(Face::ERROR);
                    self.style = Style { link: self.style.link.take(), ..Style::default() };
                    self.style.face.set(Face::ERROR, error);
                }
                1 => face.set(Face::BOLD, true),
                2 => face.set(Face::DIM, true),
                3 => face.set(Face::ITALIC, true),
                4 => face.set(Face::UNDERLINE, !matches!(arguments, [(0, _), ..])),
                7 => face.set(Face::INVERSE, true),
                9 => face.set(Face::STRIKE, true),
                21 => face.set(Face::UNDERLINE, true),
                22 => {
                    face.set(Face::BOLD, false);
                    face.set(Face::DIM, false);
                }
                23 => face.set(Face::ITALIC, false),
                24 => face.set(Face::UNDERLINE, false),
                27 => face.set(Face::INVERSE, false),
                29 => face.set(Face::STRIKE, false),
                30..=37 => self.style.text = Colour::Named(*code as u8 - 30),
                39 => self.style.text = Colour::Own,
                40..=47 => self.style.back = Colour::Named(*code as u8 - 40),
                49 => self.style.back = Colour::Own,
                90..=97 => self.style.text = Colour::Named(*code as u8 - 82),
                100..=107 => self.style.back = Colour::Named(*code as u8 - 92),
                // The third is the colour of an underline, which nobody would miss; its arguments must not be read as codes.
                38 | 48 | 58 => {
                    let (colour, used) = if joined > 0 { (chosen(arguments).0, 0) } else { chosen(rest) };
                    rest = &rest[used..];
                    match (code, colour) {
                        (38, Some(colour)) => self.style.text = colour,
                        (48, Some(colour)) => self.style.back = colour,
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }

    /// A command to the terminal has ended. `8;parameters;address` begins a link, without an address it ends one.
    fn obey(&mut self) {
        if let Some(link) = self.command.strip_prefix("8;") {
            let address = link.split_once(';').map_or("", |(_, address)| address);
            let allowed = ["http://", "https://"].iter().any(|scheme| {
                address.len() > scheme.len()
                    && address.as_bytes()[..scheme.len()].eq_ignore_ascii_case(scheme.as_bytes())
            });
            let plain = !address.contains(|char: char| char.is_control() || char.is_whitespace());
            self.style.link = (allowed && plain && self.command.len() <= LONGEST_LINK).then(|| Arc::from(address));
        }
        self.command.clear();
    }
}

/// The colour these parameters choose, and how many of them say so.
fn chosen(parameters: &[(u16, bool)]) -> (Option<Colour>, usize) {
    let rgb = |red: u16, green: u16, blue: u16| {
        let part = |part: u16| u8::try_from(part).ok();
        Some(Colour::Rgb(part(red)?, part(green)?, part(blue)?))
    };
    match *parameters {
        [(5, _), (number, _), ..] => (u8::try_from(number).ok().map(Colour::numbered), 2),
        // Joined by colons, there may be a colour space before the three.
        [(2, true), _, (red, _), (green, _), (blue, _), ..] | [(2, _), (red, _), (green, _), (blue, _), ..] => {
            (rgb(red, green, blue), 4)
        }
        _ => (None, parameters.len()),
    }
}
