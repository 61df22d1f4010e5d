//! The contract, spoken to the real backend over real sockets. One program, so that it is linked once; one file per part
//! of the contract.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "all of this is test code, also the functions without `#[test]`"
)]

mod announcements;
mod browsers;
mod compaction;
mod conversations;
mod endings;
mod history;
mod metrics;
mod openai;
mod queue;
mod replay;
mod requests;
mod restarts;
mod scenes;
mod settings;
mod support;
mod surfaces;
mod turns;
mod warming;
