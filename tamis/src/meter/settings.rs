//! Where meters are kept.

use super::UnusableStore;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Everything that can be set about meters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterSettings {
    /// Where they are kept.
    pub store: Store,
    /// How long a shared store may take to answer.
    pub timeout: Duration,
    /// How many keys are kept in memory, for a local store.
    pub max_keys: usize,
    /// What the keys in a shared store begin with.
    pub prefix: String,
}

impl Default for MeterSettings {
    fn default() -> Self {
        MeterSettings {
            store: Store::Local,
            timeout: Duration::from_millis(200),
            max_keys: LocalSettings::default().max_keys,
            prefix: "tamis:".to_owned(),
        }
    }
}

/// Where meters are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Store {
    /// In the memory of the process.
    #[default]
    Local,
    /// In a store that several hosts share.
    Shared(StoreUrl),
}

impl FromStr for Store {
    type Err = UnusableStore;

    /// `local`, or a URL as in [`StoreUrl`].
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "local" {
            return Ok(Store::Local);
        }
        text.parse().map(Store::Shared)
    }
}

impl Store {
    /// The TCP port of a shared store.
    #[cfg(feature = "redis")]
    pub fn port(&self) -> Option<u16> {
        let Store::Shared(url) = self else {
            return None;
        };
        let place = redis::IntoConnectionInfo::into_connection_info(url.expose()).ok()?;
        match place.addr() {
            redis::ConnectionAddr::Tcp(_, port) => Some(*port),
            _ => None,
        }
    }

    /// The TCP port of a shared store, which this program knows nothing of.
    #[cfg(not(feature = "redis"))]
    pub fn port(&self) -> Option<u16> {
        None
    }
}

/// Where a Redis or Valkey is: `redis://[user:password@]host[:port][/db]`, the same with `valkey:`, or
/// `redis+unix:///path[?db=0]`. What is shown of it has no password.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl(String);

/// What each kind of URL begins with.
const SCHEMES: [&str; 4] = ["redis://", "valkey://", "redis+unix://", "valkey+unix://"];
const TLS: [&str; 2] = ["rediss://", "valkeys://"];

impl FromStr for StoreUrl {
    type Err = UnusableStore;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let begins = |schemes: &[&str]| schemes.iter().any(|scheme| text.starts_with(scheme));
        if begins(&TLS) {
            return Err(UnusableStore::Tls);
        }
        if !begins(&SCHEMES) {
            // There may be a password behind the first colon.
            let word = text.split(':').next().unwrap_or_default();
            return Err(UnusableStore::NotAStore(word.to_owned()));
        }
        check(text)?;
        Ok(StoreUrl(text.to_owned()))
    }
}

#[cfg(feature = "redis")]
fn check(url: &str) -> Result<(), UnusableStore> {
    let read = redis::IntoConnectionInfo::into_connection_info(url);
    read.map(|_| ())
        .map_err(|error| UnusableStore::BadUrl(error.to_string()))
}

#[cfg(not(feature = "redis"))]
fn check(_url: &str) -> Result<(), UnusableStore> {
    Err(UnusableStore::NotBuilt)
}

#[cfg(feature = "redis")]
impl StoreUrl {
    /// All of it, the password included.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StoreUrl(text) = self;
        // A unix socket has its password in the query.
        let place = text.split('?').next().unwrap_or_default();
        match (place.split_once("://"), place.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, host))) => write!(f, "{scheme}://{host}"),
            _ => f.write_str(place),
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreUrl({self})")
    }
}

/// What local meters may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalSettings {
    /// How many keys are kept at most, over all meters, each window of a meter on its own; some 400 octets each. A key under
    /// which many distinct values are counted takes the place of up to nine. When it is full those that expired go first,
    /// then those least recently charged or asked for.
    pub max_keys: usize,
}

impl Default for LocalSettings {
    fn default() -> Self {
        LocalSettings { max_keys: 200_000 }
    }
}

/// How a shared store is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedSettings {
    /// Where it is.
    pub url: StoreUrl,
    /// How long one charge may take, the connection included.
    pub timeout: Duration,
    /// What all keys begin with, so that others can use the same store.
    pub prefix: String,
}

impl SharedSettings {
    /// The defaults for a store.
    pub fn new(url: StoreUrl) -> Self {
        let MeterSettings {
            timeout, prefix, ..
        } = MeterSettings::default();
        SharedSettings {
            url,
            timeout,
            prefix,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Store;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        let shared = match text.parse::<Store>() {
            Ok(Store::Shared(url)) => url.to_string(),
            Ok(Store::Local) => "local".to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(shared.starts_with(shown), "{shared}");
    }

    #[cfg(not(feature = "redis"))]
    #[test]
    fn shared_stores_are_refused_where_they_were_left_out() {
        check("local", "local");
        check("redis://127.0.0.1", "this program was built without");
    }

    #[cfg(feature = "redis")]
    #[test]
    fn stores_are_named_by_urls() {
        check("local", "local");
        check("redis://127.0.0.1:6379/0", "redis://127.0.0.1:6379/0");
        check(
            "redis+unix:///run/redis.sock?db=1",
            "redis+unix:///run/redis.sock",
        );
        check("redis://host/x", "the URL of the store is wrong: ");
        check("redis://[::1", "the URL of the store is wrong: ");
        check("rediss://host", "TLS to a store is not supported");
        check("memcached://host", "\"memcached\" is no store");
        check("", "\"\" is no store");
    }

    #[cfg(feature = "redis")]
    #[test]
    fn passwords_are_not_shown() {
        for text in [
            "valkey://user:se@cret@host/1",
            "redis+unix:///path?pass=secret",
        ] {
            let url: super::StoreUrl = text.parse().unwrap();
            assert!(!format!("{url} {url:?}").contains("cret"), "{url}");
        }
        let wrong = "http://user:secret@host"
            .parse::<super::StoreUrl>()
            .unwrap_err();
        assert!(!wrong.to_string().contains("secret"), "{wrong}");
    }
}
