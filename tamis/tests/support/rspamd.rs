//! A real rspamd with two rules, without a network, a name server, Redis or memory of past mail.

use super::{PATIENCE, Skip, directory, free_port, process::Process, program, wait_for};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use tempfile::TempDir;

/// A line that gets 7.5 points, the changes of the header that [`RULES`] name, and another subject.
pub const SUSPICIOUS: &str = "seventy seven barrels\r\n";

/// An rspamd on a unix socket and on a TCP port. Dropping it ends it, and its children with it.
#[derive(Debug)]
pub struct Rspamd {
    process: Process,
    port: u16,
    directory: TempDir,
}

impl Rspamd {
    /// Starts one with these further lines of `options`, such as `max_message = 1M;`.
    pub fn start(options: &str) -> Result<Rspamd, Skip> {
        let program = program("rspamd", &["/usr/bin/rspamd", "/usr/local/bin/rspamd"])?;
        let (directory, port) = (directory(), free_port());
        let place = directory.path();
        write_files(place, port, options);
        let mut command = Command::new(program);
        command
            .args(["--no-fork", "--insecure", "--config"])
            .arg(place.join("rspamd.conf"))
            .env("TMPDIR", place);
        let output = place.join("output");
        let mut process = Process::start(&mut command, &output).expect("rspamd starts");
        wait_for("rspamd to answer", PATIENCE * 2, || {
            let ended = process.ended();
            let log = || fs::read_to_string(&output).unwrap_or_default();
            assert!(ended.is_none(), "rspamd has ended: {ended:?}\n{}", log());
            answers(port).then_some(())
        });
        Ok(Rspamd {
            process,
            port,
            directory,
        })
    }

    /// The address of its unix socket.
    pub fn unix(&self) -> String {
        format!("unix:{}", socket(self.directory.path()).display())
    }

    /// The address of its TCP port.
    pub fn tcp(&self) -> String {
        format!("tcp:127.0.0.1:{}", self.port)
    }

    /// What it has logged and printed.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("output")).unwrap_or_default()
    }

    /// Sends it a signal by name.
    pub fn signal(&self, name: &str) {
        self.process.signal(name);
    }
}

impl Drop for Rspamd {
    fn drop(&mut self) {
        // It ends its children only when it is asked.
        self.process.end();
    }
}

fn socket(place: &Path) -> PathBuf {
    place.join("rspamd.sock")
}

fn write_files(place: &Path, port: u16, options: &str) {
    let path = |name: &str| place.join(name).display().to_string();
    // The list that is shipped takes ten seconds to compile.
    fs::write(place.join("domains"), "com\norg\nnet\n").expect("the list of domains");
    fs::write(place.join("rules.lua"), RULES).expect("the rules");
    let text = CONFIGURATION
        .replace("@PLACE@", &place.display().to_string())
        .replace("@SOCKET@", &path("rspamd.sock"))
        .replace("@PORT@", &port.to_string())
        .replace("@OPTIONS@", options);
    fs::write(place.join("rspamd.conf"), text).expect("rspamd.conf");
    fs::set_permissions(place, fs::Permissions::from_mode(0o777)).expect("the mode");
}

const CONFIGURATION: &str = r#"
options {
  filters = "";
  dns { nameserver = ["127.0.0.1:1"]; timeout = 0.1s; retransmits = 1; }
  gtube_patterns = "all";
  pidfile = false;
  control_socket = "@PLACE@/control.sock mode=0600";
  hs_cache_dir = "@PLACE@";
  url_tld = "@PLACE@/domains";
  local_addrs = [];
  @OPTIONS@
}
logging { type = "console"; level = "info"; }
actions { reject = 15; rewrite_subject = 7; add_header = 6; greylist = 4; subject = "[spam] %s"; }
worker "normal" { bind_socket = "127.0.0.1:@PORT@"; count = 1; }
worker "normal" { bind_socket = "@SOCKET@ mode=0666"; count = 1; }
group "tests" { symbols { "TAMIS_TEST" { weight = 7.5; } "TAMIS_SKIP" { weight = 0; } } }
lua = "@PLACE@/rules.lua";
"#;

/// The rules: what they look for stands in the messages of tests.
const RULES: &str = r#"
local function has(task, text)
  return tostring(task:get_content()):find(text, 1, true)
end
rspamd_config:register_symbol{name = "TAMIS_TEST", type = "normal", score = 7.5, group = "tests", callback = function(task)
  if has(task, "seventy seven barrels") then
    task:set_milter_reply({
      add_headers = {["X-Tamis-Test"] = "one", ["X-Folded"] = {value = "two;\n\tthree", order = 1}},
      remove_headers = {["X-Old"] = 0},
    })
    return true, 1.0, "why"
  end
end}
rspamd_config:register_symbol{name = "TAMIS_SKIP", type = "prefilter", score = 0, group = "tests", callback = function(task)
  if has(task, "do not look at this") then
    task:set_flag("skip")
  end
end}
"#;

fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(b"GET /ping HTTP/1.0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer.contains("pong"))
}
