//! Runs the benches that are named on the command line, all if none is. What they measure goes to standard output, a JSON
//! object a line, for `cargo xtask bench` to judge.

use anyhow::Result;
use dispatch_e2e::bench;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    bench::run(&names).await
}
