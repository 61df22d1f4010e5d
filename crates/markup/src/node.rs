//! What models write must never become markup by itself. So what is read becomes these nodes, and nothing else: a closed
//! list of elements, a closed list of attributes, and addresses that passed the allow-list. Whatever writes nodes into a
//! page, element by element, cannot write a script, a handler, a style or a remote image, since there are no words for them.

mod html;
mod url;

pub use html::to_html;
pub use url::Url;
pub(crate) use url::{is_turn, show_turns};

use std::borrow::Cow;

/// Something to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Words, to be shown as they are.
    Text(String),
    /// An element with what is in it.
    Element(Element),
}

/// An element of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// What it is.
    pub tag: Tag,
    /// What is said about it, each name at most once.
    pub attributes: Vec<Attribute>,
    /// What is in it.
    pub children: Vec<Node>,
}

impl Element {
    /// An element without attributes and without content.
    #[must_use]
    pub const fn new(tag: Tag) -> Self {
        Self { tag, attributes: Vec::new(), children: Vec::new() }
    }

    /// A link that opens beside the page and tells the other side nothing; its title is the whole address, so that
    /// words cannot hide where it leads.
    #[must_use]
    pub fn link(url: Url) -> Self {
        let title = Attribute::Title(url.as_str().to_owned());
        let attributes = vec![Attribute::Href(url), Attribute::NewTab, Attribute::NoOpener, title];
        Self { tag: Tag::Link, attributes, children: Vec::new() }
    }

    /// The box of a task, which shows and cannot be clicked.
    #[must_use]
    pub fn task_box(checked: bool) -> Self {
        // Its name, for those who do not see it: what stands beside it does not belong to it as a label does.
        let words = if checked { "Done" } else { "Not done" };
        let mut attributes = vec![Attribute::Checkbox, Attribute::Disabled, Attribute::Label(words)];
        if checked {
            attributes.push(Attribute::Checked);
        }
        Self { tag: Tag::Input, attributes, children: Vec::new() }
    }

    /// The same element without its content.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self { tag: self.tag, attributes: self.attributes.clone(), children: Vec::new() }
    }
}

/// The elements there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tag {
    /// `p`
    Paragraph,
    /// `h1`
    Heading1,
    /// `h2`
    Heading2,
    /// `h3`
    Heading3,
    /// `h4`
    Heading4,
    /// `h5`
    Heading5,
    /// `h6`
    Heading6,
    /// `ul`
    BulletList,
    /// `ol`
    OrderedList,
    /// `li`
    Item,
    /// `blockquote`
    Quote,
    /// `pre`
    Preformatted,
    /// `code`
    Code,
    /// `em`
    Emphasis,
    /// `strong`
    Strong,
    /// `del`
    Deleted,
    /// `a`
    Link,
    /// `br`
    Break,
    /// `hr`
    Rule,
    /// `table`
    Table,
    /// `thead`
    TableHead,
    /// `tbody`
    TableBody,
    /// `tr`
    TableRow,
    /// `th`
    HeadCell,
    /// `td`
    Cell,
    /// `span`
    Span,
    /// `div`
    Division,
    /// `input`: only ever the box of a task.
    Input,
}

impl Tag {
    /// The element's name in the page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paragraph => "p",
            Self::Heading1 => "h1",
            Self::Heading2 => "h2",
            Self::Heading3 => "h3",
            Self::Heading4 => "h4",
            Self::Heading5 => "h5",
            Self::Heading6 => "h6",
            Self::BulletList => "ul",
            Self::OrderedList => "ol",
            Self::Item => "li",
            Self::Quote => "blockquote",
            Self::Preformatted => "pre",
            Self::Code => "code",
            Self::Emphasis => "em",
            Self::Strong => "strong",
            Self::Deleted => "del",
            Self::Link => "a",
            Self::Break => "br",
            Self::Rule => "hr",
            Self::Table => "table",
            Self::TableHead => "thead",
            Self::TableBody => "tbody",
            Self::TableRow => "tr",
            Self::HeadCell => "th",
            Self::Cell => "td",
            Self::Span => "span",
            Self::Division => "div",
            Self::Input => "input",
        }
    }

    /// Whether the element never has content, and no end tag where it is written as HTML.
    #[must_use]
    pub const fn is_void(self) -> bool {
        matches!(self, Self::Break | Self::Rule | Self::Input)
    }
}

/// What may be said about an element. No value can do more than be shown: the one that leads away is a [`Url`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// Where a link leads.
    Href(Url),
    /// `target`: a link opens beside the page.
    NewTab,
    /// `rel`: the page behind the link learns nothing of this one.
    NoOpener,
    /// `title`: words that are shown on pointing.
    Title(String),
    /// `aria-label`: a name for those who do not see the element.
    Label(&'static str),
    /// `class`
    Class(Class),
    /// `data-language`: the first word behind an opening code fence, as it was written.
    Language(String),
    /// `start`: the number an ordered list begins with, when it is not one.
    Start(u64),
    /// `data-align`: how a column of a table is aligned.
    Align(Align),
    /// `type`: the input is a check box.
    Checkbox,
    /// `disabled`: the input cannot be used.
    Disabled,
    /// `checked`: the box is ticked.
    Checked,
}

impl Attribute {
    /// The attribute's name in the page.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Href(_) => "href",
            Self::NewTab => "target",
            Self::NoOpener => "rel",
            Self::Title(_) => "title",
            Self::Label(_) => "aria-label",
            Self::Class(_) => "class",
            Self::Language(_) => "data-language",
            Self::Start(_) => "start",
            Self::Align(_) => "data-align",
            Self::Checkbox => "type",
            Self::Disabled => "disabled",
            Self::Checked => "checked",
        }
    }

    /// The attribute's value, not escaped.
    #[must_use]
    pub fn value(&self) -> Cow<'_, str> {
        Cow::Borrowed(match self {
            Self::Href(url) => url.as_str(),
            Self::NewTab => "_blank",
            Self::NoOpener => "noopener noreferrer",
            Self::Title(words) | Self::Language(words) => words,
            Self::Label(words) => words,
            Self::Class(Class::ImageLink) => "image-link",
            Self::Start(number) => return Cow::Owned(number.to_string()),
            Self::Align(Align::Left) => "left",
            Self::Align(Align::Center) => "center",
            Self::Align(Align::Right) => "right",
            Self::Checkbox => "checkbox",
            Self::Disabled | Self::Checked => "",
        })
    }
}

/// The classes there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A link that stands for an image. Showing a message loads nothing, so whoever shows it may offer to load this.
    ImageLink,
}

/// How a column of a table is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// To the left.
    Left,
    /// In the middle.
    Center,
    /// To the right.
    Right,
}
