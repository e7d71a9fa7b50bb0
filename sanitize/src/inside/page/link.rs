//! Links whose text shows another host than they lead to.

/// Characters of a text that are kept.
const TEXT: usize = 300;

/// A link that is being read.
#[derive(Debug)]
pub(super) struct Link {
    leads_to: Option<String>,
    text: String,
}

impl Link {
    pub(super) fn new(address: &str) -> Self {
        Link {
            leads_to: host(address.trim()),
            text: String::new(),
        }
    }

    /// Takes more of its text.
    pub(super) fn add(&mut self, text: &str) {
        let room = TEXT.saturating_sub(self.text.len());
        self.text.extend(text.chars().take(room));
    }

    /// Whether its text is an address of another host. Of two hosts one of which belongs to the other, neither misleads.
    pub(super) fn misleads(&self) -> bool {
        let text = self.text.trim();
        if text.contains(char::is_whitespace) {
            return false;
        }
        let (Some(leads_to), Some(shown)) = (&self.leads_to, host(text)) else {
            return false;
        };
        !belongs(leads_to, &shown) && !belongs(&shown, leads_to)
    }
}

fn belongs(host: &str, to: &str) -> bool {
    host == to
        || host
            .strip_suffix(to)
            .is_some_and(|rest| rest.ends_with('.'))
}

/// The host of an address, in lower case and without `www.`; of text without a scheme, if it looks like one.
fn host(address: &str) -> Option<String> {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, address),
    };
    let web = scheme.is_none_or(|scheme| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    });
    let rest = rest.split(['/', '?', '#', '\\']).next()?;
    let rest = rest.rsplit('@').next()?;
    let host = rest.split(':').next()?.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let labels = || host.split('.');
    let last = labels().next_back()?;
    let named = labels().count() > 1
        && labels().all(|label| {
            let sound = label
                .chars()
                .all(|character| character.is_alphanumeric() || character == '-');
            !label.is_empty() && sound
        })
        && last.chars().all(char::is_alphabetic)
        && last.chars().count() > 1;
    let known = scheme.is_some()
        || address.to_ascii_lowercase().starts_with("www.")
        || !address.contains('@');
    (web && named && known).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::Link;

    fn check(address: &str, text: &str, expected: bool) {
        let mut link = Link::new(address);
        link.add(text);
        assert_eq!(link.misleads(), expected, "{text} to {address}");
    }

    #[test]
    fn what_misleads() {
        check(
            "https://evil.example/login",
            "https://bank.example.com/",
            true,
        );
        check("http://evil.example/", "www.bank.com", true);
        check("http://bank.com@evil.example/", "http://bank.com", true);
        check("https://www.bank.com/x", "bank.com", false);
        check("https://click.bank.com/x", "www.bank.com", false);
        check("https://evil.example/", "click here", false);
        check("https://evil.example/", "Version 1.2", false);
        check("mailto:a@example.com", "a@example.com", false);
        check("https://example.com/", "a@example.org", false);
    }
}
