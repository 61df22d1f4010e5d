//! Sends one message, at the next high water.

mod blink;
mod tide;

use std::time::Duration;

fn main() {
    let message = std::env::args().nth(1).unwrap_or_else(|| "ship ahoy".to_owned());
    let wait = tide::until_high_water(Duration::from_secs(3 * 3600));
    println!("high water in {} min", wait.as_secs() / 60);
    println!("{}", blink::pattern(&message));
}
