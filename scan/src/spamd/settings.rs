//! What a conversation with spamd may cost, and whose rules are asked for.

use crate::{Envelope, Timeouts};
use std::time::Duration;

/// How long spamd may take, how much it is handed, and whose rules it shall use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpamdSettings {
    /// For each step of a conversation.
    pub timeouts: Timeouts,
    /// From the start of a scan to its report, the arrival of the mail included. 2 minutes by default.
    pub total: Duration,
    /// Bytes of a message. 10 MiB by default.
    ///
    /// spamd itself has no limit (the 500 KB of `spamc -s` are that client's own), but it holds several copies of the
    /// message in memory. `SpamAssassin` looks at the first 50,000 bytes of each text only, unless it is told otherwise.
    pub max_bytes: u64,
    /// Whose rules are asked for. Nobody's by default.
    pub user: SpamdUser,
}

impl Default for SpamdSettings {
    fn default() -> Self {
        SpamdSettings {
            timeouts: Timeouts::default(),
            total: Duration::from_mins(2),
            max_bytes: 10 << 20,
            user: SpamdUser::Nobody,
        }
    }
}

/// The user whose rules spamd uses, as far as it is set up to have rules of users.
///
/// A name that the protocol cannot carry (controls, nothing at all, more than 320 bytes) is left out: spamd then uses the
/// rules for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SpamdUser {
    /// No user is named.
    #[default]
    Nobody,
    /// Always this one.
    Named(String),
    /// The recipient, if the message has exactly one; otherwise no user is named.
    Recipient,
}

impl SpamdUser {
    pub(super) fn for_message<'a>(&'a self, envelope: &'a Envelope) -> Option<&'a str> {
        match (self, envelope.recipients.as_slice()) {
            (SpamdUser::Named(name), _) => Some(name),
            (SpamdUser::Recipient, [recipient]) => Some(recipient),
            (SpamdUser::Nobody | SpamdUser::Recipient, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SpamdUser;
    use crate::Envelope;

    #[test]
    fn a_recipient_is_named_only_if_it_is_the_one() {
        let to = |recipients: &[&str]| Envelope {
            recipients: recipients.iter().map(|&text| text.to_owned()).collect(),
            ..Envelope::default()
        };
        let (none, one, two) = (to(&[]), to(&["a@b"]), to(&["a@b", "c@d"]));
        assert_eq!(SpamdUser::Recipient.for_message(&one), Some("a@b"));
        assert_eq!(SpamdUser::Recipient.for_message(&none), None);
        assert_eq!(SpamdUser::Recipient.for_message(&two), None);
        let named = SpamdUser::Named("filter".to_owned());
        assert_eq!(named.for_message(&two), Some("filter"));
        assert_eq!(SpamdUser::Nobody.for_message(&one), None);
    }
}
