//! Messages that do not fit beside those that are on their way: refused for now, counted and logged.

use super::handler::Connection;
use super::{answer, facts};
use crate::room::{Admitted, Full};
use crate::telemetry;
use tamis_milter::{Path, Refusal};
use tamis_rules::Envelope;

impl Connection {
    /// A place for a message that begins, or its refusal.
    pub(super) async fn admit(
        &self,
        sender: &Path,
        envelope: &Envelope,
    ) -> Result<Admitted, Refusal> {
        let announced = facts::announced(sender).unwrap_or_default();
        let admitted = self.gate.site.room.admit(announced).await;
        admitted.map_err(|full| {
            self.tell(full, envelope, announced);
            answer::no_room()
        })
    }

    /// Refuses a message that has grown too large, and keeps nothing of it.
    pub(super) fn refuse(&mut self, full: Full) -> Refusal {
        if let Some(message) = self.message.take() {
            let octets = message.place.as_ref().map_or(0, Admitted::octets);
            self.tell(full, &message.envelope, octets);
        }
        answer::no_room()
    }

    fn tell(&self, full: Full, envelope: &Envelope, octets: u64) {
        let site = &self.gate.site;
        site.metrics.no_room(full);
        telemetry::no_room(envelope, full, octets, &site.room);
    }
}
