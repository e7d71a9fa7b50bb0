//! A content-filtering milter and MIME sanitizer.

fn main() {}
