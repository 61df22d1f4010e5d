//! Code is most of what agents write, and the longest. Between its fences there is nothing to understand, so nothing is
//! read twice: each line is looked at once, for being the closing fence.

/// How wide a tab is.
const TAB: usize = 4;

/// An open code fence at the top of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fence {
    character: u8,
    length: usize,
    /// How far the opening fence is indented; lines may be as far.
    indent: usize,
    /// What comes next begins a line.
    at_line_start: bool,
}

impl Fence {
    /// The fence that this line opens.
    pub(super) fn open(line: &str) -> Option<Self> {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let character = *line.as_bytes().get(indent)?;
        let length = line.bytes().skip(indent).take_while(|byte| *byte == character).count();
        (matches!(character, b'`' | b'~') && length > 2).then_some(Self {
            character,
            length,
            indent,
            at_line_start: true,
        })
    }

    /// Takes words that follow; hands code to `say` piece by piece. Returns how many bytes were taken, and whether the
    /// fence is closed now. What is not taken has to be offered again, with more; when nothing more will come, all is taken.
    pub(super) fn take(&mut self, words: &str, is_all: bool, say: &mut dyn FnMut(&str)) -> (usize, bool) {
        let mut taken = 0;
        while taken < words.len() {
            let rest = &words[taken..];
            let end = rest.find('\n').map(|at| at + 1);
            let line = &rest[..end.unwrap_or(rest.len())];
            let mut skipped = 0;
            if self.at_line_start {
                if self.is_closing(line) && (end.is_some() || is_all) {
                    return (taken + line.len(), true);
                }
                if end.is_none() && !is_all && self.may_close(line) {
                    break;
                }
                let mut columns = 0;
                while columns < self.indent && matches!(line.as_bytes().get(skipped), Some(b' ' | b'\t')) {
                    columns += if line.as_bytes()[skipped] == b' ' { 1 } else { TAB - columns % TAB };
                    skipped += 1;
                }
                // What is left of a tab of which the indentation took a part.
                say(&"   "[..columns.saturating_sub(self.indent).min(3)]);
            }
            say(&line[skipped..]);
            self.at_line_start = end.is_some();
            taken += line.len();
        }
        (taken, false)
    }

    fn is_closing(&self, line: &str) -> bool {
        let rest = line.trim_start_matches(' ');
        let length = rest.bytes().take_while(|byte| *byte == self.character).count();
        line.len() - rest.len() < 4
            && length >= self.length
            && rest[length..].trim_start_matches([' ', '\n']).is_empty()
    }

    /// Whether the beginning of a line may become the closing fence, or is the indentation that is taken off.
    fn may_close(&self, line: &str) -> bool {
        let rest = line.trim_start_matches(' ');
        if line.len() - rest.len() > 3 {
            return false;
        }
        let length = rest.bytes().take_while(|byte| *byte == self.character).count();
        let after = rest[length..].trim_start_matches(' ');
        after.is_empty() && (length == rest.len() || length >= self.length)
    }
}
