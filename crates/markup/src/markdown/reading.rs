//! The parser hands over a run of events; here they become nodes. Everything that is not CommonMark's business is decided
//! here: what a link may be, that images are links, that raw HTML is words, that a soft break is a break, that items always
//! hold paragraphs (so that a blank line further down does not change those above), and how deep a tree may become.

mod words;

pub(super) use words::{join_texts, push_code};

use super::definitions::Definitions;
use super::half::Marks;
use crate::node::{Align, Attribute, Element, Node, Tag};
use pulldown_cmark::{
    Alignment, BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag as Start, TagEnd,
};
use std::ops::Range;
use words::{LinkFrame, shown};

/// Quotes and lists nested deeper than this are shown at this depth. Every walk over nodes recurses no deeper than
/// [`DEEPEST`] and a few.
const DEEPEST_BLOCK: usize = 32;

/// Nothing is nested deeper than this.
const DEEPEST: usize = 48;

/// Tables with more columns than this do not get their short rows filled up with empty cells.
const MOST_FILLED_COLUMNS: usize = 64;

/// What kind of block stands at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Paragraph,
    Heading,
    Rule,
    Quote,
    List,
    Table,
    Fenced,
    /// Indented code and HTML: what ends it is not a blank line.
    Other,
}

/// A block at the top, and where in the source it stands.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
    /// Where the items of a list, or the body rows of a table, begin.
    pub(super) parts: Vec<usize>,
}

/// How a source is to be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    /// The source ends where words still arrive: what is half-written there is shown as if it were finished.
    pub(super) live: bool,
    /// Its last line is not finished. A finished row of a table is read as it will stay.
    pub(super) in_line: bool,
    pub(super) tables: bool,
    /// The first character stands for what was read before, and is not shown.
    pub(super) guard: bool,
}

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// One node for each block.
    pub(super) nodes: Vec<Node>,
    pub(super) blocks: Vec<Block>,
    /// Labels and addresses.
    pub(super) definitions: Vec<(String, String)>,
    /// Characters were taken as words that more words could still make into markup.
    pub(super) loose: bool,
}

impl Reading {
    /// Whether nothing in it waits for what follows, and nothing defines what a link means.
    pub(super) fn is_calm(&self) -> bool {
        !self.loose && self.definitions.is_empty()
    }
}

/// Reads a source that begins where a block begins.
pub(super) fn read(source: &str, definitions: &Definitions, how: How) -> Reading {
    let mut options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    if how.tables {
        options |= Options::ENABLE_TABLES;
    }
    let lookup = |link: BrokenLink<'_>| {
        definitions.get(&link.reference).map(|address| (CowStr::from(address.to_owned()), CowStr::Borrowed("")))
    };
    let mut events = Parser::new_with_broken_link_callback(source, options, Some(lookup)).into_offset_iter();
    let mut reader = Reader::new(source, how);
    while let Some((event, range)) = events.next() {
        let mut event = event;
        // A definition further down does not reach up here, and of two the first counts.
        if let Event::Start(Start::Link { link_type, dest_url, id, .. } | Start::Image { link_type, dest_url, id, .. }) =
            &mut event
            && matches!(link_type, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut)
        {
            let below = events.reference_definitions().get(id).is_none_or(|found| found.span.start > range.start);
            if let Some(address) = definitions.get(id) {
                *dest_url = CowStr::from(address.to_owned());
            } else if below {
                reader.undefined = true;
            }
        }
        reader.take(event, range);
    }
    let mut reading = reader.reading;
    for (label, definition) in events.reference_definitions().iter() {
        reading.definitions.push((label.to_owned(), definition.dest.to_string()));
    }
    reading
}

struct Reader<'a> {
    source: &'a str,
    how: How,
    reading: Reading,
    /// The elements that are open, outermost first.
    open: Vec<Element>,
    /// How many more are open that are not made, since they would be too deep.
    too_deep: usize,
    /// How many of the parser's elements are open.
    level: usize,
    /// The innermost open element is a paragraph that the parser did not speak of.
    implied: bool,
    /// Words that may still grow before addresses are looked for in them.
    run: String,
    /// Where the run ends in the source.
    run_end: usize,
    links: Vec<LinkFrame>,
    /// The words of the outermost open link.
    link_words: String,
    /// The link that is about to begin has no definition above it.
    undefined: bool,
    in_code: bool,
    in_html: bool,
    alignments: Vec<Alignment>,
    column: usize,
    in_head: bool,
    marks: Marks,
    /// What is read now stands in the block, item or row that the source ends in. Only there something may be half-written;
    /// what was closed before has to come out as it will in the end.
    is_in_last: bool,
}

impl<'a> Reader<'a> {
    fn new(source: &'a str, how: How) -> Self {
        Self {
            source,
            how,
            reading: Reading::default(),
            open: Vec::new(),
            too_deep: 0,
            level: 0,
            implied: false,
            run: String::new(),
            run_end: 0,
            links: Vec::new(),
            link_words: String::new(),
            undefined: false,
            in_code: false,
            in_html: false,
            alignments: Vec::new(),
            column: 0,
            in_head: false,
            marks: Marks::default(),
            is_in_last: false,
        }
    }

    fn take(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(start) => {
                self.note_block(&start, &range);
                if self.level == 0
                    || (self.level == 1 && matches!(start, Start::Item | Start::TableHead | Start::TableRow))
                {
                    let may_grow = self.how.in_line || !matches!(start, Start::TableRow);
                    self.is_in_last = self.how.live && may_grow && range.end >= self.source.len();
                }
                self.level += 1;
                self.start(start, &range);
            }
            Event::End(end) => {
                self.level -= 1;
                self.end(end, &range);
            }
            Event::Text(words) => self.text(&words, &range),
            Event::Code(words) => {
                self.begin_inline();
                let mut code = Element::new(Tag::Code);
                code.children.push(Node::Text(shown(&words)));
                self.push(Node::Element(code));
            }
            Event::Html(words) | Event::InlineHtml(words) => self.html(&words, range.end),
            Event::SoftBreak | Event::HardBreak => {
                self.begin_inline();
                self.push(Node::Element(Element::new(Tag::Break)));
            }
            Event::Rule => {
                if self.level == 0 {
                    self.reading.blocks.push(Block { kind: Kind::Rule, range, parts: Vec::new() });
                }
                self.begin_block();
                self.push(Node::Element(Element::new(Tag::Rule)));
            }
            Event::TaskListMarker(checked) => {
                self.begin_inline();
                self.push(Node::Element(Element::task_box(checked)));
            }
            // These are not asked for.
            Event::FootnoteReference(words) | Event::InlineMath(words) | Event::DisplayMath(words) => {
                self.text(&words, &range);
            }
        }
    }

    /// Remembers where blocks at the top stand, and their parts.
    fn note_block(&mut self, start: &Start<'_>, range: &Range<usize>) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "only blocks come here, of which few are told apart")]
        let kind = match start {
            Start::Item | Start::TableRow if self.level == 1 => {
                if let Some(block) = self.reading.blocks.last_mut() {
                    block.parts.push(range.start);
                    // The parser counts definitions behind a list to it.
                    block.range.end = range.end;
                }
                return;
            }
            _ if self.level > 0 => return,
            Start::Paragraph => Kind::Paragraph,
            Start::Heading { .. } => Kind::Heading,
            Start::BlockQuote(_) => Kind::Quote,
            Start::List(_) => Kind::List,
            Start::Table(_) => Kind::Table,
            Start::CodeBlock(CodeBlockKind::Fenced(_)) => Kind::Fenced,
            _ => Kind::Other,
        };
        self.reading.blocks.push(Block { kind, range: range.clone(), parts: Vec::new() });
    }

    fn start(&mut self, start: Start<'_>, range: &Range<usize>) {
        match start {
            // The box of a task is in the paragraph it stands before, as it is when the list is not loose.
            Start::Paragraph if self.implied && self.too_deep == 0 && self.holds_only_box() => self.implied = false,
            Start::Paragraph => self.start_leaf(Tag::Paragraph),
            Start::HtmlBlock => {
                self.start_leaf(Tag::Paragraph);
                self.in_html = true;
            }
            Start::Heading { level, .. } => self.start_leaf(match level {
                HeadingLevel::H1 => Tag::Heading1,
                HeadingLevel::H2 => Tag::Heading2,
                HeadingLevel::H3 => Tag::Heading3,
                HeadingLevel::H4 => Tag::Heading4,
                HeadingLevel::H5 => Tag::Heading5,
                HeadingLevel::H6 => Tag::Heading6,
            }),
            Start::BlockQuote(_) => self.start_container(Element::new(Tag::Quote)),
            Start::CodeBlock(kind) => {
                self.start_leaf(Tag::Preformatted);
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or(""),
                    CodeBlockKind::Indented => "",
                };
                if !language.is_empty()
                    && self.too_deep == 0
                    && let Some(element) = self.open.last_mut()
                {
                    element.attributes.push(Attribute::Language(language.to_owned()));
                }
                self.open(Element::new(Tag::Code));
                self.in_code = true;
            }
            Start::List(first) => {
                let mut element = Element::new(if first.is_some() { Tag::OrderedList } else { Tag::BulletList });
                if let Some(first) = first.filter(|first| *first != 1) {
                    element.attributes.push(Attribute::Start(first));
                }
                self.start_container(element);
            }
            Start::Item => self.start_container(Element::new(Tag::Item)),
            Start::Table(alignments) => {
                self.alignments = alignments;
                self.start_leaf(Tag::Table);
            }
            Start::TableHead => {
                self.open(Element::new(Tag::TableHead));
                self.open(Element::new(Tag::TableRow));
                self.in_head = true;
                self.column = 0;
            }
            Start::TableRow => {
                self.start_body();
                self.open(Element::new(Tag::TableRow));
                self.column = 0;
            }
            Start::TableCell => {
                if !self.is_filler(range) {
                    self.start_cell();
                }
            }
            Start::Emphasis => self.start_inline(Tag::Emphasis),
            Start::Strong => self.start_inline(Tag::Strong),
            Start::Strikethrough => self.start_inline(Tag::Deleted),
            Start::Link { link_type, dest_url, .. } => self.start_link(link_type, &dest_url, range, false),
            Start::Image { link_type, dest_url, .. } => self.start_link(link_type, &dest_url, range, true),
            // These are not asked for.
            Start::FootnoteDefinition(_)
            | Start::DefinitionList
            | Start::DefinitionListTitle
            | Start::DefinitionListDefinition
            | Start::Superscript
            | Start::Subscript
            | Start::MetadataBlock(_) => self.start_inline(Tag::Span),
        }
    }

    fn end(&mut self, end: TagEnd, range: &Range<usize>) {
        match end {
            TagEnd::Paragraph | TagEnd::Heading(_) => self.end_leaf(range.end),
            TagEnd::HtmlBlock => {
                self.in_html = false;
                self.flush();
                self.close();
            }
            TagEnd::CodeBlock => {
                self.in_code = false;
                self.close();
                self.close();
            }
            TagEnd::Item | TagEnd::BlockQuote(_) => {
                self.end_implied(range.end);
                self.close();
            }
            TagEnd::Table => {
                // The body, if there were rows.
                if self.too_deep == 0 && self.open.last().is_some_and(|element| element.tag == Tag::TableBody) {
                    self.close();
                }
                self.close();
            }
            TagEnd::TableHead => {
                self.in_head = false;
                self.close();
                self.close();
            }
            TagEnd::TableCell => {
                let is_filler = self.is_filler(range);
                self.column += 1;
                if !is_filler {
                    self.end_leaf(range.end);
                }
            }
            TagEnd::Link | TagEnd::Image => self.end_link(),
            TagEnd::List(_) | TagEnd::TableRow => self.close(),
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript
            | TagEnd::MetadataBlock(_) => {
                self.flush();
                self.close();
                self.marks.leave(self.open.len());
            }
        }
    }

    fn holds_only_box(&self) -> bool {
        let children = self.open.last().map_or(&[][..], |element| &element.children);
        matches!(children, [Node::Element(Element { tag: Tag::Input, .. })]) && self.run.is_empty()
    }

    fn start_container(&mut self, element: Element) {
        self.begin_block();
        if self.open.len() >= DEEPEST_BLOCK {
            self.too_deep += 1;
        } else {
            self.open(element);
        }
    }

    fn start_leaf(&mut self, tag: Tag) {
        self.begin_block();
        self.marks.clear();
        self.open(Element::new(tag));
    }

    fn end_leaf(&mut self, end: usize) {
        self.flush();
        if self.is_in_last
            && end >= self.source.len()
            && self.too_deep == 0
            && let Some(element) = self.open.last_mut()
        {
            self.marks.finish(&mut element.children, self.source);
        }
        self.marks.clear();
        self.close();
    }

    fn start_inline(&mut self, tag: Tag) {
        self.begin_inline();
        self.open(Element::new(tag));
    }

    fn start_body(&mut self) {
        if self.too_deep == 0 && self.open.last().is_some_and(|element| element.tag == Tag::Table) {
            self.open(Element::new(Tag::TableBody));
        }
    }

    fn start_cell(&mut self) {
        let mut cell = Element::new(if self.in_head { Tag::HeadCell } else { Tag::Cell });
        match self.alignments.get(self.column) {
            Some(Alignment::Left) => cell.attributes.push(Attribute::Align(Align::Left)),
            Some(Alignment::Center) => cell.attributes.push(Attribute::Align(Align::Center)),
            Some(Alignment::Right) => cell.attributes.push(Attribute::Align(Align::Right)),
            Some(Alignment::None) | None => {}
        }
        self.marks.clear();
        self.open(cell);
    }

    /// A block begins: what was implied ends.
    fn begin_block(&mut self) {
        self.end_implied(0);
        // Blocks that are too deep for elements of their own.
        self.flush();
    }

    fn begin_inline(&mut self) {
        self.imply_paragraph();
        self.flush();
    }

    /// Words in an item are in a paragraph, whether the parser says so or not: whether it does depends on blank lines
    /// further down. The same holds where elements are left out for being too deep.
    fn imply_paragraph(&mut self) {
        if self.open.last().is_some_and(|element| matches!(element.tag, Tag::Item | Tag::Quote)) {
            self.marks.clear();
            self.open.push(Element::new(Tag::Paragraph));
            self.implied = true;
        }
    }

    fn end_implied(&mut self, end: usize) {
        if self.implied {
            self.implied = false;
            let too_deep = std::mem::take(&mut self.too_deep);
            self.end_leaf(end);
            self.too_deep = too_deep;
        }
    }

    fn open(&mut self, element: Element) {
        if self.too_deep > 0 || self.open.len() >= DEEPEST {
            self.too_deep += 1;
        } else {
            self.open.push(element);
        }
    }

    fn close(&mut self) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else if let Some(mut element) = self.open.pop() {
            if element.tag != Tag::Code {
                join_texts(&mut element.children);
            }
            self.push(Node::Element(element));
        }
    }

    /// Appends a node to the innermost open element, or to the document.
    fn push(&mut self, node: Node) {
        match self.open.last_mut() {
            Some(element) => element.children.push(node),
            None => self.reading.nodes.push(node),
        }
    }

    /// Whether a cell was only made up to fill a short row, in a table so wide that short rows stay short.
    fn is_filler(&self, range: &Range<usize>) -> bool {
        range.is_empty() && self.column > 0 && self.alignments.len() > MOST_FILLED_COLUMNS
    }
}
