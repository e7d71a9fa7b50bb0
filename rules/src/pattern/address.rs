//! Mail address patterns: `a@example.org`, `@example.org`, `.example.org` for all domains below it, `<>`, and globs.

use super::folded::Folded;
use super::host::{HostSet, is_domain};
use super::set::PatternSet;
use super::text::TextSet;
use super::words::Words;
use crate::syntax::diagnostic::Fault;
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;

/// Addresses, domains of addresses, and globs over whole addresses. Case does not matter.
#[derive(Debug, Default)]
pub(crate) struct AddressSet {
    exact: Words,
    domains: HostSet,
    globs: TextSet,
    null: bool,
}

impl PatternSet for AddressSet {
    type Subject<'t> = Folded<'t>;

    fn build(entries: &[Text<'_>], problems: &mut Problems) -> Option<Self> {
        let mut set = AddressSet::default();
        let (mut globs, mut domains) = (Vec::new(), Vec::new());
        let mut good = true;
        for entry in entries.iter().copied() {
            match entry.text {
                "<>" => set.null = true,
                text if TextSet::is_glob(text) => globs.push(entry),
                text if text.starts_with('.') => domains.push(entry),
                text => match text.rsplit_once('@') {
                    Some(("", domain)) => domains.push(Text {
                        text: domain,
                        ..entry
                    }),
                    Some((_, domain))
                        if is_domain(domain) && !text.contains(char::is_whitespace) =>
                    {
                        set.exact.insert(text.to_lowercase());
                    }
                    _ => good = refuse(&entry, problems),
                },
            }
        }
        let built = (
            HostSet::build(&domains, problems),
            TextSet::build(&globs, problems),
        );
        (set.domains, set.globs) = (built.0?, built.1?);
        good.then_some(set)
    }

    fn holds(&self, subject: &Folded<'_>) -> bool {
        let address = subject.lower.trim_end_matches('.');
        if address.is_empty() {
            return self.null;
        }
        self.exact.contains(address)
            || self.domains.holds_lower(domain(address))
            || self.globs.holds(&Folded::lowered(address))
    }
}

/// Whether a text is one plain mail address.
pub(crate) fn is_address(text: &str) -> bool {
    let plain = |c: char| !(c.is_whitespace() || c.is_control() || "<>()[],;:\\\"*?".contains(c));
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && local.len() <= 64 && local.chars().all(plain) && is_domain(domain)
    })
}

/// What stands behind the last `@`; nothing for an address without one.
pub(crate) fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("", |(_, domain)| domain)
}

fn refuse(entry: &Text<'_>, problems: &mut Problems) -> bool {
    let text = entry.text;
    let help = if is_domain(text) && text.contains('.') {
        format!(
            "write `@{text}` for the addresses of that domain, `.{text}` for those of the domains below it"
        )
    } else {
        "write a@example.org, @example.org, .example.org, <> or a glob".to_owned()
    };
    let problem = problems.report(
        Fault::BadAddress,
        entry.place,
        format!("`{text}` is no mail address"),
    );
    problem.help(help);
    false
}
