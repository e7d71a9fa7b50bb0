//! Rules, compiled: what they find, and what is wrong with them.

use super::files::{RuleFile, named};
use crate::{Reason, Report};
use std::{
    error::Error,
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::Path,
    time::Duration,
};
use yara_x::errors::{CompileError, ScanError};
use yara_x::{Compiler, Rule, Rules, Scanner, SourceCode};

/// Variables that collections of rules expect from whoever scans files; nothing is known of them here.
const VARIABLES: [&str; 5] = ["filename", "filepath", "extension", "filetype", "owner"];

/// What every scanner finds: so it can be seen that rules are at work. In hexadecimal, or this file would be found as well.
const TEST_FILE: &str = "
rule EICAR_Test_File {
    strings: $text = { 58 35 4F 21 50 25 40 41 50 5B 34 5C 50 5A 58 35 34 28 50 5E 29 37 43 43 29 37 7D
        24 45 49 43 41 52 2D 53 54 41 4E 44 41 52 44 2D 41 4E 54 49 56 49 52 55 53 2D 54 45 53 54 2D 46 49 4C 45 21 24 48 2B 48 2A }
    condition: $text at 0
}
";

/// The namespace of that rule.
const OURS: &str = "tamis";

/// Bytes of a file of rules.
const SIZE: u64 = 64 << 20;

/// Rules that go together, ready to scan.
pub(super) struct Rulebook {
    rules: Rules,
    count: usize,
    edition: u64,
}

impl Rulebook {
    /// Compiles files of rules, each in a namespace of its own. The error says in one line what is wrong, and where.
    pub(super) fn compile(files: &[RuleFile]) -> Result<Self, String> {
        let mut compiler = compiler().map_err(|error| error.to_string())?;
        let mut edition = DefaultHasher::new();
        for file in files {
            let text = read(&file.path).map_err(|error| error.to_string())?;
            (&file.path, &text).hash(&mut edition);
            let origin = file.path.to_string_lossy();
            compiler.new_namespace(&origin);
            let source = SourceCode::from(&*text).with_origin(origin.clone());
            let added = compiler.add_source(source).map(|_| ());
            added.map_err(|error| fault(&file.path, &text, &error))?;
        }
        let rules = compiler.build();
        let count = rules.iter().filter(|it| it.namespace() != OURS).count();
        if count == 0 {
            // Rules that were lost on their way find nothing, and must not call all mail clean.
            return Err("there are no rules".to_owned());
        }
        Ok(Rulebook {
            rules,
            count,
            edition: edition.finish(),
        })
    }

    /// How many rules there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// What tells these rules from others.
    pub(super) fn edition(&self) -> u64 {
        self.edition
    }

    /// What the rules with one of these tags say; all rules if there is no tag.
    pub(super) fn scan(&self, content: &[u8], tags: &[String], time: Duration) -> Report {
        let mut scanner = Scanner::new(&self.rules);
        // Only the names of rules are of interest, not each place where something was found.
        scanner.fast_scan(true).set_timeout(time);
        let results = match scanner.scan(content) {
            Ok(results) => results,
            Err(ScanError::Timeout) => {
                return Report::unscanned(Reason::Timeout, "the rules took too long");
            }
            Err(error) => return Report::unscanned(Reason::Failed, &error.to_string()),
        };
        let matching = results.matching_rules().filter(|it| counts(it, tags));
        let mut names: Vec<_> = matching.map(|rule| rule.identifier()).collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return Report::Clean;
        }
        Report::found(names.join(" ").as_bytes())
    }
}

/// Whether a rule is one of those that are asked for.
fn counts(rule: &Rule<'_, '_>, tags: &[String]) -> bool {
    let is_asked_for = |tag: &str| tags.iter().any(|it| it == tag);
    let has_tag = || rule.tags().any(|tag| is_asked_for(tag.identifier()));
    tags.is_empty() || rule.namespace() == OURS || has_tag()
}

/// A compiler that knows the test file.
fn compiler() -> Result<Compiler<'static>, Box<dyn Error>> {
    let mut compiler = Compiler::new();
    compiler.relaxed_re_syntax(true).enable_includes(false);
    for variable in VARIABLES {
        compiler.define_global(variable, "")?;
    }
    compiler.new_namespace(OURS).add_source(TEST_FILE)?;
    Ok(compiler)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let read = || {
        if fs::metadata(path)?.len() > SIZE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        fs::read(path)
    };
    read().map_err(|error| named(path, &error))
}

/// File, line and fault, as other checks write them.
fn fault(path: &Path, text: &[u8], error: &CompileError) -> String {
    let at = error.labels().next().map(|label| label.span().start());
    let before = at.and_then(|at| text.get(..at)).unwrap_or_default();
    let line = before.split(|octet| *octet == b'\n').count();
    format!("{}:{line}: {}", path.display(), error.title())
}
