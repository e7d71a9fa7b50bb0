//! A connection of ours in the hands of `clamav-client`.

use crate::wire::Wire;
use clamav_client::tokio::TransportProtocol;
use std::{io, sync::Mutex};

/// Lends a [`Wire`] to one call of `clamav-client`, which would otherwise make its connection itself and drop it on error,
/// and with it the answer.
pub(super) struct Lent<'a>(Mutex<Option<&'a mut Wire>>);

impl<'a> Lent<'a> {
    pub(super) fn new(wire: &'a mut Wire) -> Self {
        Lent(Mutex::new(Some(wire)))
    }
}

impl<'a> TransportProtocol for Lent<'a> {
    type Stream = &'a mut Wire;

    async fn connect(&self) -> io::Result<Self::Stream> {
        let lent = self.0.lock().ok().and_then(|mut wire| wire.take());
        lent.ok_or_else(|| io::Error::other("the connection was taken before"))
    }
}
