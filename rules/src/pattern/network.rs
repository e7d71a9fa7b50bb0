//! IP addresses and networks.

use super::set::PatternSet;
use crate::syntax::diagnostic::Fault;
use crate::syntax::problems::Problems;
use crate::syntax::source::Text;
use ipnet::IpNet;
use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;

/// Networks, sorted by the length of their prefix: one look-up for each length that occurs.
#[derive(Debug, Default)]
pub(crate) struct NetworkSet {
    by_length: BTreeMap<u8, HashSet<IpAddr>>,
}

impl PatternSet for NetworkSet {
    type Subject<'t> = IpAddr;

    fn build(entries: &[Text<'_>], problems: &mut Problems) -> Option<Self> {
        let mut set = NetworkSet::default();
        let mut good = true;
        for entry in entries {
            match network(entry, problems) {
                Some(network) => {
                    let same_length = set.by_length.entry(network.prefix_len()).or_default();
                    same_length.insert(network.network());
                }
                None => good = false,
            }
        }
        good.then_some(set)
    }

    fn holds(&self, subject: &IpAddr) -> bool {
        let address = subject.to_canonical();
        self.by_length.iter().any(|(length, networks)| {
            IpNet::new(address, *length).is_ok_and(|network| networks.contains(&network.network()))
        })
    }
}

fn network(entry: &Text<'_>, problems: &mut Problems) -> Option<IpNet> {
    if let Ok(address) = entry.text.parse::<IpAddr>() {
        return Some(IpNet::from(address.to_canonical()));
    }
    let Ok(network) = entry.text.parse::<IpNet>() else {
        let message = format!("`{}` is no IP address or network", entry.text);
        let problem = problems.report(Fault::BadNetwork, entry.place, message);
        problem.help("write 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32");
        return None;
    };
    if network.addr() == network.network() {
        return Some(network);
    }
    let message = format!("`{network}` has bits set behind its prefix");
    let problem = problems.report(Fault::BadNetwork, entry.place, message);
    problem.help(format!(
        "write `{}` for the network, `{}` for the one address",
        network.trunc(),
        network.addr()
    ));
    None
}
