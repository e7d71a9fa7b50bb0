//! The table `[repair]`: which defects are mended before delivery, and how.
//!
//! ```toml
//! [repair]
//! cosmetic     = "repair"     # a class
//! bare-lf      = "ignore"     # a name, which counts before its class
//! M004         = "ignore"     # or a code
//! raw-8bit     = "encode"     # another word for raw-8bit-header = "repair"; "keep" for "ignore"
//! ```
//!
//! Without a word ambiguous defects are repaired and cosmetic ones are not. Of several files the first one that speaks of
//! a defect decides, as for rules: a policy can overrule what it includes.

use crate::defects;
use crate::syntax::diagnostic::Fault;
use crate::syntax::node::{Node, Table};
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;
use std::collections::BTreeMap;
use tamis_sanitize::{Class, Code, CodeSet, Treatment};

/// The key that says for one defect how it is repaired.
const RAW_8BIT: &str = "raw-8bit";

/// What the files of a policy say, the first of them first.
#[derive(Debug, Default)]
pub(crate) struct Repairs {
    /// Whether a defect is repaired, where a file says so.
    said: BTreeMap<Code, bool>,
}

impl Repairs {
    /// Takes in the table of one file, and reports everything that is wrong with it.
    pub(crate) fn read(&mut self, table: &Table<'_>, problems: &mut Problems) {
        let mut own: BTreeMap<Code, (Text<'_>, bool)> = BTreeMap::new();
        let mut classes = Vec::new();
        for (key, node) in &table.entries {
            let Some(repair) = choice(*key, *node, problems) else {
                continue;
            };
            match (defects::class(key.text), code(key.text)) {
                (Some(class), _) => classes.push((class, repair)),
                (None, Some(code)) => match own.get(&code) {
                    Some((first, _)) => twice(*first, *key, problems),
                    None => drop(own.insert(code, (*key, repair))),
                },
                (None, None) => {}
            }
        }
        for (code, (_, repair)) in own {
            self.said.entry(code).or_insert(repair);
        }
        for (class, repair) in classes {
            for code in CodeSet::of_class(class).iter() {
                self.said.entry(code).or_insert(repair);
            }
        }
    }

    /// Which defects are repaired.
    pub(crate) fn treatment(&self) -> Treatment {
        let mut treatment = Treatment::default();
        for (code, repair) in &self.said {
            treatment.set(*code, *repair);
        }
        treatment
    }
}

/// The defect that a key speaks of.
fn code(key: &str) -> Option<Code> {
    match key {
        RAW_8BIT => Some(Code::Raw8Bit),
        key => defects::code(key),
    }
}

/// Whether the defect or class of that key is repaired. Limits are no choice.
fn choice(key: Text<'_>, node: Node<'_>, problems: &mut Problems) -> Option<bool> {
    if key.text == RAW_8BIT {
        return word(node, ["encode", "keep"], problems);
    }
    let Some(meant) = defects::meant(key.text) else {
        let known: Vec<_> = defects::words().chain([RAW_8BIT]).collect();
        problems.unknown(Fault::UnknownKey, key, "defect", &known);
        return None;
    };
    if meant.intersects(CodeSet::of_class(Class::Limit)) {
        let message = "a limit can be neither repaired nor ignored";
        let problem = problems.report(Fault::Conflict, key.place, message);
        problem
            .help("what lies behind it was not looked at; write a rule: when = { limit = true }");
        return None;
    }
    word(node, ["repair", "ignore"], problems)
}

/// One of two words, of which the first one means yes; or true or false.
fn word(node: Node<'_>, words: [&str; 2], problems: &mut Problems) -> Option<bool> {
    if let Some(known) = node.as_bool() {
        return Some(known);
    }
    if !node.is_text() {
        let wanted = format!("{:?} or {:?}", words[0], words[1]);
        return node.wrong(&wanted, problems);
    }
    let text = node.text(problems)?;
    if !words.contains(&text.text) {
        problems.unknown(Fault::UnknownValue, text, "treatment", &words);
        return None;
    }
    Some(text.text == words[0])
}

fn twice(first: Text<'_>, again: Text<'_>, problems: &mut Problems) {
    let message = format!("`{}` and `{}` are the same defect", first.text, again.text);
    let problem = problems.report(Fault::Conflict, again.place, message);
    problem.help("leave one out");
}
