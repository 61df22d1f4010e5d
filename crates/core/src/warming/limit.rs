//! After how many warms that no turn used warming is turned off.
//!
//! The switch flips, whatever is sent with it: two windows that both turn it off turn it on again. So a window says that
//! it is going to, waits until every other window must have heard of it, and acts only if no other one said so before. All
//! windows come to the same answer, since the first claim wins, and of two in the same millisecond the lesser name.

use super::Warming;
use crate::Millis;
use std::ops::RangeInclusive;

/// How many warms in a row may go unused by default: about half a day at the usual interval of 240 s.
pub const DEFAULT_LIMIT: u64 = 150;

/// What may be chosen.
pub const LIMITS: RangeInclusive<u64> = 1..=10_000;

/// How long a window waits after its claim, in milliseconds.
pub const CLAIM_PAUSE: f64 = 1_000.0;

/// A claim that is older, in milliseconds, was made by a window that is gone. Timers of hidden windows run once a minute.
const CLAIM_VALID: f64 = 120_000.0;

/// How many warms came since a turn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Unused {
    pub(super) count: u64,
    /// When the counting began.
    pub(super) since: Millis,
}

impl Unused {
    pub(super) fn restart(&mut self, now: Millis) {
        *self = Self { count: 0, since: now };
    }

    /// Of two accounts, the one that began later counts, and of those that began together the larger.
    pub(super) fn join(&mut self, other: Self) {
        if (other.since.0, other.count) > (self.since.0, self.count) {
            *self = other;
        }
    }
}

/// What the person chose for a conversation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limit {
    /// None: warming goes on whatever comes of it.
    pub(super) warms: Option<u64>,
    pub(super) chosen_at: Millis,
}

impl Default for Limit {
    fn default() -> Self {
        Self { warms: Some(DEFAULT_LIMIT), chosen_at: Millis::default() }
    }
}

/// A window says that it is going to turn warming off.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Claim {
    pub(crate) at: Millis,
    pub(crate) window: String,
}

impl Claim {
    fn is_valid(&self, now: Millis) -> bool {
        now.since(self.at) < CLAIM_VALID
    }

    fn is_before(&self, other: &Self) -> bool {
        (self.at.0, &self.window) < (other.at.0, &other.window)
    }
}

impl Warming {
    /// The person chose after how many unused warms warming is turned off, if ever.
    pub(crate) fn choose_limit(&mut self, warms: Option<u64>, now: Millis) {
        self.limit = Limit { warms: warms.map(|warms| warms.clamp(*LIMITS.start(), *LIMITS.end())), chosen_at: now };
        self.is_unstored = true;
    }

    /// The newest frame says that warming is on. If it has gone on for too long, this window claims to turn it off. Gives
    /// back whether it does so now.
    pub(crate) fn claims(&mut self, window: &str, now: Millis) -> bool {
        let is_due = self.limit.warms.is_some_and(|limit| self.unused.count >= limit);
        if !is_due || self.claim.as_ref().is_some_and(|claim| claim.is_valid(now)) {
            return false;
        }
        self.claim = Some(Claim { at: now, window: window.to_owned() });
        self.is_unstored = true;
        true
    }

    /// Another window's claim.
    pub(super) fn hear_claim(&mut self, theirs: Claim, now: Millis) {
        let is_first = self.claim.as_ref().is_none_or(|ours| !ours.is_valid(now) || theirs.is_before(ours));
        if theirs.is_valid(now) && is_first {
            self.claim = Some(theirs);
        }
    }

    /// The pause after the claim is over. Gives back how many warms went unused if it is this window that acts.
    pub(crate) fn acts(&self, window: &str, now: Millis) -> Option<u64> {
        let is_mine = |claim: &&Claim| claim.window == window && claim.is_valid(now);
        self.claim.as_ref().filter(is_mine).map(|_| self.unused.count)
    }
}
