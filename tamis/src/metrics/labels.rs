//! The labels of the metrics: sets of words that the program or its configuration bounds.

use prometheus_client::encoding::EncodeLabelSet;

/// Of a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Message {
    pub(crate) verdict: &'static str,
    pub(crate) direction: Way,
}

/// Of a message, by the way that it goes alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Direction {
    pub(crate) direction: Way,
}

/// Of a refusal before the message was there.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Early {
    pub(crate) stage: &'static str,
    pub(crate) verdict: &'static str,
}

/// Of a defect, a limit among them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Defect {
    pub(crate) defect: &'static str,
    pub(crate) class: &'static str,
}

/// Of a scan.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Scan {
    pub(crate) engine: String,
    pub(crate) result: &'static str,
    pub(crate) reason: &'static str,
}

/// Of a scanner.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Engine {
    pub(crate) engine: String,
}

/// Of something that was done to a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Action {
    pub(crate) action: &'static str,
}

/// Of something that went well or did not.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Outcome {
    pub(crate) result: &'static str,
}

/// Of a container that was not looked into to its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Unread {
    pub(crate) reason: &'static str,
}

/// Of a message that did not fit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct NoRoom {
    pub(crate) full: &'static str,
}

/// Of the program or the policy.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Version {
    pub(crate) version: String,
}

/// Which way a message goes, in a word.
pub(crate) type Way = &'static str;

impl Scan {
    pub(crate) fn engine(&self) -> Engine {
        Engine {
            engine: self.engine.clone(),
        }
    }
}

/// The word for a direction that may not be known.
pub(crate) fn way(direction: Option<tamis_rules::Direction>) -> Way {
    direction.map_or("unknown", tamis_rules::Direction::name)
}
