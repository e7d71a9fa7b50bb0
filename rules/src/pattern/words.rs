//! Sets of texts in lower case.

use std::collections::HashSet;

/// So many are compared one by one, which takes less time than a hash.
const FEW: usize = 8;

/// Texts in lower case.
#[derive(Debug, Default)]
pub(super) struct Words {
    few: Vec<String>,
    many: HashSet<String>,
    /// A bit for each length that occurs; the last one stands for all that are longer.
    lengths: u64,
}

impl Words {
    pub(super) fn insert(&mut self, word: String) {
        self.lengths |= bit(&word);
        if self.few.contains(&word) || self.many.contains(&word) {
            return;
        }
        if self.many.is_empty() && self.few.len() < FEW {
            self.few.push(word);
        } else {
            self.many.extend(self.few.drain(..));
            self.many.insert(word);
        }
    }

    pub(super) fn contains(&self, word: &str) -> bool {
        self.lengths & bit(word) != 0
            && (self.few.iter().any(|known| known == word)
                || (!self.many.is_empty() && self.many.contains(word)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lengths == 0
    }
}

impl FromIterator<String> for Words {
    fn from_iter<I: IntoIterator<Item = String>>(words: I) -> Self {
        let mut set = Words::default();
        words.into_iter().for_each(|word| set.insert(word));
        set
    }
}

fn bit(word: &str) -> u64 {
    let length = u32::try_from(word.len()).map_or(63, |length| length.min(63));
    1_u64.checked_shl(length).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn few_and_many_are_found_and_no_other() {
        for count in [0, 1, 8, 9, 500] {
            let words: Words = (0..count).map(|n| format!("w{n}")).collect();
            assert_eq!(words.is_empty(), count == 0);
            for n in 0..count {
                assert!(words.contains(&format!("w{n}")), "{n} of {count}");
            }
            assert!(!words.contains("w") && !words.contains(&format!("w{count}")));
            assert!(!words.contains(&"w".repeat(100)));
        }
        let long: Words = [String::new(), "x".repeat(70)].into_iter().collect();
        assert!(long.contains("") && long.contains(&"x".repeat(70)));
        assert!(!long.contains(&"x".repeat(71)));
    }
}
