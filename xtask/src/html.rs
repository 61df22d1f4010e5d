//! Reading the start tags of a finished page: enough of HTML to find scripts, styles, links and where `<head>` begins.
//! It reads what our own build wrote (well formed, perhaps minified), and is no parser for pages of strangers.

use std::ops::Range;

/// One start tag, with the text of elements whose text is not markup (`script`, `style`, …).
#[derive(Debug)]
pub(crate) struct Tag<'a> {
    /// In lower case.
    pub(crate) name: String,
    /// Names in lower case, values as written.
    attributes: Vec<(String, &'a str)>,
    /// The bytes of the start tag itself.
    pub(crate) span: Range<usize>,
    /// The text between the start tag and the end tag, for elements that hold raw text.
    pub(crate) text: &'a str,
}

impl<'a> Tag<'a> {
    /// The value of an attribute; the empty string when it has none.
    pub(crate) fn attribute(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| *value)
    }

    /// The names of all attributes.
    pub(crate) fn attribute_names(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|(name, _)| name.as_str())
    }
}

/// The start tags of a page in order. Comments, end tags and declarations are passed over.
pub(crate) fn tags(page: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut position = 0;
    while let Some(start) = page[position..].find('<').map(|offset| position + offset) {
        let rest = &page[start..];
        position = if rest.starts_with("<!--") {
            end_of(page, start, "-->")
        } else if rest[1..].starts_with(|first: char| first.is_ascii_alphabetic()) {
            let tag = read_tag(page, start);
            let end = tag.span.end + tag.text.len();
            tags.push(tag);
            end
        } else if rest.starts_with("</") || rest.starts_with("<!") {
            end_of(page, start, ">")
        } else {
            start + 1
        };
    }
    tags
}

fn end_of(page: &str, start: usize, mark: &str) -> usize {
    page[start..].find(mark).map_or(page.len(), |offset| start + offset + mark.len())
}

fn read_tag(page: &str, start: usize) -> Tag<'_> {
    let name_end =
        position_of(page, start + 1, |character| character.is_ascii_whitespace() || ">/".contains(character));
    let name = page[start + 1..name_end].to_ascii_lowercase();
    let mut attributes = Vec::new();
    let mut position = name_end;
    loop {
        position = position_of(page, position, |character| !(character.is_ascii_whitespace() || character == '/'));
        if position >= page.len() || page[position..].starts_with('>') {
            position = (position + 1).min(page.len());
            break;
        }
        // An attribute's name may start with '=', so at least one character is taken: the loop always moves on.
        let first = page[position..].chars().next().map_or(1, char::len_utf8);
        let key_end = position_of(page, position + first, |character| {
            character.is_ascii_whitespace() || "=>/".contains(character)
        });
        let key = page[position..key_end].to_ascii_lowercase();
        let after = position_of(page, key_end, |character| !character.is_ascii_whitespace());
        let (value, end) = if page[after..].starts_with('=') { read_value(page, after + 1) } else { ("", key_end) };
        attributes.push((key, value));
        position = end;
    }
    let raw = matches!(name.as_str(), "script" | "style" | "textarea" | "title");
    let text = if raw { raw_text(page, position, &name) } else { "" };
    Tag { name, attributes, span: start..position, text }
}

/// The value after the equals sign, and where it ends.
fn read_value(page: &str, from: usize) -> (&str, usize) {
    let start = position_of(page, from, |character| !character.is_ascii_whitespace());
    for quote in ['"', '\''] {
        if page[start..].starts_with(quote) {
            let end = position_of(page, start + 1, |character| character == quote);
            return (&page[start + 1..end], (end + 1).min(page.len()));
        }
    }
    let end = position_of(page, start, |character| character.is_ascii_whitespace() || character == '>');
    (&page[start..end], end)
}

fn raw_text<'a>(page: &'a str, start: usize, name: &str) -> &'a str {
    let rest = &page[start..];
    let end = rest.match_indices("</").find(|(offset, _)| {
        rest.get(offset + 2..offset + 2 + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
    });
    &rest[..end.map_or(rest.len(), |(offset, _)| offset)]
}

fn position_of(page: &str, from: usize, wanted: impl Fn(char) -> bool) -> usize {
    page[from..].find(wanted).map_or(page.len(), |offset| from + offset)
}

#[cfg(test)]
mod tests {
    use super::tags;

    #[test]
    fn reads_names_attributes_and_raw_text() {
        let page = r#"<!doctype html><HEAD><!-- <style>no</style> --><style media=all>a > b {}</style>
            <script type="application/json" id='x'>{"a":"<p>"}</script><link rel=preload href="/a b" crossorigin></head>"#;
        let tags = tags(page);
        let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["head", "style", "script", "link"]);
        assert_eq!(tags[1].text, "a > b {}");
        assert_eq!(tags[1].attribute("media"), Some("all"));
        assert_eq!(tags[2].text, r#"{"a":"<p>"}"#);
        assert_eq!(tags[2].attribute("id"), Some("x"));
        assert_eq!(tags[3].attribute("href"), Some("/a b"));
        assert_eq!(tags[3].attribute("crossorigin"), Some(""));
        assert_eq!(tags[3].attribute_names().count(), 3);
    }

    #[test]
    fn ends_on_a_broken_page() {
        for page in ["<", "<a", "<a href", "<a href=", "<a href=\"x", "<script>", "<!-- ", "<a ===>", "1 < 2", "<ä>"] {
            tags(page);
        }
    }
}
