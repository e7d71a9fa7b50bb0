//! The words that policies use for defects: a code such as `M004`, its name, or a class.

use crate::syntax::diagnostic::Fault;
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;
use tamis_sanitize::{Class, Code, CodeSet};

/// The codes that a word stands for.
pub(crate) fn meant(word: &str) -> Option<CodeSet> {
    if let Some(class) = class(word) {
        return Some(CodeSet::of_class(class));
    }
    let code = code(word)?;
    Some(CodeSet::from_iter([code]))
}

/// The class of that name.
pub(crate) fn class(word: &str) -> Option<Class> {
    Class::ALL.into_iter().find(|class| class.name() == word)
}

/// The defect of that code or name.
pub(crate) fn code(word: &str) -> Option<Code> {
    Code::from_name(word).or_else(|| Code::from_number(word))
}

/// Every word: classes, names, codes.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    let classes = Class::ALL.into_iter().map(Class::name);
    let names = Code::ALL.iter().map(|code| code.name());
    let numbers = Code::ALL.iter().map(|code| code.number());
    classes.chain(names).chain(numbers)
}

/// Reports a word that stands for no defect.
pub(crate) fn report(fault: Fault, word: Text<'_>, problems: &mut Problems) {
    let known: Vec<_> = words().collect();
    problems.unknown(fault, word, "defect", &known);
}
