//! A message that can be begun again as long as it is short.

use crate::Pieces;
use bytes::Bytes;
use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio_stream::Stream;

/// The pieces of a message. The first of them are kept, because the connection that they are written to may turn out to have
/// been closed by clamd while it was idle.
pub(super) struct Remembered {
    pieces: Pieces,
    /// What was taken from `pieces`, all of it, or `None` if that was too much.
    taken: Option<Vec<Bytes>>,
    bytes: usize,
    /// What comes before the next of `pieces`.
    again: VecDeque<Bytes>,
}

impl Remembered {
    pub(super) fn new(pieces: Pieces) -> Self {
        Remembered {
            pieces,
            taken: Some(Vec::new()),
            bytes: 0,
            again: VecDeque::new(),
        }
    }

    /// Goes back to the first octet, for the last time. False if that is not there any more.
    pub(super) fn rewind(&mut self) -> bool {
        let Some(taken) = self.taken.take() else {
            return false;
        };
        self.again = taken.into();
        true
    }

    /// Forgets what it has kept: there will be no other try.
    pub(super) fn forget(&mut self) {
        self.taken = None;
    }

    fn remember(&mut self, piece: &Bytes) {
        self.bytes = self.bytes.saturating_add(piece.len());
        if self.bytes > REMEMBERED {
            self.forget();
        }
        if let Some(taken) = &mut self.taken {
            taken.push(piece.clone());
        }
    }
}

impl Stream for Remembered {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(piece) = self.again.pop_front() {
            return Poll::Ready(Some(Ok(piece)));
        }
        let piece = ready!(Pin::new(&mut self.pieces).poll_next(context));
        match &piece {
            Some(Ok(piece)) => self.remember(piece),
            // A message that was broken off must not end as a whole one the second time.
            Some(Err(_)) => self.forget(),
            None => (),
        }
        Poll::Ready(piece)
    }
}

/// Bytes that are kept of one message.
const REMEMBERED: usize = 256 << 10;
