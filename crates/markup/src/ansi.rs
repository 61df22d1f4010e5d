//! Terminal output as styled runs of text. Commands write for a terminal: colours, links and progress bars are escape
//! sequences between the words, and the pieces in which output streams cut them anywhere. A [`Terminal`] takes the pieces
//! and says after each what to show: runs to append, and whether the line that was open is to be shown anew.
//!
//! Promised: however the output is cut into pieces, the same is shown in the end; nothing of an escape sequence is ever
//! shown; a piece costs what it adds, and what is remembered between pieces is bounded. Not attempted: a screen. The cursor
//! moves within its line only, back to its start or by single backspaces; a program that paints its lines again from
//! further up shows them again further down.

mod escape;
mod style;

pub use style::{Colour, Face, Ground, Style};

use escape::{Escapes, Said};

/// An open line may be taken back letter by letter up to this many bytes; beyond, only as a whole.
const LONGEST_LINE: usize = 4096;

/// Where output was written to. The two have their own colours and escape sequences, but share the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stream {
    /// What the command says.
    Out,
    /// What it complains about; its runs have [`Face::ERROR`].
    Error,
}

/// Text that looks the same throughout. Lines end in `\n`, wherever in a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// The words, without escape sequences; of control characters, only `\n` and `\t`.
    pub text: String,
    /// How they look.
    pub style: Style,
}

/// What to show after a piece of output: first `rewrite`, then `runs`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Update {
    /// Everything shown after the last `\n` is to be taken away.
    pub rewrite: bool,
    /// What is to be appended. The first may look the same as what is shown last.
    pub runs: Vec<Run>,
}

impl Update {
    /// Applies what it says to what is shown.
    pub fn apply(self, shown: &mut Vec<Run>) {
        if self.rewrite {
            while let Some(run) = shown.last_mut() {
                let kept = run.text.rfind('\n').map_or(0, |end| end + 1);
                run.text.truncate(kept);
                if kept > 0 {
                    break;
                }
                shown.pop();
            }
        }
        for run in self.runs {
            append(shown, &run.text, &run.style);
        }
    }
}

/// Reads output as it streams.
#[derive(Debug, Default)]
pub struct Terminal {
    out: Escapes,
    error: Escapes,
    /// The open line, unless it is `long`.
    line: Vec<Run>,
    /// How many bytes `line` has.
    length: usize,
    /// How many bytes of the open line were announced by earlier updates. Not zero means that it began before the piece
    /// being read, so that all of `update` belongs to it.
    sent: usize,
    /// The open line has outgrown [`LONGEST_LINE`]: it goes straight to the update and is not remembered.
    long: bool,
    /// The cursor is at the start of the line: a newline ends the line as it is, anything else writes it anew.
    returned: bool,
    update: Update,
    /// Where the open line begins in the update: a number of runs, and how much of the last of them is before it.
    began: (usize, usize),
}

impl Terminal {
    /// A terminal on which nothing is written yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the next piece of a stream and says what to show.
    pub fn write(&mut self, stream: Stream, piece: &str) -> Update {
        let mut escapes = std::mem::take(match stream {
            Stream::Out => &mut self.out,
            Stream::Error => &mut self.error,
        });
        escapes.style.face.set(Face::ERROR, stream == Stream::Error);
        let mut rest = piece;
        while let Some(char) = rest.chars().next() {
            // Most of output is plain words, which need not be looked at letter by letter.
            let plain =
                if escapes.is_text() { rest.bytes().take_while(|byte| matches!(byte, b' '..=b'~')).count() } else { 0 };
            let (text, after) = rest.split_at(plain.max(char.len_utf8()));
            rest = after;
            if plain > 0 {
                self.words(text, &escapes.style);
                continue;
            }
            match escapes.read(char) {
                Said::Nothing => {}
                Said::Letter => self.letter(char, text, &escapes.style),
                Said::Start => self.returned = true,
                Said::Erase => self.clear_line(),
                // With the cursor at its start, nothing of the line is left; at its end, there is nothing to take.
                Said::EraseRest if self.returned => self.clear_line(),
                Said::EraseRest => {}
            }
        }
        *match stream {
            Stream::Out => &mut self.out,
            Stream::Error => &mut self.error,
        } = escapes;
        self.flush();
        self.sent = self.length;
        self.began = (0, 0);
        std::mem::take(&mut self.update)
    }

    fn letter(&mut self, char: char, text: &str, style: &Style) {
        match char {
            '\n' => {
                self.returned = false;
                self.put(text, style);
                self.flush();
                self.line.clear();
                self.length = 0;
                self.sent = 0;
                self.long = false;
                self.began = (self.update.runs.len(), self.update.runs.last().map_or(0, |run| run.text.len()));
            }
            '\u{8}' => self.take_back(),
            // A tab is whitespace to the page too; what else a control character means is not for a page.
            _ if char.is_control() && char != '\t' => {}
            _ => self.words(text, style),
        }
    }

    fn words(&mut self, text: &str, style: &Style) {
        if self.returned {
            self.clear_line();
        }
        self.put(text, style);
    }

    /// Writes a stretch of ASCII or a single other character.
    fn put(&mut self, mut text: &str, style: &Style) {
        if !self.long {
            // Letter by letter, so that what is remembered does not depend on how the output was cut.
            let room = (LONGEST_LINE + 1).saturating_sub(self.length);
            let near = if text.is_ascii() { room.min(text.len()) } else { text.len() * usize::from(room > 0) };
            let (near, far) = text.split_at(near);
            append(&mut self.line, near, style);
            self.length += near.len();
            if far.is_empty() {
                return;
            }
            self.flush();
            self.long = true;
            self.line.clear();
            text = far;
        }
        append(&mut self.update.runs, text, style);
        self.length += text.len();
    }

    /// Moves what was not announced of the open line into the update.
    fn flush(&mut self) {
        if self.long {
            return;
        }
        let mut known = self.sent;
        for run in &self.line {
            let skipped = known.min(run.text.len());
            known -= skipped;
            if skipped < run.text.len() {
                append(&mut self.update.runs, &run.text[skipped..], &run.style);
            }
        }
    }

    fn clear_line(&mut self) {
        self.returned = false;
        self.unsend();
        self.line.clear();
        self.length = 0;
        self.long = false;
    }

    /// Makes as if nothing of the open line had been announced.
    fn unsend(&mut self) {
        if self.sent > 0 {
            self.update.rewrite = true;
            self.sent = 0;
        }
        let (runs, length) = self.began;
        self.update.runs.truncate(runs);
        if let Some(run) = self.update.runs.last_mut() {
            run.text.truncate(length);
        }
    }

    /// Takes back one letter, as spinners do. Of a long line none: it is not remembered.
    fn take_back(&mut self) {
        if self.long || self.returned {
            return;
        }
        let Some(run) = self.line.last_mut() else { return };
        if let Some(char) = run.text.pop() {
            self.length -= char.len_utf8();
        }
        if run.text.is_empty() {
            self.line.pop();
        }
        if self.length < self.sent {
            self.unsend();
        }
    }
}

fn append(runs: &mut Vec<Run>, text: &str, style: &Style) {
    match runs.last_mut() {
        Some(run) if run.style == *style => run.text.push_str(text),
        _ if text.is_empty() => {}
        _ => runs.push(Run { text: text.to_owned(), style: style.clone() }),
    }
}

#[cfg(test)]
mod tests;
