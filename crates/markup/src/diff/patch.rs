//! Patches, as `diff -u` and `git diff` write them. They come from tools and from models, so the numbers may be wrong and
//! the end may be missing: whatever is read, no line of it is lost.

use super::{Changes, Hunk, Kind, Line, words};

/// What a patch says about one file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FileChanges<'a> {
    /// What the file was called; none if it came into being, or if the patch does not say.
    pub old_path: Option<&'a str>,
    /// What it is called now; none if it is gone, or if the patch does not say.
    pub new_path: Option<&'a str>,
    /// Lines about it that are neither names nor changes, such as `rename from`, or words before the patch.
    pub notes: Vec<&'a str>,
    /// The changed lines.
    pub changes: Changes<'a>,
}

/// The files in `text`, or nothing if there is no patch in it.
pub fn read_patch(text: &str) -> Option<Vec<FileChanges<'_>>> {
    let mut reader = Reader::default();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if reader.in_hunk(line) {
            continue;
        }
        let next = lines.peek().copied();
        if let Some(paths) = line.strip_prefix("diff --git ") {
            reader.begin();
            reader.file.notes.push(line);
            // Renames have names of their own below; otherwise the two halves are the same.
            if let Some((old, new)) = paths.split_at_checked(paths.len() / 2) {
                let (old, new) = (path(old), new.strip_prefix(' ').and_then(path));
                if old == new {
                    (reader.file.old_path, reader.file.new_path) = (old, new);
                }
            }
        } else if let (Some(old), Some(new)) =
            (line.strip_prefix("--- "), next.and_then(|next| next.strip_prefix("+++ ")))
        {
            if !reader.file.changes.hunks.is_empty() || reader.files == 0 {
                reader.begin();
            }
            (reader.file.old_path, reader.file.new_path) = (path(old), path(new));
            lines.next();
        } else if line.starts_with("@@") && reader.hunk(line) {
        } else {
            if let Some(old) = line.strip_prefix("rename from ") {
                reader.file.old_path = Some(old);
            } else if let Some(new) = line.strip_prefix("rename to ") {
                reader.file.new_path = Some(new);
            } else if line.starts_with("new file mode ") {
                reader.file.old_path = None;
            } else if line.starts_with("deleted file mode ") {
                reader.file.new_path = None;
            }
            reader.file.notes.push(line);
        }
    }
    reader.finish()
}

fn path(written: &str) -> Option<&str> {
    let path = written.split('\t').next().unwrap_or(written);
    let short = path.strip_prefix("a/").or_else(|| path.strip_prefix("b/")).unwrap_or(path);
    (path != "/dev/null").then_some(short)
}

#[derive(Default)]
struct Reader<'a> {
    done: Vec<FileChanges<'a>>,
    file: FileChanges<'a>,
    /// How many files have begun.
    files: usize,
    /// The next line of each side and how many are to come; nothing outside of a hunk.
    sides: Option<[Side; 2]>,
}

#[derive(Clone, Copy, Default)]
struct Side {
    /// None where the patch has no numbers.
    next: Option<u32>,
    left: u32,
}

impl Side {
    fn step(&mut self) -> Option<u32> {
        let number = self.next;
        self.next = number.map(|number| number.saturating_add(1));
        self.left = self.left.saturating_sub(1);
        number
    }
}

impl<'a> Reader<'a> {
    fn begin(&mut self) {
        self.files += 1;
        self.sides = None;
        // Words before the first file are notes of the first file.
        if self.files > 1 {
            self.done.push(std::mem::take(&mut self.file));
        }
    }

    fn finish(mut self) -> Option<Vec<FileChanges<'a>>> {
        if self.files == 0 {
            return None;
        }
        self.done.push(self.file);
        for file in &mut self.done {
            words::mark(&mut file.changes.hunks);
        }
        Some(self.done)
    }

    /// Reads `@@ -1,2 +3,4 @@ heading`, or the bare `@@ heading` that models write.
    fn hunk(&mut self, line: &'a str) -> bool {
        let Some(rest) = line.strip_prefix("@@") else { return false };
        let unnumbered = Side { next: None, left: u32::MAX };
        let (sides, heading) = match rest.split_once("@@").map(|(places, heading)| (sides(places), heading)) {
            Some((Some(sides), heading)) => (sides, heading),
            _ if rest.is_empty() || rest.starts_with(' ') => ([unnumbered; 2], rest.trim_end_matches('@')),
            _ => return false,
        };
        self.files = self.files.max(1);
        self.sides = Some(sides);
        self.file.changes.hunks.push(Hunk { heading: heading.trim(), lines: Vec::new() });
        true
    }

    /// Takes a line of the hunk that is being read.
    fn in_hunk(&mut self, line: &'a str) -> bool {
        let (Some(sides), Some(hunk)) = (&mut self.sides, self.file.changes.hunks.last_mut()) else { return false };
        let [old, new] = sides;
        let (kind, text) = match line.as_bytes().first() {
            Some(b'\\') => {
                if let Some(last) = hunk.lines.last_mut() {
                    last.unended = true;
                }
                return true;
            }
            Some(b'+') if new.left > 0 => (Kind::Added, &line[1..]),
            // Without numbers, only the look of it tells the next file from a line that went.
            Some(b'-') if old.left > 0 && !(old.next.is_none() && line.starts_with("--- ")) => {
                (Kind::Removed, &line[1..])
            }
            Some(b' ') if old.left > 0 && new.left > 0 => (Kind::Same, &line[1..]),
            // Blanks at the end of lines get lost on the way.
            None if old.left > 0 && new.left > 0 => (Kind::Same, line),
            _ => {
                self.sides = None;
                return false;
            }
        };
        match kind {
            Kind::Added => self.file.changes.added += 1,
            Kind::Removed => self.file.changes.removed += 1,
            Kind::Same => {}
        }
        hunk.lines.push(Line {
            kind,
            old: if kind == Kind::Added { None } else { old.step() },
            new: if kind == Kind::Removed { None } else { new.step() },
            text,
            unended: false,
            marks: Vec::new(),
        });
        true
    }
}

/// ` -1,2 +3,4 `
fn sides(places: &str) -> Option<[Side; 2]> {
    let (old, new) = places.trim().split_once(' ')?;
    Some([side(old.strip_prefix('-')?)?, side(new.strip_prefix('+')?)?])
}

fn side(place: &str) -> Option<Side> {
    let (start, count) = place.split_once(',').unwrap_or((place, "1"));
    Some(Side { next: Some(start.parse().ok()?), left: count.parse().ok()? })
}
