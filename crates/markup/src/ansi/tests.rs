//! Terminal output: by example, and cut anywhere.

use super::*;
use proptest::prelude::*;

/// What is shown after these pieces, each run as `class#colour/colour[text](link)`, those without style as they are.
fn shown(pieces: &[(Stream, &str)]) -> Vec<Run> {
    let mut terminal = Terminal::new();
    let mut shown = Vec::new();
    for (stream, piece) in pieces {
        terminal.write(*stream, piece).apply(&mut shown);
    }
    shown
}

fn told(runs: &[Run]) -> String {
    let mut told = String::new();
    for run in runs {
        let mut look = run.style.class();
        for ground in [Ground::Text, Ground::Back] {
            if let Some(value) = run.style.colour(ground).value() {
                look.push_str(if ground == Ground::Text { " text:" } else { " back:" });
                look.push_str(&value);
            }
        }
        if let Some(link) = &run.style.link {
            look.push_str(" link:");
            look.push_str(link);
        }
        if look.is_empty() {
            told.push_str(&run.text);
        } else {
            told.push_str(&format!("<{}|{}>", look.trim_start().replace("ansi-", ""), run.text));
        }
    }
    told
}

#[track_caller]
fn check(written: &str, expected: &str) {
    assert_eq!(told(&shown(&[(Stream::Out, written)])), expected, "{written:?}");
}

#[test]
fn styles() {
    check("a \x1b[1mb\x1b[0m c", "a <bold|b> c");
    check("\x1b[1;2;3;4;9mall\x1b[mnone", "<bold dim italic underline strike|all>none");
    check("\x1b[1;2mx\x1b[22my\x1b[3;4;9mz\x1b[23;24;29mw", "<bold dim|x>y<italic underline strike|z>w");
    check("\x1b[4:3mcurly\x1b[4:0mnot\x1b[21mdouble", "<underline|curly>not<underline|double>");
    check("\x1b[31mred\x1b[92;44mgreen\x1b[39;49m.", "<fg-1|red><fg-a bg-4|green>.");
    check("\x1b[97;107mw", "<fg-f bg-f|w>");
    check("\x1b[7mi\x1b[31mj\x1b[27mk", "<fg-own bg-own|i><fg-own bg-1|j><fg-1|k>");
    check("\x1b[38;5;9ma\x1b[38;5;196mb\x1b[48;5;244mc", "<fg-9|a><text:#ff0000|b><text:#ff0000 back:#808080|c>");
    check("\x1b[38;2;1;20;255;1mx", "<bold text:#0114ff|x>");
    check(
        "\x1b[38:2::1:20:255;1mx\x1b[0;48:5:17my\x1b[38:2:1:2:3mz",
        "<bold text:#0114ff|x><back:#00005f|y><text:#010203 back:#00005f|z>",
    );
    check("\x1b[58;5;1mx\x1b[38;2;1;2;256my\x1b[38;9mz\x1b[38m.", "xyz.");
}

#[test]
fn links() {
    check("\x1b]8;;https://a.b/c\x1b\\x\x1b]8;;\x1b\\y", "<link:https://a.b/c|x>y");
    check("\x1b]8;id=1;HTTP://a\x07x\x1b[1my\x1b[0m\x1b]8;;\x07z", "<link:HTTP://a|x><bold link:HTTP://a|y>z");
    check("\x1b]8;;javascript:alert(1)\x07x\x1b]8;;https://\x07y\x1b]8;;https://a b\x07z", "xyz");
    check(&format!("\x1b]8;;https://{}\x07x", "a".repeat(3000)), "x");
}

#[test]
fn what_is_not_understood_is_not_shown() {
    check("a\x1b]0;title\x07b\x1b[?25lc\x1b[2Jd\x1b(Be\x1b=f\x1b[>4;1mg", "abcdefg");
    check("a\x1bPq#0;2;0\x1b\\b\x1b_x\x1b\\c\u{9b}1md\u{9b}0m", "abc<bold|d>");
    check("a\x1b[1\x18b\x1b[31\x1b[1mc", "ab<bold|c>");
    check("a\u{0}\u{7}\u{7f}b\tc", "ab\tc");
    check("a\x1b[31\nb\x1b]0;open\nc", "a\nb\nc");
    check("\x1b[1mx\x1bcy", "<bold|x>y");
}

#[test]
fn lines_are_written_anew() {
    check("one\r\ntwo\r\r\n", "one\ntwo\n");
    check("10%\r20%\r\x1b[32m100%\x1b[0m\ndone", "<fg-2|100%>\ndone");
    check("kept\n10%\r", "kept\n10%");
    check("kept\n10%\r\x1b[K", "kept\n");
    check("10%\x1b[K\x1b[2Kx\x1b[1Gy", "y");
    check("|\x08/\x08-\x08\x08\x08", "");
    check("ab\n\x08c", "ab\nc");
    check("a\x1b[1mé\x08b", "a<bold|b>");
    check("10%\r\x08x", "x");
}

#[test]
fn an_update_says_what_to_take_away() {
    let mut terminal = Terminal::new();
    let text = |update: Update| (update.rewrite, told(&update.runs));
    assert_eq!(text(terminal.write(Stream::Out, "one\n10")), (false, "one\n10".to_owned()));
    assert_eq!(text(terminal.write(Stream::Out, "%")), (false, "%".to_owned()));
    assert_eq!(text(terminal.write(Stream::Out, "\r")), (false, String::new()));
    assert_eq!(text(terminal.write(Stream::Out, "20%\r30%")), (true, "30%".to_owned()));
    assert_eq!(text(terminal.write(Stream::Out, "\x08!")), (true, "30!".to_owned()));
    assert_eq!(text(terminal.write(Stream::Out, "\r\n40%\r50%")), (false, "\n50%".to_owned()));
}

#[test]
fn the_two_streams_share_the_line_and_nothing_else() {
    use Stream::{Error, Out};
    let pieces =
        [(Out, "\x1b[31"), (Error, "oh\x1b[1m"), (Out, "mred"), (Error, "\x1b[0;2mno"), (Out, "\rx"), (Error, "\x08")];
    assert_eq!(told(&shown(&pieces[..4])), "<error|oh><fg-1|red><dim error|no>");
    assert_eq!(told(&shown(&pieces[..5])), "<fg-1|x>");
    assert_eq!(told(&shown(&pieces)), "");
}

#[test]
fn what_is_remembered_is_bounded() {
    let mut terminal = Terminal::new();
    let mut shown = Vec::new();
    for _ in 0..1000 {
        for piece in ["no newline \x1b[1m", "\x1b[0m\u{8}", "\x1b[1;2;3;4;5;6;7;8;9;", "0m\x1b]8;;https://", "\x1b["] {
            terminal.write(Stream::Out, &piece.repeat(3)).apply(&mut shown);
        }
    }
    let line: usize = terminal.line.iter().map(|run| run.text.capacity()).sum();
    assert!(line <= 4 * LONGEST_LINE, "{line}");
    assert!(terminal.out.remembered() <= 2 * 4096, "{}", terminal.out.remembered());
    terminal.write(Stream::Out, "\rshort").apply(&mut shown);
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].text, "short");
}

fn pieces() -> impl Strategy<Value = Vec<(bool, String)>> {
    let piece = prop_oneof![
        "[a-cé\n\t ]{0,5}",
        "[\r\n\u{8}\u{1b}\u{7}\u{18}\u{9b}\u{9c}\u{9d}]{1,3}",
        "\u{1b}\\[[?]?[0-9]{0,3}([;:][0-9]{0,3}){0,6}[mKGHJA]",
        "\u{1b}\\]8;[a-z=]{0,3};(https://x)?(\u{7}|\u{1b}\\\\)",
        "\u{1b}[\\]P(_][a-z0-9;]{0,5}",
        "x{4090,4100}",
        "\u{8}{1,9}",
    ];
    prop::collection::vec((any::<bool>(), piece), 0..12)
}

proptest! {
    #[test]
    fn it_does_not_matter_where_output_is_cut(pieces in pieces()) {
        let stream = |error: bool| if error { Stream::Error } else { Stream::Out };
        // At once means: as much at once as came from one stream.
        let mut joined: Vec<(Stream, String)> = Vec::new();
        let mut letters = Vec::new();
        for (error, text) in &pieces {
            match joined.last_mut() {
                Some((last, all)) if *last == stream(*error) => all.push_str(text),
                _ => joined.push((stream(*error), text.clone())),
            }
            for (start, char) in text.char_indices() {
                letters.push((stream(*error), &text[start..start + char.len_utf8()]));
            }
        }
        let as_written: Vec<_> = pieces.iter().map(|(error, text)| (stream(*error), text.as_str())).collect();
        let at_once: Vec<_> = joined.iter().map(|(stream, text)| (*stream, text.as_str())).collect();
        let expected = shown(&at_once);
        prop_assert_eq!(&shown(&letters), &expected);
        prop_assert_eq!(&shown(&as_written), &expected);
        for run in expected {
            prop_assert!(!run.text.is_empty());
            prop_assert!(!run.text.contains(|char: char| char.is_control() && char != '\n' && char != '\t'));
        }
    }
}
