//! The two bit sets of the negotiation: what a filter may do, and which steps the MTA leaves out.

use std::fmt;
use std::ops::{BitAnd, BitOr};

macro_rules! flags {
    ($(#[$about:meta])* $set:ident { $($(#[$doc:meta])* $name:ident = $bit:literal, $text:literal;)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct $set(u32);

        impl $set {
            /// No bit at all.
            pub const NONE: Self = Self(0);
            $($(#[$doc])* pub const $name: Self = Self($bit);)*

            const NAMES: &'static [(u32, &'static str)] = &[$(($bit, $text)),*];

            /// The set of these bits, known ones or not.
            pub const fn from_bits(bits: u32) -> Self {
                Self(bits)
            }

            /// The bits as they stand in the packet.
            pub const fn bits(self) -> u32 {
                self.0
            }

            /// Whether no bit is set.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// Whether every bit of `other` is set.
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }

            /// Both sets together; the same as `|`, for constants.
            #[must_use]
            pub const fn union(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// The bits of this set that are not in `other`.
            #[must_use]
            pub const fn without(self, other: Self) -> Self {
                Self(self.0 & !other.0)
            }
        }

        impl BitOr for $set {
            type Output = Self;
            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        impl BitAnd for $set {
            type Output = Self;
            fn bitand(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }
        }

        impl fmt::Display for $set {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_names(f, self.0, Self::NAMES)
            }
        }

        impl fmt::Debug for $set {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

flags! {
    /// What a filter may do at the end of a message.
    Actions {
        /// Add header fields (`h`, `i`).
        ADD_HEADER = 0x1, "add-header";
        /// Replace the body (`b`).
        REPLACE_BODY = 0x2, "replace-body";
        /// Add recipients (`+`).
        ADD_RECIPIENT = 0x4, "add-recipient";
        /// Remove recipients (`-`).
        REMOVE_RECIPIENT = 0x8, "remove-recipient";
        /// Change and delete header fields (`m`).
        CHANGE_HEADER = 0x10, "change-header";
        /// Have the MTA hold the message (`q`).
        QUARANTINE = 0x20, "quarantine";
        /// Change the envelope sender (`e`).
        CHANGE_SENDER = 0x40, "change-sender";
        /// Add recipients with ESMTP parameters (`2`).
        ADD_RECIPIENT_WITH_PARAMETERS = 0x80, "add-recipient-with-parameters";
        /// Say which macros are wanted.
        CHOOSE_MACROS = 0x100, "choose-macros";
    }
}

flags! {
    /// Steps that the MTA leaves out, answers that it does not wait for, and other habits of the conversation.
    Protocol {
        /// No connect command.
        NO_CONNECT = 0x1, "no-connect";
        /// No HELO command.
        NO_HELO = 0x2, "no-helo";
        /// No MAIL command.
        NO_MAIL = 0x4, "no-mail";
        /// No RCPT command.
        NO_RCPT = 0x8, "no-rcpt";
        /// No body; the end of the message still comes.
        NO_BODY = 0x10, "no-body";
        /// No header fields.
        NO_HEADER = 0x20, "no-header";
        /// No end of header.
        NO_END_OF_HEADERS = 0x40, "no-end-of-headers";
        /// Header fields are not answered.
        SILENT_HEADER = 0x80, "silent-header";
        /// No unknown SMTP commands (version 3).
        NO_UNKNOWN = 0x100, "no-unknown";
        /// No DATA command (version 4).
        NO_DATA = 0x200, "no-data";
        /// The MTA understands "skip the rest of the body" (version 6).
        SKIP = 0x400, "skip";
        /// Recipients that the MTA refuses are reported as well.
        REJECTED_RECIPIENTS = 0x800, "rejected-recipients";
        /// The connect command is not answered.
        SILENT_CONNECT = 0x1000, "silent-connect";
        /// HELO is not answered.
        SILENT_HELO = 0x2000, "silent-helo";
        /// MAIL is not answered.
        SILENT_MAIL = 0x4000, "silent-mail";
        /// RCPT is not answered.
        SILENT_RCPT = 0x8000, "silent-rcpt";
        /// DATA is not answered.
        SILENT_DATA = 0x1_0000, "silent-data";
        /// Unknown SMTP commands are not answered.
        SILENT_UNKNOWN = 0x2_0000, "silent-unknown";
        /// The end of the header is not answered.
        SILENT_END_OF_HEADERS = 0x4_0000, "silent-end-of-headers";
        /// Body chunks are not answered.
        SILENT_BODY = 0x8_0000, "silent-body";
        /// Header values keep the blanks behind the colon, and the MTA adds none to new ones.
        LEADING_SPACE = 0x10_0000, "leading-space";
        /// Payloads of up to 262143 octets.
        PAYLOAD_256K = 0x1000_0000, "payload-256k";
        /// Payloads of up to 1048575 octets.
        PAYLOAD_1M = 0x2000_0000, "payload-1m";
    }
}

impl Protocol {
    /// Every "no" bit.
    pub const ALL_OMITTED: Self = Self(0x37F);
    /// Every "silent" bit.
    pub const ALL_SILENT: Self = Self(0xF_F080);
}

/// Names joined by `|`, bits without a name in hexadecimal, `none` for the empty set.
fn write_names(f: &mut fmt::Formatter<'_>, bits: u32, names: &[(u32, &str)]) -> fmt::Result {
    let mut left = bits;
    let mut join = "";
    for (bit, name) in names {
        if left & bit != 0 {
            write!(f, "{join}{name}")?;
            left &= !bit;
            join = "|";
        }
    }
    match (left, join) {
        (0, "") => f.write_str("none"),
        (0, _) => Ok(()),
        _ => write!(f, "{join}{left:#x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_print_their_names() {
        assert_eq!(Actions::NONE.to_string(), "none");
        assert_eq!(
            (Actions::ADD_HEADER | Actions::REPLACE_BODY).to_string(),
            "add-header|replace-body"
        );
        assert_eq!(
            Protocol::from_bits(0x4000_0400).to_string(),
            "skip|0x40000000"
        );
    }

    #[test]
    fn the_groups_hold_what_they_say() {
        let group = |start: &str| {
            Protocol::NAMES
                .iter()
                .filter(|(_, name)| name.starts_with(start))
                .fold(0, |bits, (bit, _)| bits | bit)
        };
        assert_eq!(group("no-"), Protocol::ALL_OMITTED.bits());
        assert_eq!(group("silent-"), Protocol::ALL_SILENT.bits());
    }
}
