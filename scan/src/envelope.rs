//! What a scanner may be told of a message besides its bytes.

use std::net::IpAddr;

/// The SMTP transaction of a message, as far as it is known when a scan begins. Spam filters look at it; virus scanners do
/// not. All of it comes from strangers: a scanner escapes or leaves out what its protocol cannot carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Address of the SMTP client.
    pub client: Option<IpAddr>,
    /// Its name, as the MTA has verified it.
    pub client_name: Option<String>,
    /// What it called itself.
    pub helo: Option<String>,
    /// The login name of an authenticated client.
    pub user: Option<String>,
    /// The envelope sender without angle brackets; empty for a bounce.
    pub sender: Option<String>,
    /// The envelope recipients without angle brackets.
    pub recipients: Vec<String>,
    /// The queue id of the MTA.
    pub queue_id: Option<String>,
}
