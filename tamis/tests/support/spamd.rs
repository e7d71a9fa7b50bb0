//! A real spamd with the rules that are installed, without a network, without users and without memory of past mail.

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

/// A line that spamd gives 1000 points for. It is put together here so that no filter finds it in the repository.
pub fn gtube() -> String {
    [
        "XJS*C4JDBQADN1.NSBN3*2IDNEN*",
        "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n",
    ]
    .concat()
}

/// A spamd on a unix socket and on a TCP port. Dropping it ends it, and its children with it.
#[derive(Debug)]
pub struct Spamd {
    process: Process,
    port: u16,
    directory: TempDir,
}

impl Spamd {
    /// Starts one with these further arguments and these lines of `local.cf`.
    pub fn start(arguments: &[&str], rules: &[&str]) -> Result<Spamd, Skip> {
        let program = program("spamd", &["/usr/sbin/spamd", "/usr/bin/spamd"])?;
        let shipped = "/usr/share/spamassassin";
        if !Path::new(shipped).is_dir() {
            return Err(Skip::new("the rules of SpamAssassin are not installed"));
        }
        let (directory, port) = (directory(), free_port());
        let place = directory.path();
        write_files(place, rules);
        let mut command = Command::new(program);
        command
            .arg("--local")
            .args(["--configpath", shipped])
            .arg(format!("--siteconfigpath={}", place.display()))
            .arg(format!("--helper-home-dir={}", place.display()))
            .args(["--nouser-config", "--username=nobody", "--syslog=stderr"])
            .args(["--max-children=4", "--socketmode=0666"])
            .arg(format!("--listen=127.0.0.1:{port}"))
            .arg(format!("--listen={}", socket(place).display()))
            .args(arguments)
            .env("HOME", place);
        let output = place.join("output");
        let mut process = Process::start(&mut command, &output).expect("spamd starts");
        wait_for("spamd to answer", PATIENCE * 2, || {
            let ended = process.ended();
            let log = || fs::read_to_string(&output).unwrap_or_default();
            assert!(ended.is_none(), "spamd has ended: {ended:?}\n{}", log());
            answers(port).then_some(())
        });
        Ok(Spamd {
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

impl Drop for Spamd {
    fn drop(&mut self) {
        // It ends its children only when it is asked.
        self.process.end();
    }
}

fn socket(place: &Path) -> PathBuf {
    place.join("spamd.sock")
}

fn write_files(place: &Path, rules: &[&str]) {
    let plugins = [
        "Check",
        "BodyEval",
        "HeaderEval",
        "MIMEEval",
        "HTMLEval",
        "RelayEval",
        "URIEval",
        "WLBLEval",
    ];
    let plugins = plugins.map(|name| format!("loadplugin Mail::SpamAssassin::Plugin::{name}\n"));
    fs::write(place.join("plugins.pre"), plugins.concat()).expect("plugins.pre");
    let rules = format!("use_bayes 0\nrequired_score 5\n{}\n", rules.join("\n"));
    fs::write(place.join("local.cf"), rules).expect("local.cf");
    // It gives up its rights, and its home must then be open to it.
    fs::set_permissions(place, fs::Permissions::from_mode(0o777)).expect("the mode");
}

fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        stream.write_all(b"PING SPAMC/1.5\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer == "SPAMD/1.5 0 PONG\r\n")
}
