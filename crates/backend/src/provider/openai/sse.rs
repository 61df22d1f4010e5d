//! Server-sent events, as far as these endpoints use them: the data of each event. Pieces come cut anywhere, also in the
//! middle of a letter.

use std::collections::VecDeque;

/// A longer line is no answer of a model.
const LINE_LIMIT: usize = 16 * 1024 * 1024;

/// Puts events together.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    line: Vec<u8>,
    data: Option<String>,
    events: VecDeque<String>,
}

/// The line has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a line is longer than {LINE_LIMIT} bytes")]
pub(super) struct EndlessLine;

impl Decoder {
    /// Takes the next piece.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), EndlessLine> {
        for line in piece.split_inclusive(|byte| *byte == b'\n') {
            if self.line.len() + line.len() > LINE_LIMIT {
                return Err(EndlessLine);
            }
            self.line.extend_from_slice(line);
            if line.ends_with(b"\n") {
                self.end_line();
            }
        }
        Ok(())
    }

    /// The data of the next whole event.
    pub(super) fn next_event(&mut self) -> Option<String> {
        self.events.pop_front()
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\n', '\r']);
        if line.is_empty() {
            self.events.extend(self.data.take());
        } else if let Some(data) = line.strip_prefix("data:") {
            let data = data.strip_prefix(' ').unwrap_or(data);
            match &mut self.data {
                Some(before) => {
                    before.push('\n');
                    before.push_str(data);
                }
                None => self.data = Some(data.to_owned()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(pieces: &[&[u8]]) -> Vec<String> {
        let mut decoder = Decoder::default();
        for piece in pieces {
            decoder.push(piece).unwrap();
        }
        std::iter::from_fn(|| decoder.next_event()).collect()
    }

    #[test]
    fn events_are_whole_wherever_the_pieces_are_cut() {
        let stream =
            ": comment\r\nevent: x\r\ndata: {\"ü\":1}\r\n\r\ndata:two\ndata: lines\nid: 4\n\n\n\ndata: [DONE]\n\n";
        let expected = ["{\"ü\":1}", "two\nlines", "[DONE]"];
        assert_eq!(events(&[stream.as_bytes()]), expected);
        let single: Vec<_> = stream.as_bytes().chunks(1).collect();
        assert_eq!(events(&single), expected);
        assert_eq!(events(&[b"data: cut"]), [""; 0]);
    }

    #[test]
    fn a_line_without_end_is_given_up() {
        let mut decoder = Decoder::default();
        let piece = vec![b'x'; LINE_LIMIT / 2];
        assert_eq!((decoder.push(&piece), decoder.push(&piece)), (Ok(()), Ok(())));
        assert_eq!(decoder.push(b"x"), Err(EndlessLine));
    }
}
