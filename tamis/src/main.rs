//! A content-filtering milter and MIME sanitizer.

use std::process::ExitCode;

fn main() -> ExitCode {
    tamis::cli::main()
}
