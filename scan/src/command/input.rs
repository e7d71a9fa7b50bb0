//! The pipe that is the standard input of a program.

use crate::{Pieces, Reason, Unscanned};
use rustix::{
    io::ioctl_fionread,
    pipe::{PipeFlags, pipe_with},
};
use std::{io, os::fd::OwnedFd, process::Stdio, time::Duration};
use tokio::{io::AsyncWriteExt as _, net::unix::pipe::Sender, time::timeout};
use tokio_stream::StreamExt as _;

/// Our end of the pipe, and a look at the other end: what a program has not read stays in there.
#[derive(Debug)]
pub(super) struct Input {
    /// `None` once everything was written.
    ours: Option<Sender>,
    theirs: OwnedFd,
}

impl Input {
    /// A pipe: our side, and what the program gets.
    pub(super) fn new() -> io::Result<(Self, Stdio)> {
        let (theirs, ours) = pipe_with(PipeFlags::CLOEXEC)?;
        let given = theirs.try_clone()?;
        let input = Input {
            ours: Some(Sender::from_owned_fd(ours)?),
            theirs,
        };
        Ok((input, Stdio::from(given)))
    }

    /// Writes the whole message, and closes the pipe. An error says that the program does not read, or that the message was
    /// broken off.
    pub(super) async fn feed(
        &mut self,
        mut pieces: Pieces,
        patience: Duration,
    ) -> Result<(), Unscanned> {
        let Some(mut ours) = self.ours.take() else {
            return Ok(());
        };
        while let Some(piece) = pieces.next().await {
            let piece =
                piece.map_err(|error| Unscanned::new(Reason::Stopped, &error.to_string()))?;
            let written = timeout(patience, ours.write_all(&piece)).await;
            let written = written
                .map_err(|_| Unscanned::new(Reason::Timeout, "the program does not read"))?;
            written.map_err(|error| Unscanned::new(Reason::Io, &error.to_string()))?;
        }
        Ok(())
    }

    /// Whether everything that was written has been read.
    pub(super) fn was_read(&self) -> bool {
        ioctl_fionread(&self.theirs).is_ok_and(|left| left == 0)
    }
}
