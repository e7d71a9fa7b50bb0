//! Which way a message goes, seen from the own site.

use ipnet::IpNet;
use tamis_rules::{Direction, Envelope};

/// What is inside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Routes {
    /// Networks whose clients send from inside.
    pub networks: Vec<IpNet>,
    /// Domains that are delivered here, in lower case.
    pub domains: Vec<String>,
}

impl Routes {
    /// The direction of what is known of an envelope: from inside if the client is logged in, local or in an own network.
    pub fn direction(&self, envelope: &Envelope) -> Direction {
        match (
            self.is_from_inside(envelope),
            self.is_local(&envelope.recipients),
        ) {
            (false, _) => Direction::Inbound,
            (true, true) => Direction::Internal,
            (true, false) => Direction::Outbound,
        }
    }

    /// The direction as far as it is known before there are recipients: what comes from inside may stay there or leave.
    pub fn direction_of_client(&self, envelope: &Envelope) -> Option<Direction> {
        (!self.is_from_inside(envelope)).then_some(Direction::Inbound)
    }

    fn is_from_inside(&self, envelope: &Envelope) -> bool {
        let own = |client| {
            let mut networks = self.networks.iter();
            networks.any(|network| network.contains(&client))
        };
        envelope.authenticated.is_some() || envelope.client.is_none_or(own)
    }

    /// Whether every recipient is in an own domain.
    fn is_local(&self, recipients: &[String]) -> bool {
        let local = |recipient: &String| {
            let domain = recipient
                .rsplit_once('@')
                .map(|(_, domain)| domain.to_ascii_lowercase());
            domain.is_some_and(|domain| self.domains.contains(&domain))
        };
        !recipients.is_empty() && recipients.iter().all(local)
    }
}

#[cfg(test)]
mod tests {
    use super::Routes;
    use tamis_rules::{Direction, Envelope};

    #[test]
    fn the_direction_follows_client_login_and_recipients() {
        let routes = Routes {
            networks: vec!["192.0.2.0/24".parse().unwrap()],
            domains: vec!["example.org".into()],
        };
        for (client, login, recipients, expected) in [
            (
                Some("198.51.100.1"),
                None,
                vec!["a@example.org"],
                Direction::Inbound,
            ),
            (
                Some("198.51.100.1"),
                Some("me"),
                vec!["a@example.com"],
                Direction::Outbound,
            ),
            (
                Some("192.0.2.9"),
                None,
                vec!["a@example.com"],
                Direction::Outbound,
            ),
            (
                Some("192.0.2.9"),
                None,
                vec!["a@Example.ORG"],
                Direction::Internal,
            ),
            (
                Some("192.0.2.9"),
                None,
                vec!["a@example.org", "b@example.com"],
                Direction::Outbound,
            ),
            (Some("192.0.2.9"), None, vec![], Direction::Outbound),
            (None, None, vec!["a@example.org"], Direction::Internal),
        ] {
            let envelope = Envelope {
                client: client.map(|client| client.parse().unwrap()),
                authenticated: login.map(str::to_owned),
                recipients: recipients
                    .iter()
                    .map(|recipient| (*recipient).to_owned())
                    .collect(),
                ..Envelope::default()
            };
            assert_eq!(
                routes.direction(&envelope),
                expected,
                "{client:?} {login:?} {recipients:?}"
            );
        }
    }
}
