//! A page holds real nodes: replacing them undoes what somebody selected and costs layout. So what is shown changes only
//! at its right edge, and a [`Patch`] says the least that has to be done there. All of it happens on the *right spine*: the
//! last node, its last child, and so on down.

use crate::node::{Element, Node};

/// What to do to what is shown. Blocks may become final without a change, so a patch without changes may still say something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// How many blocks, from the first, are final once the changes are made: no later patch touches them.
    pub closed: usize,
}

/// One change at the right edge. `depth` names the element on the right spine whose children are meant: 0 is the document,
/// 1 its last child, 2 the last child of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Append words to the text node that is the last child.
    Words {
        /// Whose last child is meant.
        depth: usize,
        /// What to append.
        words: String,
    },
    /// Take words from the end of the text node that is the last child.
    Unsay {
        /// Whose last child is meant.
        depth: usize,
        /// How much, in UTF-16 code units, as pages count.
        units: usize,
    },
    /// Remove the last children.
    Drop {
        /// Whose children are meant.
        depth: usize,
        /// How many.
        count: usize,
    },
    /// Append a node.
    Append {
        /// Whose child it becomes.
        depth: usize,
        /// The node.
        node: Node,
    },
}

/// Makes the changes to a list of nodes, as a page makes them to its elements. A change that does not fit what is there is
/// passed over.
pub fn apply(nodes: &mut Vec<Node>, patch: &Patch) {
    for change in &patch.changes {
        match change {
            Change::Words { depth, words } => {
                if let Some(Node::Text(text)) = spine(nodes, *depth).and_then(|list| list.last_mut()) {
                    text.push_str(words);
                }
            }
            Change::Unsay { depth, units } => {
                if let Some(Node::Text(text)) = spine(nodes, *depth).and_then(|list| list.last_mut()) {
                    unsay(text, *units);
                }
            }
            Change::Drop { depth, count } => {
                if let Some(list) = spine(nodes, *depth) {
                    list.truncate(list.len().saturating_sub(*count));
                }
            }
            Change::Append { depth, node } => {
                if let Some(list) = spine(nodes, *depth) {
                    list.push(node.clone());
                }
            }
        }
    }
}

fn unsay(text: &mut String, units: usize) {
    let mut left = units;
    while left > 0
        && let Some(character) = text.pop()
    {
        left = left.saturating_sub(character.len_utf16());
    }
}

/// The children of the element at this depth of the right spine.
pub(super) fn spine(nodes: &mut Vec<Node>, depth: usize) -> Option<&mut Vec<Node>> {
    let mut list = nodes;
    for _ in 0..depth {
        match list.last_mut() {
            Some(Node::Element(element)) => list = &mut element.children,
            Some(Node::Text(_)) | None => return None,
        }
    }
    Some(list)
}

/// The text node at the end of the right spine, and the depth of its parent.
pub(super) fn last_text(nodes: &mut Vec<Node>) -> Option<(usize, &mut String)> {
    let mut list = nodes;
    let mut depth = 0;
    loop {
        match list.last_mut()? {
            Node::Text(text) => return Some((depth, text)),
            Node::Element(element) => list = &mut element.children,
        }
        depth += 1;
    }
}

/// What turns `old` into `new`. Both are nested only as deep as the reader nests.
pub(super) fn compare(old: &[Node], new: &[Node], depth: usize, changes: &mut Vec<Change>) {
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[same..], &new[same..]);
    let mut rest = new;
    if let Some(first) = old.first() {
        let kept = new.first().filter(|new| can_become(first, new));
        let count = old.len() - usize::from(kept.is_some());
        if count > 0 {
            changes.push(Change::Drop { depth, count });
        }
        if let Some(kept) = kept {
            become_other(first, kept, depth, changes);
            rest = &new[1..];
        }
    }
    changes.extend(rest.iter().map(|node| Change::Append { depth, node: node.clone() }));
}

/// Whether a shown node can be changed at its right edge into the other, and is worth it.
fn can_become(old: &Node, new: &Node) -> bool {
    match (old, new) {
        (Node::Text(old), Node::Text(new)) => old.chars().next() == new.chars().next(),
        (Node::Element(old), Node::Element(new)) => is_same_element(old, new),
        (Node::Text(_), Node::Element(_)) | (Node::Element(_), Node::Text(_)) => false,
    }
}

fn is_same_element(old: &Element, new: &Element) -> bool {
    old.tag == new.tag && old.attributes == new.attributes
}

fn become_other(old: &Node, new: &Node, depth: usize, changes: &mut Vec<Change>) {
    match (old, new) {
        (Node::Text(old), Node::Text(new)) => {
            let mut common = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
            while !old.is_char_boundary(common) {
                common -= 1;
            }
            if common < old.len() {
                changes.push(Change::Unsay { depth, units: old[common..].encode_utf16().count() });
            }
            if common < new.len() {
                changes.push(Change::Words { depth, words: new[common..].to_owned() });
            }
        }
        (Node::Element(old), Node::Element(new)) => compare(&old.children, &new.children, depth + 1, changes),
        (Node::Text(_), Node::Element(_)) | (Node::Element(_), Node::Text(_)) => {}
    }
}
