//! What can go wrong with meters: a store that cannot be used at all, and one that is not there now.

use std::fmt;

/// The store cannot be asked now. Mail goes on; policy says how.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unavailable {
    /// It did not answer within the timeout.
    TimedOut,
    /// It could not be reached, or answered with an error; what it said.
    Failed(String),
    /// It was away a moment ago and is not asked again yet.
    Away,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unavailable::TimedOut => f.write_str("the store of meters did not answer in time"),
            Unavailable::Failed(why) => write!(f, "the store of meters cannot be asked: {why}"),
            Unavailable::Away => f.write_str("the store of meters was away a moment ago"),
        }
    }
}

impl std::error::Error for Unavailable {}

/// No store can be had in this way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnusableStore {
    /// The text names no store; its first word.
    NotAStore(String),
    /// The URL asks for TLS, which is not spoken.
    Tls,
    /// The URL has a fault.
    BadUrl(String),
    /// Shared stores were left out when the program was built.
    NotBuilt,
}

impl fmt::Display for UnusableStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UnusableStore::NotAStore(text) => write!(
                f,
                "{text:?} is no store: write \"local\" or a URL, as in \"redis://127.0.0.1:6379/0\" or \"redis+unix:///run/redis/redis.sock\""
            ),
            UnusableStore::Tls => f.write_str(
                "TLS to a store is not supported: use redis:// inside a trusted network, or a tunnel",
            ),
            UnusableStore::BadUrl(why) => write!(f, "the URL of the store is wrong: {why}"),
            UnusableStore::NotBuilt => f.write_str(
                "this program was built without shared stores (the feature \"redis\"): only \"local\" can be used",
            ),
        }
    }
}

impl std::error::Error for UnusableStore {}
