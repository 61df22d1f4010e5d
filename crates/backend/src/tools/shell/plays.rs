//! What the rehearsed commands print.

/// A command's output and end.
#[derive(Clone, Debug)]
pub(super) struct Play {
    pub(super) lines: Vec<Line>,
    pub(super) exit_code: i32,
}

/// One line, some time after the one before.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) after_ms: u64,
    pub(super) is_error: bool,
    pub(super) text: String,
}

/// The play of a command; the same command always plays the same.
pub(super) fn of(command: &str) -> Play {
    match command.trim() {
        "cargo check" => play(0, CHECK),
        "cargo test" => play(0, TEST),
        "cargo test --test harbour" => play(101, FAILING_TEST),
        "cargo clippy" => play(0, CLIPPY),
        "npm run build" => play(0, BUILD),
        "./scripts/measure" => play(0, MEASURE),
        other => Play { lines: vec![line(200, false, &format!("$ {other}"))], exit_code: 0 },
    }
}

fn play(exit_code: i32, lines: &[(u64, bool, &str)]) -> Play {
    let lines = lines.iter().map(|(after_ms, is_error, text)| line(*after_ms, *is_error, text)).collect();
    Play { lines, exit_code }
}

fn line(after_ms: u64, is_error: bool, text: &str) -> Line {
    Line { after_ms, is_error, text: text.to_owned() }
}

const CHECK: &[(u64, bool, &str)] = &[
    (120, true, "    Checking bitflags v2.9.1"),
    (240, true, "    Checking memchr v2.7.4"),
    (180, true, "    Checking serde v1.0.219"),
    (320, true, "    Checking lantern v0.3.0"),
    (260, true, "    Finished `dev` profile [unoptimized + debuginfo] target(s) in 1.12s"),
];

const TEST: &[(u64, bool, &str)] = &[
    (150, true, "   Compiling lantern v0.3.0"),
    (600, true, "    Finished `test` profile [unoptimized + debuginfo] target(s) in 0.74s"),
    (90, true, "     Running unittests src/lib.rs"),
    (60, false, "running 4 tests"),
    (110, false, "test blink::a_short_message_is_one_group ... ok"),
    (70, false, "test blink::letters_are_kept_apart ... ok"),
    (240, false, "test tide::high_water_repeats_after_twelve_hours_and_a_half ... ok"),
    (130, false, "test tide::a_negative_range_is_refused ... ok"),
    (60, false, "test result: ok. 4 passed; 0 failed; 0 ignored; finished in 0.41s"),
];

const FAILING_TEST: &[(u64, bool, &str)] = &[
    (180, true, "   Compiling lantern v0.3.0"),
    (420, true, "     Running tests/harbour.rs"),
    (80, false, "running 2 tests"),
    (160, false, "test the_light_is_on_after_dusk ... ok"),
    (300, false, "test a_fog_signal_repeats ... FAILED"),
    (40, true, "thread 'a_fog_signal_repeats' panicked at tests/harbour.rs:27:5:"),
    (20, true, "assertion `left == right` failed"),
    (20, true, "  left: 29s"),
    (20, true, " right: 30s"),
    (90, false, "test result: FAILED. 1 passed; 1 failed; finished in 0.32s"),
];

const CLIPPY: &[(u64, bool, &str)] = &[
    (300, true, "    Checking lantern v0.3.0"),
    (700, true, "warning: this `if` can be collapsed"),
    (10, true, "  --> src/tide.rs:18:5"),
    (420, true, "warning: `lantern` (lib) generated 1 warning"),
    (60, true, "    Finished `dev` profile [unoptimized + debuginfo] target(s) in 1.49s"),
];

const BUILD: &[(u64, bool, &str)] = &[
    (200, false, "> harbour-site@1.4.0 build"),
    (180, false, "transforming (31) src/main.ts"),
    (520, false, "\u{2713} 112 modules transformed."),
    (260, false, "dist/index.html    0.61 kB | gzip:  0.36 kB"),
    (40, false, "dist/app.css       8.02 kB | gzip:  2.11 kB"),
    (40, false, "dist/app.js       61.48 kB | gzip: 21.90 kB"),
    (120, false, "built in 1.24s"),
];

const MEASURE: &[(u64, bool, &str)] = &[
    (250, false, "warming up"),
    (450, false, "round 1: 41.2 ms"),
    (450, false, "round 2: 39.8 ms"),
    (450, false, "round 3: 40.1 ms"),
    (150, true, "note: 3 rounds only, the spread is a guess"),
    (120, false, "median 40.1 ms"),
];
