//! Hard cases of the milter protocol that a filter has to get right, not the library under it. `proofs.rs` lists all.

mod content;
#[path = "../daemon/mod.rs"]
mod daemon;
mod envelope;
mod proofs;
#[path = "../served/mod.rs"]
mod served;
#[path = "../support/mod.rs"]
mod support;
mod talk;
mod trouble;

use served::Served;
use std::io::Read as _;
use talk::Talk;
use tamis::inspect::Site;
use tamis::quarantine::{Record, Store};
use tamis_rules::{Policy, Sources, load};

fn policy(text: &str) -> Policy {
    load(&Sources::new("test.toml", text)).expect("a policy")
}

/// A gate with a quarantine of its own.
struct Kept {
    served: Served,
    store: Store,
    _place: tempfile::TempDir,
}

impl Kept {
    fn start(rules: &str) -> Kept {
        let place = support::directory();
        let store = Store::create(place.path()).expect("a store");
        let site = Site {
            quarantine: Some(store.clone()),
            ..Site::default()
        };
        Kept {
            served: Served::start(site, policy(rules)),
            store,
            _place: place,
        }
    }

    fn talk(&self, protocol: u32) -> Talk {
        let mut talk = Talk::open(&self.served.address, protocol);
        talk.client("192.0.2.1", 25);
        talk
    }

    /// The record and the octets of the last entry.
    fn last(&self) -> (Record, Vec<u8>) {
        let records = self.store.entries().expect("entries");
        let record = records.last().expect("an entry").expect("a record");
        let mut octets = Vec::new();
        let mut content = self.store.content(&record.id).expect("content");
        content.read_to_end(&mut octets).expect("read");
        (record, octets)
    }
}

/// Keeps every message whole.
const KEEP: &str =
    "[[rule]]\nname = \"keep\"\nwhen = { size = \">0\" }\nthen = { quarantine = true }\n";

const PLAIN: &[(&str, &[u8])] = &[
    ("From", b" a@example.com"),
    ("Subject", b" x"),
    ("Date", b" Mon, 16 Nov 2026 09:12:41 +0000"),
    ("Message-ID", b" <1@example.com>"),
];
