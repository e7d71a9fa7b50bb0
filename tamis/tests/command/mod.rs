//! The built program, run in a directory of its own.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test uses what it needs of it, and may fail"
)]

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// A message that nothing is wrong with.
pub const CLEAN: &str =
    "From: a@example.org\r\nTo: b@example.net\r\nSubject: hello\r\n\r\nHello.\r\n";

/// A message with a program in it, lines ended by `line_end`.
pub fn infected(line_end: &str) -> String {
    let lines = [
        "From: a@example.org",
        "Subject: program",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=b",
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "From here on:",
        "--b",
        "Content-Type: application/octet-stream; name=\"setup.exe\"",
        "Content-Disposition: attachment; filename=\"setup.exe\"",
        "Content-Transfer-Encoding: base64",
        "",
        "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAA=",
        "--b--",
        "",
    ];
    lines.join(line_end)
}

/// A place for files, and the program run in it.
pub struct Bench(TempDir);

impl Bench {
    pub fn new() -> Self {
        Bench(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn exists(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// Files below a directory, relative to it.
    pub fn files(&self, dir: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut left = vec![self.path(dir)];
        while let Some(next) = left.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    left.push(path);
                } else {
                    let relative = path.strip_prefix(self.path(dir)).unwrap();
                    found.push(relative.to_str().unwrap().to_owned());
                }
            }
        }
        found.sort();
        found
    }

    pub fn run(&self, args: &str) -> Run {
        self.run_with(args, "")
    }

    pub fn start(&self, args: &str) -> Child {
        Command::new(env!("CARGO_BIN_EXE_tamis"))
            .args(args.split_whitespace())
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub fn run_with(&self, args: &str, input: &str) -> Run {
        let mut child = self.start(args);
        // A program that fails early does not read its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Run::of(&child.wait_with_output().unwrap())
    }
}

/// What a run gave.
#[derive(Debug)]
pub struct Run {
    pub exit: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(output: &Output) -> Self {
        Run {
            exit: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    /// The exit status, and one line on standard error that says this.
    #[track_caller]
    pub fn fails(&self, exit: i32, says: &str) {
        assert_eq!(self.exit, exit, "{self:?}");
        assert!(
            self.err.starts_with("tamis: ") && self.err.contains(says),
            "{self:?}"
        );
        assert_eq!(self.err.lines().count(), 1, "{self:?}");
    }
}
