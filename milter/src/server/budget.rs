//! How many packets an MTA may send that bring no message to its end. Each costs us more than it costs its sender.

use crate::proto::frame::Frame;
use std::time::Duration;
use tokio::time::Instant;

/// Packets that are forgiven in a second, for connections that live for days and see few messages.
const PER_SECOND: u64 = 100;

/// A piece of a body of this length is worth its packet.
const WORTH: usize = 32;

/// What is left to one connection.
#[derive(Debug)]
pub(crate) struct Budget {
    most: u32,
    left: u32,
    /// When it was last filled.
    filled: Instant,
}

impl Budget {
    pub(crate) fn new(most: u32) -> Self {
        Self {
            most,
            left: most,
            filled: Instant::now(),
        }
    }

    /// Takes the packet into account; false if it is one too many.
    pub(crate) fn pays(&mut self, frame: &Frame) -> bool {
        if frame.letter == b'B' && frame.payload.len() >= WORTH {
            return true;
        }
        if self.left == 0 {
            // Only now, so that the clock is not asked for each packet.
            self.left = self.earned(self.filled.elapsed());
            self.filled = Instant::now();
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }

    /// A message came to its end: that is what the connection is for.
    pub(crate) fn refill(&mut self) {
        self.left = self.most;
        self.filled = Instant::now();
    }

    fn earned(&self, time: Duration) -> u32 {
        let earned = time.as_secs().saturating_mul(PER_SECOND);
        u32::try_from(earned).unwrap_or(u32::MAX).min(self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn frame(letter: u8, length: usize) -> Frame {
        Frame {
            letter,
            payload: Bytes::from(vec![b'x'; length]),
        }
    }

    #[test]
    fn it_is_spent_and_filled_by_a_message() {
        let mut budget = Budget::new(3);
        for _ in 0..2 {
            assert!(budget.pays(&frame(b'D', 100)));
            assert!(budget.pays(&frame(b'A', 0)));
            assert!(budget.pays(&frame(b'B', 1000)));
            assert!(budget.pays(&frame(b'B', 0)));
            assert!(!budget.pays(&frame(b'R', 10)));
            assert!(budget.pays(&frame(b'B', 1000)));
            budget.refill();
        }
    }

    #[test]
    fn time_forgives() {
        let budget = Budget::new(1000);
        assert_eq!(budget.earned(Duration::from_millis(900)), 0);
        assert_eq!(budget.earned(Duration::from_secs(2)), 200);
        assert_eq!(budget.earned(Duration::MAX), 1000);
    }
}
