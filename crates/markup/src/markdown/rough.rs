//! What may be read is bounded, but nobody should wait for words that are there. What is not read yet is shown as it was
//! written, behind what is shown, without the characters that are most often markup. The next reading puts it right.

use super::Document;
use super::patch::{Change, spine};
use super::show::say;
use crate::node::{Element, Node, Tag, show_turns};

impl Document {
    /// Shows the words that are not shown, without reading them.
    pub(super) fn say_roughly(&mut self) {
        let new = self.source.get(self.said.max(self.start)..).unwrap_or_default();
        let (depth, around) = innermost(&self.shown);
        let mut words = String::new();
        if around == Some(Tag::Code) {
            show_turns(new, &mut words);
        } else {
            let is_markup = |character| matches!(character, '*' | '`' | '~' | '[' | ']' | '<' | '>' | '|' | '\\');
            for part in new.split(is_markup) {
                show_turns(part, &mut words);
            }
        }
        if words.is_empty() {
            return;
        }
        self.said = self.source.len();
        self.can_say = false;
        let Some(list) = spine(&mut self.shown, depth) else { return };
        if let Some(Node::Text(text)) = list.last_mut() {
            text.push_str(&words);
            say(&mut self.changes, depth, &words);
            return;
        }
        let elements: &[Tag] = match around {
            None => &[Tag::Paragraph],
            Some(Tag::BulletList | Tag::OrderedList) => &[Tag::Paragraph, Tag::Item],
            Some(Tag::TableBody) => &[Tag::Cell, Tag::TableRow],
            Some(_) => &[],
        };
        let mut node = Node::Text(words);
        for tag in elements {
            let mut element = Element::new(*tag);
            element.children.push(node);
            node = Node::Element(element);
        }
        list.push(node.clone());
        self.changes.push(Change::Append { depth, node });
    }
}

/// The innermost element on the right spine that may have content, and how deep its content is.
fn innermost(nodes: &[Node]) -> (usize, Option<Tag>) {
    let (mut list, mut depth, mut around) = (nodes, 0, None);
    while let Some(Node::Element(element)) = list.last()
        && !element.tag.is_void()
    {
        list = &element.children;
        depth += 1;
        around = Some(element.tag);
    }
    (depth, around)
}
