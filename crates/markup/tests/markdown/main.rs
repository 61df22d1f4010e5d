//! What is read comes out right, however it comes in.

mod ends;
mod examples;
mod hostile;
mod properties;
mod work;

use dispatch_markup::markdown::{Change, Document, Patch, apply};
use dispatch_markup::node::{Node, to_html};

/// A page that holds what a document shows, and looks at every patch.
pub(crate) struct Page {
    pub(crate) document: Document,
    pub(crate) nodes: Vec<Node>,
    /// The closed blocks, as they were when they were closed.
    closed: Vec<Node>,
}

impl Page {
    pub(crate) fn new() -> Self {
        Self { document: Document::new(), nodes: Vec::new(), closed: Vec::new() }
    }

    pub(crate) fn push(&mut self, words: &str) -> Patch {
        self.document.push(words);
        self.update()
    }

    pub(crate) fn finish(&mut self) {
        self.document.finish();
        self.update();
        assert_eq!(self.closed.len(), self.nodes.len(), "all blocks are closed in the end");
    }

    fn update(&mut self) -> Patch {
        let patch = self.document.take_changes();
        let before = self.closed.len();
        for change in &patch.changes {
            if let Change::Words { words, .. } = change {
                assert!(!words.is_empty());
            }
        }
        // The whole of what was closed before is compared by the caller at the end; each time, that none of it went away.
        apply(&mut self.nodes, &patch);
        assert!(
            patch.closed >= before && patch.closed <= self.nodes.len(),
            "closed {} of {}",
            patch.closed,
            self.nodes.len()
        );
        self.closed.extend_from_slice(&self.nodes[before..patch.closed]);
        patch
    }

    /// Fails if a closed block is not what it was when it was closed.
    pub(crate) fn check_closed(&self) {
        assert!(self.closed[..] == self.nodes[..self.closed.len()], "a closed block has changed in {}", self.html());
    }

    pub(crate) fn html(&self) -> String {
        to_html(&self.nodes)
    }
}
