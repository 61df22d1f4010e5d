//! Whether the reader follows the end of the transcript. Decided by position and gesture, never by what arrived.

/// How near to the end still counts as being there, in CSS pixels.
pub const NEAR_END: f64 = 64.0;

/// Whether a scroller stands within [`NEAR_END`] of its end.
pub fn near_end(top: f64, scroll_height: f64, client_height: f64) -> bool {
    scroll_height - top - client_height <= NEAR_END
}

/// Follows, or leaves the reader alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Follow {
    holding: bool,
    last_top: f64,
}

impl Default for Follow {
    fn default() -> Self {
        Self { holding: true, last_top: 0.0 }
    }
}

impl Follow {
    /// A reader who was somewhere else than at the end.
    pub fn released() -> Self {
        Self { holding: false, last_top: 0.0 }
    }

    /// Whether the end is to be kept in view.
    pub fn is_holding(self) -> bool {
        self.holding
    }

    /// The scroller moved, by whatever cause. Moving up releases; arriving near the end takes hold. Content that grew
    /// below a still reader changes nothing.
    pub fn scrolled(&mut self, top: f64, scroll_height: f64, client_height: f64) {
        let moved_up = top < self.last_top - 1.0;
        let moved_down = top > self.last_top;
        self.last_top = top;
        let at_very_end = scroll_height - top - client_height <= 1.0;
        if at_very_end || (moved_down && near_end(top, scroll_height, client_height)) {
            self.holding = true;
        } else if moved_up {
            self.holding = false;
        }
    }

    /// The scroller was put where the reader had been. That may be the very end for a moment, while what stands below is
    /// not as high yet as it was: it says nothing of what the reader wants.
    pub fn put_back(&mut self, top: f64) {
        self.last_top = top;
    }

    /// The person sent something, or asked for the end.
    pub fn take_hold(&mut self) {
        self.holding = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn within_64_pixels_is_near_the_end() {
        assert!(near_end(900.0, 1000.0, 100.0));
        assert!(near_end(836.0, 1000.0, 100.0));
        assert!(!near_end(835.0, 1000.0, 100.0));
    }

    #[test]
    fn moving_up_releases_and_reaching_the_end_takes_hold_again() {
        let mut follow = Follow::default();
        follow.scrolled(900.0, 1000.0, 100.0);
        assert!(follow.is_holding());
        follow.scrolled(880.0, 1000.0, 100.0);
        assert!(!follow.is_holding(), "even a short way up, inside the 64 pixels");
        follow.scrolled(500.0, 5000.0, 100.0);
        assert!(!follow.is_holding());
        follow.scrolled(4850.0, 5000.0, 100.0);
        assert!(follow.is_holding(), "coming down to within 64 pixels takes hold");
    }

    #[test]
    fn content_that_grows_below_a_still_reader_does_not_release() {
        let mut follow = Follow::default();
        follow.scrolled(900.0, 1000.0, 100.0);
        follow.scrolled(900.0, 3000.0, 100.0);
        assert!(follow.is_holding());
    }

    #[test]
    fn coming_back_to_a_place_that_is_the_end_for_a_moment_does_not_take_hold() {
        let mut follow = Follow::released();
        follow.put_back(900.0);
        assert!(!follow.is_holding());
        follow.scrolled(900.0, 3000.0, 100.0);
        assert!(!follow.is_holding());
        follow.scrolled(2900.0, 3000.0, 100.0);
        assert!(follow.is_holding(), "the reader goes on to the end");
    }
}
