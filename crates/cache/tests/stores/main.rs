//! What every store promises.
#![expect(clippy::unwrap_used, reason = "all of this is test code, also the functions without `#[test]`")]

mod memory;
mod suite;
