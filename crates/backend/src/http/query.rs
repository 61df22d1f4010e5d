//! Query strings.

use super::failure::Failure;
use axum::extract::Query;

/// A query string as it came: which names count, and what their values mean, is each endpoint's business.
pub(super) type Pairs = Query<Vec<(String, String)>>;

/// The first value of a name.
pub(super) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// A whole number of at least `least`. One too large to count with is as good as the largest.
pub(super) fn number(pairs: &[(String, String)], name: &str, least: u64) -> Result<Option<u64>, Failure> {
    let Some(text) = value(pairs, name) else {
        return Ok(None);
    };
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| text.parse().unwrap_or(u64::MAX)).filter(|number| *number >= least);
    match number {
        Some(number) => Ok(Some(number)),
        None => Err(Failure::BadRequest(format!("`{name}` must be a whole number of at least {least}, not `{text}`"))),
    }
}
