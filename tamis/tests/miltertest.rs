//! A milter client of other people, `miltertest`, understands the gate.

mod served;
mod support;

use served::Served;
use std::process::Command;
use tamis::inspect::Site;
use tamis_rules::{Sources, load};

const POLICY: &str = r#"
    [[rule]]
    name = "mark"
    when = { subject = "mark" }
    then = { set_header = { X-Mark = "new" }, add_recipient = "archive@example.org" }
    [[rule]]
    name = "no"
    when = { subject = "refuse" }
    then = { reject = "550 5.7.1 not here" }
"#;

#[test]
fn a_session_as_miltertest_plays_it() {
    let program = support::program(
        "miltertest",
        &["/usr/bin/miltertest", "/usr/local/bin/miltertest"],
    );
    let Some(miltertest) = support::ready(program) else {
        return;
    };
    let policy = load(&Sources::new("test.toml", POLICY)).expect("a policy");
    let served = Served::start(Site::default(), policy);
    let address: tamis_milter::Address = served.address.parse().expect("an address");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/miltertest/session.lua");
    let output = Command::new(miltertest)
        .arg("-D")
        .arg(format!("address={}", address.for_sendmail()))
        .args(["-v", "-w", "-s", script])
        .output()
        .expect("it runs");
    let said = [output.stdout, output.stderr].concat();
    assert!(
        output.status.success(),
        "{}: {}",
        output.status,
        String::from_utf8_lossy(&said)
    );
}
