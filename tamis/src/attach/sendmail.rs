//! The lines of sendmail.mc.

use super::{Waits, reachable, seconds};
use std::fmt::Write as _;
use tamis_milter::{Address, Settings};

/// The lines that attach Sendmail to a daemon that listens at these addresses; the first is used, the others are named.
pub fn sendmail_mc(listen: &[Address], server: &Settings) -> String {
    let mut lines = String::new();
    let Some((first, others)) = listen.split_first() else {
        return lines;
    };
    let waits = Waits::of(server);
    lines.push_str("dnl Tamis comes first: a filter that signs is named below it, because a change ends a signature.\n");
    for other in others {
        let other = reachable(other).for_sendmail();
        let _ = writeln!(lines, "dnl It also listens at {other}.");
    }
    lines.push_str("dnl F=T: while Tamis is away, mail is to come again later; without it, it would pass unfiltered.\n");
    let _ = writeln!(
        lines,
        "INPUT_MAIL_FILTER(`tamis', `S={}, F=T, T=C:{}s;S:60s;R:{}s;E:{}s')dnl",
        reachable(first).for_sendmail(),
        seconds(waits.connect),
        // Sendmail reads the progress within this time as well.
        seconds(waits.command).max(60),
        seconds(waits.end),
    );
    lines
}

#[cfg(test)]
mod tests {
    use super::sendmail_mc;
    use tamis_milter::Settings;

    #[test]
    fn one_filter_is_defined_and_the_rest_are_comments() {
        let listen = ["unix:/run/tamis.sock", "inet:*:8891"].map(|it| it.parse().unwrap());
        let lines = sendmail_mc(&listen, &Settings::default());
        let (comments, filters): (Vec<_>, Vec<_>) =
            lines.lines().partition(|line| line.starts_with("dnl "));
        assert_eq!(
            filters,
            [
                "INPUT_MAIL_FILTER(`tamis', `S=local:/run/tamis.sock, F=T, T=C:30s;S:60s;R:60s;E:300s')dnl"
            ]
        );
        assert!(
            comments
                .iter()
                .any(|line| line.contains("inet:8891@127.0.0.1"))
        );
    }
}
