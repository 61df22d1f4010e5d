//! What it costs to show an answer as it is meant and not as it is written: how busy the main thread is with it, beside the
//! floor page, which knows what becomes of it and appends just that; and whether a frame near the end costs what one at the
//! beginning does. It cannot, where the browser lays out more and more, as with the lines of one paragraph: so the console's
//! frames may grow as those of the floor page do.
//! Three answers: one with everything in it, and two whose end can never be put away before it comes, a paragraph without a
//! break and one long block of code.

use super::{
    agent,
    figures::percentile,
    floor::{Floor, Foreseen},
    open::Chosen,
    pairs::{Pair, Side, alternate, figure},
    report::Report,
    streams::{Watched, begin, longest, open_either, watch},
};
use crate::stage::Stage;
use anyhow::{Result, ensure};

/// The pace at which each of them takes five seconds.
const PACE: f64 = 4.0;

/// How many frames at the beginning are compared with as many at the end.
const FRAMES: usize = 20;

/// What is said. All of it comes in deltas of twelve characters, each a message of its own: 100 KB are 8,500.
const SAID: [(&str, &str); 3] = [("mixed", "markdown 100"), ("paragraph", "paragraph 22"), ("listing", "listing 2000")];

/// Measures it.
pub(super) async fn run(stage: &mut Stage, report: &Report) -> Result<()> {
    let floor = Floor::start().await?;
    stage.change_pace(PACE, Some(0)).await?;
    for (name, message) in SAID {
        let rehearsal = format!("{name}-rehearsal");
        open_either(stage, &floor, Side::Measured, &rehearsal).await?;
        let foreseen = Foreseen::rehearse(stage, &rehearsal, message).await?;
        let mut number = 0;
        let turns = alternate(async |side| {
            number += 1;
            play(stage, &floor, &foreseen, side, &format!("{name}-{number}"), message).await
        })
        .await?;
        report.pairs(&format!("busy_{name}"), &figure(&turns, Watched::busy_milliseconds))?;
        let console = turns.iter().map(|(console, _)| growth(&console.costs)).collect::<Result<Vec<Pair>>>()?;
        report.pairs(&format!("frames_{name}"), &console)?;
        let floor = turns.iter().map(|(_, floor)| growth(&floor.costs)).collect::<Result<Vec<Pair>>>()?;
        report.pairs(&format!("floor_frames_{name}"), &floor)?;
        let beside: Vec<f64> =
            console.iter().zip(&floor).map(|(console, floor)| times(console) / times(floor)).collect();
        report.value(&format!("growth_{name}"), percentile(&beside, 0.5))?;
        report.value(&format!("longest_{name}"), longest(&turns))?;
    }
    Ok(())
}

/// Plays a message in the floor page, or in a console that has written Markdown before: what is loaded and made fast with
/// its first frames would let the others look cheap.
async fn play(
    stage: &Stage,
    floor: &Floor,
    foreseen: &Foreseen,
    side: Side,
    name: &str,
    message: &str,
) -> Result<Watched> {
    open_either(stage, floor, side, name).await?;
    if side == Side::Compared {
        foreseen.tell(stage).await?;
    } else {
        let earlier = format!("{name}-earlier");
        begin(stage, &earlier).await?;
        Chosen::of(stage, &earlier).await?;
        agent::say(stage.http.address(), &earlier, "markdown 20").await?;
        Chosen::of(stage, name).await?;
    }
    watch(stage, &[(name, message)], async || Ok(())).await
}

/// How many times as much the measured side costs.
fn times(pair: &Pair) -> f64 {
    pair.measured / pair.compared
}

/// What a frame at the end costs beside one at the beginning.
fn growth(costs: &[f64]) -> Result<Pair> {
    ensure!(costs.len() >= 4 * FRAMES, "there were only {} frames", costs.len());
    let middle = |costs: &[f64]| percentile(costs, 0.5);
    Ok(Pair { measured: middle(&costs[costs.len() - FRAMES..]), compared: middle(&costs[..FRAMES]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_frames_are_compared_with_the_first() -> Result<()> {
        let costs: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(growth(&costs)?, Pair { measured: 90.0, compared: 10.0 });
        assert!(growth(&costs[..50]).is_err());
        Ok(())
    }
}
