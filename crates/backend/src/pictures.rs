//! Pictures that come with a message. They are kept as they came, as data URLs in the history, so that a console has them
//! also when this backend is gone; which is why they must be pictures, and not too many or too large.

use dispatch_contract::ImageRef;

/// More pictures do not fit into one message.
pub(crate) const MOST: usize = 20;

/// A larger picture is refused; bytes of the picture itself.
pub(crate) const LARGEST: usize = 5 * MEGABYTE;

/// The kinds of pictures that browsers show and models see.
const KINDS: &[&str] = &["image/png", "image/jpeg", "image/gif", "image/webp"];

/// Why a picture is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum BadPicture {
    #[error("a message takes at most {MOST} pictures, not {0}")]
    TooMany(usize),
    #[error("picture {number} is {megabytes} MB; at most {} MB are taken", LARGEST / MEGABYTE)]
    TooLarge {
        /// Which, from 1.
        number: usize,
        /// Its size, rounded up to a tenth, so that it never reads as the limit itself.
        megabytes: f64,
    },
    #[error("picture {number} is `{kind}`; what is taken is {}", KINDS.join(", "))]
    Kind {
        /// Which, from 1.
        number: usize,
        /// What it says it is.
        kind: String,
    },
    #[error("picture {0} is neither a data URL in base64 nor an http(s) address")]
    NoPicture(usize),
}

const MEGABYTE: usize = 1_048_576;

/// Checks the pictures of a message.
pub(crate) fn check(pictures: &[ImageRef]) -> Result<(), BadPicture> {
    if pictures.len() > MOST {
        return Err(BadPicture::TooMany(pictures.len()));
    }
    (1..).zip(pictures).try_for_each(|(number, picture)| check_one(number, &picture.url))
}

fn check_one(number: usize, url: &str) -> Result<(), BadPicture> {
    if is_web_address(url) {
        return Ok(());
    }
    let (kind, data) = data_url(url).ok_or(BadPicture::NoPicture(number))?;
    if !KINDS.contains(&kind) {
        return Err(BadPicture::Kind { number, kind: kind.chars().take(60).collect() });
    }
    let bytes = data.len() / 4 * 3;
    if bytes > LARGEST {
        let megabytes = (bytes * 10 / MEGABYTE + 1) as f64 / 10.0;
        return Err(BadPicture::TooLarge { number, megabytes });
    }
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if data.is_empty() || !data.bytes().all(is_base64) {
        return Err(BadPicture::NoPicture(number));
    }
    Ok(())
}

fn is_web_address(url: &str) -> bool {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty()) && url.len() <= 8_192
}

/// The type and the base64 of a data URL.
fn data_url(url: &str) -> Option<(&str, &str)> {
    let (head, data) = url.strip_prefix("data:")?.split_once(',')?;
    Some((head.strip_suffix(";base64")?, data))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(url: &str) -> Result<(), BadPicture> {
        check(&[ImageRef { url: url.to_owned(), mime_type: None }])
    }

    #[test]
    fn pictures_are_taken_and_what_is_none_is_refused() {
        for url in ["data:image/png;base64,AA==", "data:image/webp;base64,/9j+", "https://example.org/a.png"] {
            assert_eq!(checked(url), Ok(()), "{url}");
        }
        let none = ["", "data:", "data:image/png,raw", "data:image/png;base64,", "data:image/png;base64,<svg>"];
        for url in none.into_iter().chain(["/images/1.png", "file:///etc/passwd", "javascript:alert(1)", "https://"]) {
            assert_eq!(checked(url), Err(BadPicture::NoPicture(1)), "{url}");
        }
        let refused = checked("data:image/svg+xml;base64,AA==").unwrap_err().to_string();
        assert!(refused.contains("image/svg+xml") && refused.contains("image/png"), "{refused}");
    }

    #[test]
    fn the_limits_are_told() {
        let of_size = |bytes: usize| format!("data:image/png;base64,{}", "A".repeat(bytes / 3 * 4));
        assert_eq!(checked(&of_size(LARGEST)), Ok(()));
        let refused = checked(&of_size(LARGEST + 3)).unwrap_err().to_string();
        assert_eq!(refused, "picture 1 is 5.1 MB; at most 5 MB are taken");
        let many = vec![ImageRef { url: "https://example.org/a.png".to_owned(), mime_type: None }; MOST + 1];
        assert_eq!(check(&many), Err(BadPicture::TooMany(MOST + 1)));
        assert_eq!(check(&many[1..]), Ok(()));
    }
}
