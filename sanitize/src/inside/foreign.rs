//! Readers of other people, which may fail in ways that ours do not: a panic in one is a fact about the content.

use std::error::Error;
use std::fmt;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A reader has panicked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed;

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what reads this has failed")
    }
}

impl Error for Failed {}

/// Calls into a reader. What it was given is of no use after a failure.
pub(super) fn call<T>(work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(io::Error::other(Failed)))
}

/// Whether an error is that of a reader that has failed.
pub(super) fn is_failure(error: &io::Error) -> bool {
    error
        .get_ref()
        .is_some_and(<dyn Error + Send + Sync>::is::<Failed>)
}

/// A reader of which no call can panic. After a failure it is at its end.
pub(super) struct Guarded<R> {
    reader: R,
    failed: bool,
}

impl<R: Read> Guarded<R> {
    pub(super) fn new(reader: R) -> Self {
        Guarded {
            reader,
            failed: false,
        }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failed {
            return Ok(0);
        }
        let read = call(|| self.reader.read(buffer));
        self.failed = read.as_ref().is_err_and(is_failure);
        read
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Faulty(usize);

    impl Read for Faulty {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(1).expect("at most so many calls");
            buffer[0] = b'x';
            Ok(1)
        }
    }

    #[test]
    fn a_panic_is_an_error_and_then_the_end() {
        let mut reader = Guarded::new(Faulty(2));
        let mut content = Vec::new();
        let error = reader.read_to_end(&mut content).expect_err("it fails");
        assert!(is_failure(&error), "{error}");
        assert_eq!(content, b"xx");
        assert_eq!(reader.read(&mut [0]).expect("the end"), 0);
    }
}
