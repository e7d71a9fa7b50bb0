//! A real clamd with a database of its own: one signature, for the test file of EICAR.

use super::{PATIENCE, Skip, directory, free_port, process::Process, program, wait_for};
use std::{
    fmt::Write as _, fs, io::Read as _, io::Write as _, os::unix::net::UnixStream, path::PathBuf,
    process::Command, time::Duration,
};
use tempfile::TempDir;

/// What clamd calls what it finds in [`eicar`].
pub const SIGNATURE: &str = "Tamis.Eicar.UNOFFICIAL";

/// The 68 bytes of the EICAR test file. They are put together here so that no scanner finds them in the repository.
pub fn eicar() -> Vec<u8> {
    let [head, tail] = [
        r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR",
        "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*",
    ];
    [head, tail].concat().into_bytes()
}

/// A clamd on a unix socket and on a TCP port. Dropping it ends it.
#[derive(Debug)]
pub struct Clamd {
    process: Option<Process>,
    program: PathBuf,
    port: u16,
    directory: TempDir,
}

impl Clamd {
    /// Starts one with these further lines of clamd.conf, such as `"StreamMaxLength 1M"`.
    pub fn start(settings: &[&str]) -> Result<Clamd, Skip> {
        let program = program(
            "clamd",
            &["/usr/sbin/clamd", "/usr/bin/clamd", "/usr/local/sbin/clamd"],
        )?;
        let mut clamd = Clamd {
            process: None,
            program,
            port: free_port(),
            directory: directory(),
        };
        clamd.write_files(settings);
        clamd.restart();
        Ok(clamd)
    }

    /// The address of its unix socket.
    pub fn unix(&self) -> String {
        format!("unix:{}", self.socket().display())
    }

    /// The address of its TCP port.
    pub fn tcp(&self) -> String {
        format!("tcp:127.0.0.1:{}", self.port)
    }

    /// Ends it, until [`restart`](Self::restart).
    pub fn stop(&mut self) {
        self.process = None;
        let _ = fs::remove_file(self.socket());
    }

    /// Ends it if it runs, starts it, and waits until it answers.
    pub fn restart(&mut self) {
        self.stop();
        let mut command = Command::new(&self.program);
        command
            .arg("--foreground")
            .arg("-c")
            .arg(self.directory.path().join("clamd.conf"));
        let process = Process::start(&mut command, &self.directory.path().join("output"))
            .expect("clamd starts");
        let process = self.process.insert(process);
        let socket = self.directory.path().join("clamd.sock");
        let output = self.directory.path().join("output");
        wait_for("clamd to answer", PATIENCE, || {
            let ended = process.ended();
            let log = || fs::read_to_string(&output).unwrap_or_default();
            assert!(ended.is_none(), "clamd has ended: {ended:?}\n{}", log());
            answers(&socket).then_some(())
        });
    }

    /// Puts one more signature into its database, for these octets. It counts from the next [`reload`](Self::reload) on.
    pub fn learn(&self, name: &str, octets: &[u8]) {
        let place = self.directory.path().join("database");
        let line = format!("{name}:0:*:{}\n", hexadecimal(octets));
        fs::write(place.join(format!("{name}.ndb")), line).expect("the database");
    }

    /// Has it read its database anew, and go on meanwhile.
    pub fn reload(&self) {
        if let Some(process) = &self.process {
            process.signal("USR2");
        }
    }

    /// Sends it a signal by name; `STOP` makes it hang until `CONT`.
    pub fn signal(&self, name: &str) {
        if let Some(process) = &self.process {
            process.signal(name);
        }
    }

    /// What it has logged and printed.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.path().join("output")).unwrap_or_default()
    }

    fn socket(&self) -> PathBuf {
        self.directory.path().join("clamd.sock")
    }

    fn write_files(&self, settings: &[&str]) {
        let place = self.directory.path();
        let database = place.join("database");
        fs::create_dir(&database).expect("a directory for the database");
        let pattern = hexadecimal(&eicar());
        fs::write(
            database.join("tamis.ndb"),
            format!("Tamis.Eicar:0:*:{pattern}\n"),
        )
        .expect("the database");
        let mut lines = vec![
            format!("DatabaseDirectory {}", database.display()),
            format!("LocalSocket {}", self.socket().display()),
            format!("TemporaryDirectory {}", place.display()),
            format!("TCPSocket {}", self.port),
            "TCPAddr 127.0.0.1".to_owned(),
            "MaxThreads 4".to_owned(),
        ];
        if !settings
            .iter()
            .any(|line| line.starts_with("AlertExceedsMax"))
        {
            lines.push("AlertExceedsMax yes".to_owned());
        }
        lines.extend(settings.iter().map(|&line| line.to_owned()));
        // Of a line that comes twice the first counts.
        lines.push("AlertExceedsMax yes".to_owned());
        fs::write(place.join("clamd.conf"), lines.join("\n") + "\n").expect("clamd.conf");
    }
}

fn hexadecimal(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut digits, octet| {
        let _ = write!(digits, "{octet:02x}");
        digits
    })
}

fn answers(socket: &std::path::Path) -> bool {
    let ask = || -> std::io::Result<Vec<u8>> {
        let mut stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        stream.write_all(b"zPING\0")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer == b"PONG\0")
}
