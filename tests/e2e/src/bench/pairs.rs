//! Two sides, measured by turns: what slows the machine for a while slows both.

use anyhow::Result;

/// How often both sides are measured.
const TIMES: usize = 5;

/// What one turn gave for both sides, in whatever they are measured in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    pub(super) measured: f64,
    pub(super) compared: f64,
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What the bench is about.
    Measured,
    /// What it is compared with.
    Compared,
}

/// What each turn gave, with both sides as they were measured.
pub(super) async fn alternate<T>(mut measure: impl AsyncFnMut(Side) -> Result<T>) -> Result<Vec<(T, T)>> {
    let mut turns = Vec::new();
    for turn in 0..TIMES {
        let first = order(turn)[0];
        let one = measure(first).await?;
        let other = measure(order(turn)[1]).await?;
        turns.push(if first == Side::Measured { (one, other) } else { (other, one) });
    }
    Ok(turns)
}

/// Which side goes first changes with every turn: the second finds the machine as the first has left it.
fn order(turn: usize) -> [Side; 2] {
    if turn.is_multiple_of(2) { [Side::Compared, Side::Measured] } else { [Side::Measured, Side::Compared] }
}

/// One figure of what each turn gave.
pub(super) fn figure<T>(turns: &[(T, T)], figure: impl Fn(&T) -> f64) -> Vec<Pair> {
    turns.iter().map(|(one, other)| Pair { measured: figure(one), compared: figure(other) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_side_goes_first_by_turns_and_is_told_apart() -> Result<()> {
        let mut asked = Vec::new();
        let turns = alternate(async |side| {
            asked.push(side);
            Ok(if side == Side::Measured { 3.0 } else { 2.0 })
        })
        .await?;
        assert_eq!(figure(&turns, |value| *value), [Pair { measured: 3.0, compared: 2.0 }; TIMES]);
        assert_eq!(asked[..4], [Side::Compared, Side::Measured, Side::Measured, Side::Compared]);
        Ok(())
    }
}
