//! A test message through the MTA.

use super::Postfix;
use crate::quarantine::Id;
use crate::untrusted::{Untrusted, plain};
use std::io::Write;
use std::process::{Command, Stdio};

/// Hands a harmless message for this address to the MTA, and returns the id that its Message-ID has. An error is one line.
pub fn send_test(postfix: Option<&Postfix>, address: &str) -> Result<String, String> {
    let sendmail = postfix.map_or("/usr/sbin/sendmail", |postfix| postfix.get("sendmail_path"));
    let id = Id::new().map_err(|error| plain(&error))?.to_string();
    let message = format!(
        "To: <{address}>\nSubject: Tamis test {id}\nMessage-ID: <{id}@tamis.invalid>\nAuto-Submitted: auto-generated\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\nThis message shows the way of mail through Tamis.\n"
    );
    let mut child = Command::new(sendmail)
        .args(["-i", "--", address])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{sendmail} cannot be run: {}", plain(&error)))?;
    if let Some(mut input) = child.stdin.take() {
        input
            .write_all(message.as_bytes())
            .map_err(|error| plain(&error))?;
    }
    let output = child.wait_with_output().map_err(|error| plain(&error))?;
    if output.status.success() {
        return Ok(id);
    }
    let says = String::from_utf8_lossy(&output.stderr);
    let first = says.lines().next().unwrap_or("nothing");
    Err(format!(
        "{sendmail} has not taken it: {}",
        Untrusted::new(first)
    ))
}
