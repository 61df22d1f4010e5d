//! Numbers as a person types and reads them. The standard library's own ways from and to text cost every visitor several
//! kilobytes; what serde_json has for it is there anyway.

use serde_json::{Number, Value};

/// Digits beyond these do not change what is shown.
const MOST_DIGITS: usize = 15;

/// A number as it is read: without a fraction where it has none.
pub(super) fn number_words(value: f64) -> String {
    let whole = value as i64;
    if whole as f64 == value && whole.unsigned_abs() < 1 << 53 {
        return whole.to_string();
    }
    Number::from_f64(value).map_or_else(String::new, |number| number.to_string())
}

/// The first decimal number in a text, without its sign: of `93 %`, 93.
pub(crate) fn first_number(text: &str) -> Option<f64> {
    let start = text.find(|letter: char| letter.is_ascii_digit())?;
    Some(leading(&text[start..], false).0)
}

/// The number that a text is, with what it counts after it: of `1,801 tok` it is 1801. `None` for a text that begins with
/// something else, or has another number in it, such as a date.
pub(super) fn measured(text: &str) -> Option<f64> {
    let text = text.trim();
    let (sign, digits) = text.strip_prefix('-').map_or((1.0, text), |rest| (-1.0, rest));
    if !digits.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let (value, rest) = leading(digits, true);
    let is_alone = !rest.contains(|letter: char| letter.is_ascii_digit());
    is_alone.then_some(sign * value)
}

/// The number at the beginning of a text that begins with a digit, and what follows it.
fn leading(text: &str, with_groups: bool) -> (f64, &str) {
    let (mut value, mut scale, mut digits) = (0.0, 1.0, 0);
    let mut is_fraction = false;
    let mut letters = text.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        let goes_on = letters.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        match letter.to_digit(10) {
            Some(digit) if digits < MOST_DIGITS || !is_fraction => {
                value = value * 10.0 + f64::from(digit);
                scale *= if is_fraction { 10.0 } else { 1.0 };
                digits += 1;
            }
            Some(_) => {}
            None if letter == '.' && !is_fraction && goes_on => is_fraction = true,
            None if letter == ',' && with_groups && !is_fraction && goes_on => {}
            None => return (value / scale, &text[place..]),
        }
    }
    (value / scale, "")
}

/// Reads a number that was typed. The error says, in words, what would have been taken.
pub(super) fn read_typed(typed: &str, min: Option<f64>, max: Option<f64>, unit: Option<&str>) -> Result<Value, String> {
    let number = parse(typed).ok_or_else(|| "Type a number.".to_owned())?;
    let with_unit = |bound: f64| match unit {
        Some(unit) => [&number_words(bound), " ", unit].concat(),
        None => number_words(bound),
    };
    // Bounds that leave nothing are a mistake of the extension's, which is the one that has to refuse then.
    let (min, max) = match (min, max) {
        (Some(min), Some(max)) if min > max => (None, None),
        bounds => bounds,
    };
    let is_in = min.is_none_or(|min| number >= min) && max.is_none_or(|max| number <= max);
    match (min, max) {
        _ if is_in => {
            let is_whole = number_words(number).bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            Ok(if is_whole { Value::from(number as i64) } else { Value::from(number) })
        }
        (Some(min), Some(max)) => Err(format!("From {} to {}.", number_words(min), with_unit(max))),
        (Some(min), None) => Err(format!("At least {}.", with_unit(min))),
        (None, Some(max)) => Err(format!("At most {}.", with_unit(max))),
        (None, None) => Err("Type a number.".to_owned()),
    }
}

/// A number field gives `05` and `.5`, which JSON does not know.
fn parse(typed: &str) -> Option<f64> {
    let typed = typed.trim();
    let (sign, digits) = typed.strip_prefix('-').map_or(("", typed), |rest| ("-", rest));
    let digits = digits.trim_start_matches('0');
    let nought = if digits.starts_with(|letter: char| letter.is_ascii_digit()) { "" } else { "0" };
    let is_typed = typed.bytes().any(|byte| byte.is_ascii_digit());
    let number: Value = serde_json::from_str(&[sign, nought, digits].concat()).ok()?;
    number.as_f64().filter(|_| is_typed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_read_without_a_fraction_they_do_not_have() {
        let cases = [(240.0, "240"), (-3.0, "-3"), (0.5, "0.5"), (-0.0, "0"), (1e300, "1e+300"), (f64::NAN, "")];
        for (value, expected) in cases {
            assert_eq!(number_words(value), expected);
        }
    }

    #[test]
    fn what_is_typed_is_a_number_within_its_bounds_or_words_that_say_so() {
        let read = |typed: &str| read_typed(typed, Some(10.0), Some(600.0), Some("s"));
        for (typed, expected) in [("240", 240), (" 10 ", 10), ("0600", 600)] {
            assert_eq!(read(typed), Ok(json!(expected)), "{typed}");
        }
        assert_eq!(read("12.5"), Ok(json!(12.5)));
        for typed in ["9", "601", "-20", "0", "1e9"] {
            assert_eq!(read(typed), Err("From 10 to 600 s.".to_owned()), "{typed}");
        }
        for typed in ["", "-", "ten", "NaN", "Infinity", "1e999", "1,5", "0x10", ".", "1.", "true"] {
            assert_eq!(read(typed), Err("Type a number.".to_owned()), "{typed}");
        }
        assert_eq!(read_typed(".5", None, None, None), Ok(json!(0.5)));
        assert_eq!(read_typed("-00.5", None, None, None), Ok(json!(-0.5)));
        assert_eq!(read_typed("0", None, None, None), Ok(json!(0)));
        assert_eq!(read_typed("1", Some(2.0), None, None), Err("At least 2.".to_owned()));
        assert_eq!(read_typed("1", None, Some(0.5), Some("%")), Err("At most 0.5 %.".to_owned()));
        assert_eq!(read_typed("1", Some(5.0), Some(2.0), None), Ok(json!(1)), "bounds that leave nothing");
    }

    #[test]
    fn the_first_number_in_a_text_is_found() {
        let cases = [
            ("100%", Some(100.0)),
            ("93 %", Some(93.0)),
            ("0%", Some(0.0)),
            ("—", None),
            ("n/a", None),
            ("61.5%", Some(61.5)),
            ("about 61. then 7", Some(61.0)),
        ];
        for (text, expected) in cases {
            assert_eq!(first_number(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_a_number_is_measured() {
        let cases = [
            ("1,801 tok", Some(1801.0)),
            ("-4.25s", Some(-4.25)),
            ("93%", Some(93.0)),
            ("2026-11-21", None),
            ("3 of 5", None),
            ("up 3", None),
            ("", None),
            ("-", None),
        ];
        for (text, expected) in cases {
            assert_eq!(measured(text), expected, "{text}");
        }
    }
}
