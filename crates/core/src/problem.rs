//! What the person must be told: problems that stay until they are read, and announcements that are only spoken.

/// Something that went wrong and that the person can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Tells problems apart.
    pub id: u64,
    /// What happened, in words.
    pub text: String,
}

/// The problems that are shown, oldest first. The same words are not shown twice at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    shown: Vec<Problem>,
    next_id: u64,
}

/// More than this many at once helps nobody; the oldest goes.
const MOST: usize = 4;

impl Problems {
    /// Shows a problem.
    pub fn tell(&mut self, text: impl Into<String>) {
        let text = text.into();
        if self.shown.iter().any(|problem| problem.text == text) {
            return;
        }
        self.next_id += 1;
        self.shown.push(Problem { id: self.next_id, text });
        if self.shown.len() > MOST {
            self.shown.remove(0);
        }
    }

    /// Puts a problem away.
    pub fn dismiss(&mut self, id: u64) {
        self.shown.retain(|problem| problem.id != id);
    }

    /// What is shown now.
    pub fn shown(&self) -> &[Problem] {
        &self.shown
    }
}
