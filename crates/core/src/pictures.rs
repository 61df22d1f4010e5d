//! Pictures that go with a message: which are taken, and where one that was received is shown from.

use dispatch_contract::ImageRef;

/// A larger one is not taken; bytes of the file.
pub const LARGEST: f64 = 5.0 * 1_048_576.0;
/// More of them do not go with one message.
pub const MOST: usize = 20;
/// So much may the pictures of one message have together, as the text they are sent as: servers close the connection over
/// larger messages.
pub const MOST_TOGETHER: usize = 14_000_000;
/// The kinds that browsers show and models see.
pub const KINDS: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Why a file cannot go with a message that has `held` pictures already, in words.
pub fn refusal(name: &str, kind: &str, bytes: f64, held: usize) -> Option<String> {
    let name = if name.is_empty() { "The picture" } else { name };
    if !KINDS.contains(&kind) {
        return Some([name, " is no picture that can be sent: PNG, JPEG, GIF and WebP can."].concat());
    }
    if bytes > LARGEST {
        let megabytes = (bytes / 1_048_576.0).ceil() as u64;
        return Some(format!("{name} has {megabytes} MB; at most 5 MB are taken."));
    }
    (held >= MOST).then(|| format!("{name} is one too many: a message takes {MOST} pictures."))
}

/// What may be done with a picture that was received. Only one that came with the message itself, or from the backend, is
/// shown by itself; asking a stranger's server for one would tell it who reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picture {
    /// Shown: a data URL of a picture.
    Shown(String),
    /// Fetched from the backend, and shown: a path there, which begins with a slash.
    Served(String),
    /// Behind a link that the person may follow: an address elsewhere.
    Linked(String),
    /// Only named: any other address.
    Named(String),
}

impl Picture {
    /// The picture at an address.
    pub(crate) fn at(url: &str) -> Self {
        let is_path = !url.is_empty() && !url.starts_with("//") && !url.contains([':', '\\']) && !url.contains("..");
        if url.starts_with("data:image/") {
            Self::Shown(url.to_owned())
        } else if url.starts_with("https://") || url.starts_with("http://") {
            Self::Linked(url.to_owned())
        } else if is_path {
            Self::Served(["/", url.trim_start_matches('/')].concat())
        } else {
            Self::Named(url.to_owned())
        }
    }
}

/// A picture that goes with the next message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    /// The name of the file; may be empty.
    pub name: String,
    /// The picture.
    pub image: ImageRef,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_picture_that_came_along_or_is_the_backends_is_shown_by_itself() {
        let named = |url: &str| Picture::Named(url.to_owned());
        assert_eq!(Picture::at("data:image/png;base64,x"), Picture::Shown("data:image/png;base64,x".to_owned()));
        assert_eq!(Picture::at("https://a.example/i.png"), Picture::Linked("https://a.example/i.png".to_owned()));
        for path in ["/images/1.png", "images/1.png"] {
            assert_eq!(Picture::at(path), Picture::Served("/images/1.png".to_owned()));
        }
        for url in ["javascript:alert(1)", "data:text/html,x", "//a.example/i.png", "/a/../../x", "\\\\a\\b", ""] {
            assert_eq!(Picture::at(url), named(url));
        }
    }

    #[test]
    fn what_is_no_picture_too_large_or_too_many_is_refused_in_words() {
        let megabytes = |count: f64| count * 1_048_576.0;
        assert_eq!(refusal("a.png", "image/png", megabytes(5.0), 0), None);
        let large = refusal("a.png", "image/png", megabytes(19.5), 0);
        assert_eq!(large.as_deref(), Some("a.png has 20 MB; at most 5 MB are taken."));
        assert!(
            refusal("a.svg", "image/svg+xml", 10.0, 0).is_some_and(|words| words.starts_with("a.svg is no picture"))
        );
        assert!(refusal("", "", 10.0, 0).is_some_and(|words| words.starts_with("The picture")));
        assert!(refusal("a.png", "image/png", 10.0, MOST).is_some());
    }
}
