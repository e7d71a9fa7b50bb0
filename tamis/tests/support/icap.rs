//! A real c-icap with the services `echo` and `avscan`; the latter asks a clamd.

use super::{PATIENCE, Skip, directory, free_port, process::Process, program, wait_for};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::Command,
    time::Duration,
};
use tempfile::TempDir;

/// Where Debian keeps modules and magic.
const MODULES: &str = "/usr/lib/x86_64-linux-gnu/c_icap";
const MODULES_ARM: &str = "/usr/lib/aarch64-linux-gnu/c_icap";

/// A c-icap on a TCP port. Dropping it ends it, and its children with it.
#[derive(Debug)]
pub struct CIcap {
    process: Process,
    port: u16,
    directory: TempDir,
}

impl CIcap {
    /// Starts one whose scanner asks the clamd at this unix socket, with further lines of configuration.
    pub fn start(clamd: &str, further: &str) -> Result<CIcap, Skip> {
        let program = program("c-icap", &["/usr/bin/c-icap", "/usr/local/bin/c-icap"])?;
        let modules = [MODULES, MODULES_ARM]
            .into_iter()
            .find(|dir| Path::new(dir).join("virus_scan.so").exists());
        let Some(modules) = modules else {
            return Err(Skip::new("the module virus_scan of c-icap is not there"));
        };
        let (directory, port) = (directory(), free_port());
        let place = directory.path();
        let text = CONFIGURATION
            .replace("@PLACE@", &place.display().to_string())
            .replace("@PORT@", &port.to_string())
            .replace("@MODULES@", modules)
            .replace("@CLAMD@", clamd.trim_start_matches("unix:"))
            .replace("@FURTHER@", further);
        let configuration = place.join("c-icap.conf");
        fs::write(&configuration, text).expect("c-icap.conf");
        let mut command = Command::new(program);
        command
            .args(["-N", "-D", "-d", "1", "-f"])
            .arg(&configuration);
        let output = place.join("output");
        let mut process = Process::start(&mut command, &output).expect("c-icap starts");
        wait_for("c-icap to answer", PATIENCE * 2, || {
            let ended = process.ended();
            let log = || fs::read_to_string(&output).unwrap_or_default();
            assert!(ended.is_none(), "c-icap has ended: {ended:?}\n{}", log());
            answers(port).then_some(())
        });
        Ok(CIcap {
            process,
            port,
            directory,
        })
    }

    /// The address of a service of it.
    pub fn service(&self, name: &str) -> String {
        format!("icap://127.0.0.1:{}/{name}", self.port)
    }

    /// What it has logged and printed.
    pub fn log(&self) -> String {
        let read = |name| fs::read_to_string(self.directory.path().join(name)).unwrap_or_default();
        read("output") + &read("server.log") + &read("access.log")
    }

    /// Sends it a signal by name.
    pub fn signal(&self, name: &str) {
        self.process.signal(name);
    }
}

impl Drop for CIcap {
    fn drop(&mut self) {
        // It ends its children only when it is asked.
        self.process.end();
    }
}

const CONFIGURATION: &str = "
PidFile @PLACE@/pid
CommandsSocket @PLACE@/ctl
Timeout 60
StartServers 1
MaxServers 2
MinSpareThreads 5
MaxSpareThreads 20
ThreadsPerChild 10
Port 127.0.0.1:@PORT@
ServerAdmin postmaster@localhost
ServerName localhost
TmpDir @PLACE@
DebugLevel 1
Pipelining on
ModulesDir @MODULES@
ServicesDir @MODULES@
TemplateDir /usr/share/c_icap/templates/
LoadMagicFile /etc/c-icap/c-icap.magic
ServerLog @PLACE@/server.log
AccessLog @PLACE@/access.log
Service echo srv_echo.so
Service antivirus_module virus_scan.so
ServiceAlias avscan virus_scan?allow204=on&sizelimit=off&mode=simple
virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE
virus_scan.MaxObjectSize 100M
virus_scan.PassOnError off
virus_scan.DefaultEngine clamd
Module common clamd_mod.so
clamd_mod.ClamdSocket @CLAMD@
@FURTHER@
";

fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    let request =
        format!("OPTIONS icap://127.0.0.1:{port}/echo ICAP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let mut answer = [0; 8];
    stream.write_all(request.as_bytes()).is_ok()
        && stream.read_exact(&mut answer).is_ok()
        && answer == *b"ICAP/1.0"
}
