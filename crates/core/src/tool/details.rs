//! What an opened card shows. Everything is borrowed: a result may be megabytes long, and is looked at whenever the tool
//! prints another line.

use super::{COMMAND, CONTENT, DESCRIPTION, EDITS, NEW, OLD, PATCH, PATH, ToolKind};
use super::{command, is_patch, kind_of, member, pairs, patch, path};
use crate::transcript::OutputPiece;
use serde_json::Value;
use std::borrow::Cow;

/// At first a body shows no more lines than this,
const FIRST_LINES: usize = 200;

/// and no more bytes.
const FIRST_BYTES: usize = 20_000;

/// What an opened card shows. Only what is asked for is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Details<'a> {
    /// The tool and its input.
    pub(crate) call: Option<(&'a str, &'a Value)>,
    /// What it printed while it ran. Only ever grows at its end.
    pub output: &'a [OutputPiece],
    /// What it answered, and whether it failed.
    pub(crate) answer: Option<(&'a str, bool)>,
}

impl<'a> Details<'a> {
    /// Which of its parts there are: input, output, result.
    pub fn parts(&self) -> [bool; 3] {
        let is_asked = self.call.is_some_and(|(_, input)| is_something(input));
        [is_asked, !self.output.is_empty(), self.answer.is_some_and(|(content, _)| !content.trim().is_empty())]
    }

    /// What the tool was asked: what matters first, then what is left of the input.
    pub fn input(&self) -> Vec<Body<'a>> {
        self.call.map(|(name, input)| Body::of_input(name, input)).unwrap_or_default()
    }

    /// What it answered, if that is anything.
    pub fn result(&self) -> Option<Body<'a>> {
        let (content, is_error) = self.answer?;
        Body::of_result(self.call, content, is_error)
    }
}

fn is_something(input: &Value) -> bool {
    !input.is_null() && input.as_object().is_none_or(|members| !members.is_empty())
}

/// A text of a card, and what it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Body<'a> {
    /// JSON.
    Json(Cow<'a, str>),
    /// A file, or a part of one.
    Code {
        /// Its name, which tells the language.
        file: &'a str,
        /// What stands in it.
        words: Cow<'a, str>,
    },
    /// Texts of a file and what replaces them.
    Edit {
        /// The file's name.
        file: &'a str,
        /// Old and new, in the order in which they are replaced.
        pairs: Vec<(&'a str, &'a str)>,
    },
    /// A patch, in whichever of its dialects.
    Patch(&'a str),
    /// What a search found, or a list of files.
    Matches(&'a str),
    /// What a terminal would show, colours included.
    Terminal(&'a str),
    /// Why it failed. May have colours too.
    Failure(&'a str),
}

impl<'a> Body<'a> {
    /// What it is, in a word for the style sheet.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Json(_) => "json",
            Self::Code { .. } => "code",
            Self::Edit { .. } | Self::Patch(_) => "diff",
            Self::Matches(_) => "matches",
            Self::Terminal(_) => "terminal",
            Self::Failure(_) => "failure",
        }
    }

    /// It as plain words: what was removed and added has a sign before each line.
    pub fn words(&self) -> Cow<'_, str> {
        match self {
            Self::Json(words) | Self::Code { words, .. } => Cow::Borrowed(words),
            Self::Patch(words) | Self::Matches(words) | Self::Terminal(words) | Self::Failure(words) => {
                Cow::Borrowed(words)
            }
            Self::Edit { pairs, .. } => {
                let mut told = String::new();
                let mut tell = |sign: &str, text: &str| {
                    for line in text.lines() {
                        told.push_str(sign);
                        told.push_str(line);
                        told.push('\n');
                    }
                };
                for (old, new) in pairs {
                    tell("- ", old);
                    tell("+ ", new);
                }
                Cow::Owned(told)
            }
        }
    }

    /// The input of a call.
    pub(super) fn of_input(name: &str, input: &'a Value) -> Vec<Self> {
        let file = path(input).unwrap_or_default();
        let (main, told): (Option<Self>, &[&[&str]]) = match kind_of(name, input) {
            ToolKind::Run => (command(input).map(|words| Self::Code { file: "sh", words }), &[COMMAND, &[DESCRIPTION]]),
            ToolKind::Write => (
                member(input, CONTENT).map(|words| Self::Code { file, words: Cow::Borrowed(words) }),
                &[CONTENT, PATH, &["command"]],
            ),
            ToolKind::Edit => match patch(input) {
                Some(patch) => (Some(Self::Patch(patch)), &[PATCH, PATH]),
                None => {
                    let pairs: Vec<_> = pairs(input).collect();
                    let main = (!pairs.is_empty()).then_some(Self::Edit { file, pairs });
                    (main, &[OLD, NEW, PATH, &[EDITS, "command"]])
                }
            },
            ToolKind::Read | ToolKind::List | ToolKind::Search | ToolKind::Fetch | ToolKind::Unknown => (None, &[]),
        };
        let rest = match (&main, input) {
            (None, _) => Some(Cow::Borrowed(input)),
            (Some(_), Value::Object(members)) => {
                let is_left = |name: &str| !told.iter().any(|names| names.contains(&name));
                let left = members.iter().filter(|(name, _)| is_left(name));
                Some(Cow::Owned(Value::Object(left.map(|(name, value)| (name.clone(), value.clone())).collect())))
            }
            (Some(_), _) => None,
        };
        let rest = rest.filter(|rest| is_something(rest)).and_then(|rest| serde_json::to_string_pretty(&rest).ok());
        main.into_iter().chain(rest.map(|rest| Self::Json(Cow::Owned(rest)))).collect()
    }

    /// The result of a call, or of one that nobody knows.
    pub(super) fn of_result(call: Option<(&str, &'a Value)>, content: &'a str, is_error: bool) -> Option<Self> {
        let (kind, file) = call.map_or((ToolKind::Unknown, None), |(name, input)| (kind_of(name, input), path(input)));
        let text = content.trim();
        let is_json = |text: &str| {
            (text.starts_with('{') && text.ends_with('}')) || (text.starts_with('[') && text.ends_with(']'))
        };
        Some(match (kind, file) {
            _ if text.is_empty() => return None,
            _ if is_error => Self::Failure(content),
            (ToolKind::Read, Some(file)) => Self::Code { file, words: Cow::Borrowed(content) },
            _ if is_patch(content) => Self::Patch(content),
            _ if is_json(text) => Self::Json(Cow::Borrowed(content)),
            (ToolKind::Search | ToolKind::List, _) => Self::Matches(content),
            _ => Self::Terminal(content),
        })
    }
}

/// What a body shows of a text at first: whole lines, unless the first is too long.
pub fn beginning(text: &str) -> &str {
    let end = text.floor_char_boundary(FIRST_BYTES);
    let shown = match text.match_indices('\n').nth(FIRST_LINES - 1) {
        Some((at, _)) if at < end => &text[..=at],
        _ if end < text.len() => text[..end].rfind('\n').map_or(&text[..end], |at| &text[..=at]),
        _ => text,
    };
    // A remainder of nothing is not worth a button.
    if text[shown.len()..].trim().is_empty() { text } else { shown }
}

/// From where on what a tool printed is shown at first: its end is what matters. Counted in bytes over all pieces.
pub fn end_start(output: &[OutputPiece]) -> usize {
    let length: usize = output.iter().map(|piece| piece.data.len()).sum();
    if length <= FIRST_BYTES {
        return 0;
    }
    let mut start = length - FIRST_BYTES;
    let mut before = 0;
    for piece in output {
        let inside = start.saturating_sub(before);
        if inside < piece.data.len() {
            let from = piece.data.ceil_char_boundary(inside);
            start = before + piece.data[from..].find('\n').map_or(from, |at| from + at + 1);
            break;
        }
        before += piece.data.len();
    }
    start
}

/// A size for people: `20 KB`, `1.2 MB`.
pub fn size_in_words(bytes: usize) -> String {
    if bytes < 999_500 {
        return format!("{} KB", bytes.div_ceil(1000));
    }
    let tenths = (bytes + 50_000) / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}
