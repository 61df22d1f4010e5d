//! The one socket: when to open it, when to give up on it, and what the person is told.
//!
//! Sockets die in three ways: they close, they never open, or they go silent without closing. The first two are noticed
//! by the browser or by a handshake timer. The third is found by a probe, never by silence alone, because a tool can be
//! quiet for minutes.

use crate::{Effect, Millis, SocketId, Timer};

/// How long a handshake may take, in milliseconds.
pub const HANDSHAKE_LIMIT: f64 = 10_000.0;
/// How long a busy socket may be silent before it is probed, in milliseconds.
pub const SILENCE_LIMIT: f64 = 45_000.0;
/// How long a probe may go unanswered, in milliseconds.
pub const PROBE_LIMIT: f64 = 10_000.0;
/// How long the backend may take to show that it has read the subscriptions, in milliseconds. After that it is taken for
/// one that does not answer probes.
pub const SUBSCRIBE_LIMIT: f64 = 3_000.0;

/// How long no socket may open before messages go over HTTP, where that answers, in milliseconds.
pub const HTTP_AFTER: f64 = 10_000.0;

const FIRST_PAUSE: f64 = 500.0;
const LONGEST_PAUSE: f64 = 30_000.0;

/// The pause after the `attempt`-th failure in a row (from 0), in milliseconds: doubling from half a second to 30 s, with
/// 20 % of jitter either way so that many consoles do not come back at once. `chance` is uniform in `[0, 1)`.
pub fn backoff(attempt: u32, chance: f64) -> f64 {
    let doubled = FIRST_PAUSE * 2_f64.powi(i32::try_from(attempt.min(16)).unwrap_or(16));
    doubled.min(LONGEST_PAUSE) * (4.0 + 2.0 * chance) / 5.0
}

/// Where the connection stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Phase {
    /// The page has not started yet.
    Unstarted,
    /// A socket is being opened.
    Connecting,
    /// It is open.
    Open,
    /// It is not, and the next attempt is at this moment.
    Waiting(Millis),
}

/// The connection.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    phase: Phase,
    socket: SocketId,
    /// Failures in a row.
    failures: u32,
    /// It was open at least once.
    was_open: bool,
    /// What the browser believes. Only for the person to read: a backend on this machine needs no network.
    online: bool,
    last_frame: Millis,
    watching: bool,
    probing: bool,
    /// Since when no socket is open, while one is wished for.
    closed_since: Option<Millis>,
    /// Messages go over HTTP.
    over_http: bool,
    /// The subscriptions were sent, and nothing has shown yet that the backend has read them.
    subscribing: bool,
    /// How many signs of life were asked for and not given yet.
    probes: u32,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            phase: Phase::Unstarted,
            socket: SocketId(0),
            failures: 0,
            was_open: false,
            online: true,
            last_frame: Millis::default(),
            watching: false,
            probing: false,
            closed_since: None,
            over_http: false,
            subscribing: false,
            probes: 0,
        }
    }
}

impl Connection {
    /// Where it stands.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The open socket.
    pub fn open_socket(&self) -> Option<SocketId> {
        (self.phase == Phase::Open).then_some(self.socket)
    }

    /// Whether messages go over HTTP, because no socket opens.
    pub fn is_over_http(&self) -> bool {
        self.over_http
    }

    /// The backend answered over HTTP, or did not. Tells whether messages go that way from now on.
    pub(crate) fn http_answered(&mut self, is_alive: bool, at: Millis) -> bool {
        let is_late = self.closed_since.is_some_and(|since| at.since(since) >= HTTP_AFTER);
        let was = std::mem::replace(&mut self.over_http, is_late && is_alive);
        self.over_http && !was
    }

    /// Whether this is the socket of now, rather than one that was given up.
    pub fn is_current(&self, socket: SocketId) -> bool {
        self.socket == socket
    }

    /// Whether this socket is open or being opened.
    pub(crate) fn holds(&self, socket: SocketId) -> bool {
        self.is_current(socket) && matches!(self.phase, Phase::Connecting | Phase::Open)
    }

    /// Whether the backend has read every subscription: no running turn goes unheard.
    pub(crate) fn is_listened_to(&self) -> bool {
        self.phase == Phase::Open && !self.subscribing
    }

    /// Whether it was open at least once.
    pub fn was_open(&self) -> bool {
        self.was_open
    }

    /// Opens a new socket now, unless one is open or being opened.
    pub(crate) fn connect(&mut self, at: Millis, effects: &mut Vec<Effect>) {
        if matches!(self.phase, Phase::Connecting | Phase::Open) {
            return;
        }
        self.socket.0 += 1;
        self.phase = Phase::Connecting;
        effects.push(Effect::CancelTimer(Timer::Reconnect));
        if self.closed_since.is_none() {
            self.closed_since = Some(at);
            effects.push(Effect::StartTimer(Timer::OverHttp, HTTP_AFTER));
        }
        effects.push(Effect::OpenSocket(self.socket));
        effects.push(Effect::StartTimer(Timer::Handshake, HANDSHAKE_LIMIT));
    }

    pub(crate) fn opened(&mut self, at: Millis, effects: &mut Vec<Effect>) {
        self.phase = Phase::Open;
        self.failures = 0;
        self.was_open = true;
        self.last_frame = at;
        self.over_http = false;
        self.closed_since = None;
        effects.push(Effect::CancelTimer(Timer::Handshake));
        effects.push(Effect::CancelTimer(Timer::OverHttp));
    }

    /// The socket is gone: waits before the next attempt, or for the network.
    pub(crate) fn lost(&mut self, at: Millis, chance: f64, effects: &mut Vec<Effect>) {
        for timer in [Timer::Handshake, Timer::Silence, Timer::Probe, Timer::Subscribed] {
            effects.push(Effect::CancelTimer(timer));
        }
        self.watching = false;
        self.probing = false;
        self.subscribing = false;
        self.probes = 0;
        let pause = backoff(self.failures, chance);
        self.failures += 1;
        self.phase = Phase::Waiting(at.plus(pause));
        effects.push(Effect::StartTimer(Timer::Reconnect, pause));
    }

    /// Gives the socket up, whatever it is doing.
    pub(crate) fn abandon(&mut self, at: Millis, chance: f64, effects: &mut Vec<Effect>) {
        effects.push(Effect::CloseSocket(self.socket));
        self.socket.0 += 1;
        self.lost(at, chance, effects);
    }

    /// Whether the browser believes that there is no network, and there is no socket that proves otherwise.
    pub fn is_offline(&self) -> bool {
        !self.online && self.phase != Phase::Open
    }

    pub(crate) fn set_online(&mut self, online: bool) {
        self.online = online;
    }

    /// A frame arrived: the socket lives.
    pub(crate) fn heard(&mut self, at: Millis, effects: &mut Vec<Effect>) {
        self.last_frame = at;
        if self.probing {
            self.probing = false;
            effects.push(Effect::CancelTimer(Timer::Probe));
        }
    }

    /// Watches over the silence while something is waited for.
    pub(crate) fn watch(&mut self, is_busy: bool, effects: &mut Vec<Effect>) {
        if is_busy && !self.watching && self.phase == Phase::Open {
            self.watching = true;
            effects.push(Effect::StartTimer(Timer::Silence, SILENCE_LIMIT));
        }
    }

    /// The silence timer ran out. Tells whether the socket must be probed now.
    pub(crate) fn silence_passed(&mut self, is_busy: bool, at: Millis, effects: &mut Vec<Effect>) -> bool {
        self.watching = false;
        if !is_busy || self.phase != Phase::Open {
            return false;
        }
        self.watching = true;
        let silent = at.since(self.last_frame);
        if silent < SILENCE_LIMIT {
            effects.push(Effect::StartTimer(Timer::Silence, (SILENCE_LIMIT - silent).max(1.0)));
            return false;
        }
        self.probing = true;
        effects.push(Effect::StartTimer(Timer::Silence, SILENCE_LIMIT));
        effects.push(Effect::StartTimer(Timer::Probe, PROBE_LIMIT));
        true
    }

    /// The subscriptions were sent, all of them or one more, and after them a probe: the socket keeps order, so its answer
    /// comes after every replay.
    pub(crate) fn subscribing(&mut self, all: bool, effects: &mut Vec<Effect>) {
        self.subscribing |= all;
        effects.push(Effect::StartTimer(Timer::Subscribed, SUBSCRIBE_LIMIT));
    }

    /// The backend has read the subscriptions, or answers no probes.
    pub(crate) fn subscribed(&mut self, effects: &mut Vec<Effect>) {
        effects.push(Effect::CancelTimer(Timer::Subscribed));
        self.subscribing = false;
        self.probes = 0;
    }

    /// A probe is sent.
    pub(crate) fn probed(&mut self) {
        self.probes += 1;
    }

    /// A probe was answered. Tells whether it was the last: everything that was sent before it has been read.
    pub(crate) fn probe_answered(&mut self) -> bool {
        self.probes = self.probes.saturating_sub(1);
        self.probes == 0
    }

    /// Whether a probe's answer is waited for.
    pub(crate) fn is_probing(&self) -> bool {
        self.probing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backoff_doubles_to_half_a_minute_with_jitter() {
        let range = |attempt| (backoff(attempt, 0.0), backoff(attempt, 1.0));
        assert_eq!(range(0), (400.0, 600.0));
        assert_eq!(range(1), (800.0, 1200.0));
        assert_eq!(range(6), (24_000.0, 36_000.0));
        assert_eq!(range(100), (24_000.0, 36_000.0));
    }
}
