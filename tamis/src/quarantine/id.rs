//! The name of an entry in quarantine.

use serde::{Deserialize, Serialize};
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fmt, io};

/// 26 characters of base32: 48 bits of time in milliseconds, then 80 random bits that nobody can guess.
///
/// Ids sort by time. They are lower case digits and letters without `i`, `l`, `o` and `u`: nothing a shell, a URL or a
/// file system could take for something else. Upper case is understood.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id(String);

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

/// Characters that name the directory of an entry: 2^25 milliseconds, nine hours.
const SHARD: usize = 5;

impl Id {
    /// A new id. Fails only if the system has no random numbers.
    pub fn new() -> io::Result<Self> {
        let mut random = [0; 10];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Ok(Self::from_parts(now.unwrap_or_default(), random))
    }

    /// The id of a time since 1970 and of random octets.
    pub fn from_parts(time: Duration, random: [u8; 10]) -> Self {
        let millis = time.as_millis() & 0xffff_ffff_ffff;
        let number = random
            .iter()
            .fold(millis, |number, byte| (number << 8) | u128::from(*byte));
        let digit = |place: usize| {
            let shift = 5 * (LENGTH - 1 - place);
            let index = usize::try_from((number >> shift) & 31).unwrap_or(0);
            char::from(ALPHABET.get(index).copied().unwrap_or(b'0'))
        };
        Id((0..LENGTH).map(digit).collect())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The directory that the entry lies in.
    pub(super) fn shard(&self) -> &str {
        self.0.get(..SHARD).unwrap_or_default()
    }

    /// Whether a name may be that of a directory of entries.
    pub(super) fn is_shard(name: &str) -> bool {
        name.len() == SHARD && name.bytes().all(|byte| ALPHABET.contains(&byte))
    }
}

impl FromStr for Id {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let text = text.to_ascii_lowercase();
        let fits = text.len() == LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte));
        // 26 characters have room for 130 bits.
        if fits && text.as_bytes().first().is_some_and(|first| *first <= b'7') {
            Ok(Id(text))
        } else {
            Err(InvalidId)
        }
    }
}

impl TryFrom<String> for Id {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<Id> for String {
    fn from(id: Id) -> String {
        id.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A text that is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidId;

impl fmt::Display for InvalidId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id is 26 digits and letters, as `tamis quarantine list` shows them")
    }
}

impl std::error::Error for InvalidId {}

#[cfg(test)]
mod tests {
    use super::{Id, LENGTH};
    use std::time::Duration;

    #[test]
    fn sorts_by_time() {
        let at = |millis, random| Id::from_parts(Duration::from_millis(millis), [random; 10]);
        assert!(at(1, 255) < at(2, 0));
        assert!(at(1 << 47, 0) > at((1 << 47) - 1, 255));
        assert_eq!(at(0, 0).as_str(), "0".repeat(LENGTH));
        assert_eq!(
            at((1 << 48) - 1, 255).as_str(),
            format!("7{}", "z".repeat(25))
        );
    }

    #[test]
    fn reads_what_it_writes_and_nothing_else() {
        let id = Id::new().unwrap();
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        assert_eq!(id.as_str().to_uppercase().parse(), Ok(id.clone()));
        assert_ne!(Id::new().unwrap(), id);
        for wrong in [
            "",
            "../../etc/passwd",
            "8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "0000000000000000000000000u",
        ] {
            assert!(wrong.parse::<Id>().is_err(), "{wrong}");
        }
    }
}
