//! Elements in the midst of code, as React writes them.

use super::{DEEPEST, Frame, Painter};
use crate::code::{
    Kind,
    tags::{self, Tag},
};

impl Painter<'_, '_> {
    /// The beginning of an element, unless `<` is something else here.
    pub(super) fn element(&mut self) -> bool {
        let at = self.scanner.at;
        let end = self.scanner.words(at + 1, tags::NAME);
        let next = self.scanner.byte(end);
        let named = self.byte(1).is_ascii_alphabetic() && next != b',' || end == at + 1 && next == b'>';
        if !named || self.frames.len() >= DEEPEST {
            return false;
        }
        let tag = tags::open(self.scanner);
        self.frames.push(Frame::Tag(tag));
        true
    }

    pub(super) fn tag(&mut self, tag: Tag) {
        if self.byte(0) == b'{' {
            self.take(Kind::Plain, 1);
            if self.frames.len() < DEEPEST {
                self.frames.push(Frame::Code { close: b'}', depth: 0 });
            }
            self.value = false;
            return;
        }
        let Some(ended) = tags::within(self.scanner) else { return };
        self.frames.pop();
        self.value = true;
        if tag == Tag::Close {
            self.frames.pop();
        } else if ended == tags::Ended::Open {
            self.frames.push(Frame::Content);
        }
    }

    pub(super) fn content(&mut self) {
        let end = self.scanner.until(self.scanner.at, "<{");
        self.scanner.take(Kind::Plain, end);
        match self.byte(0) {
            b'{' if self.frames.len() < DEEPEST => {
                self.take(Kind::Plain, 1);
                self.frames.push(Frame::Code { close: b'}', depth: 0 });
                self.value = false;
            }
            b'<' if self.byte(1) == b'/' => {
                let tag = tags::open(self.scanner);
                self.frames.push(Frame::Tag(tag));
            }
            b'<' => {
                self.element();
            }
            _ => {}
        }
    }
}
