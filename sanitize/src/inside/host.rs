//! What looking inside needs from the program around it: places for content, and how long it may go on.

use std::io::{self, Read, Seek, Write};

/// Content that can be read at any offset.
pub trait Source: Read + Seek {}

impl<T: Read + Seek + ?Sized> Source for T {}

/// A place for the content of one member while it is looked at: written once, then read.
pub trait Store: Source + Write + Send {}

impl<T: Source + Write + Send + ?Sized> Store for T {}

/// The program around the engine. The engine itself knows no file and no clock.
pub trait Host {
    /// An empty place. An error is one of the program, never one of the content.
    fn store(&self) -> io::Result<Box<dyn Store>>;

    /// Whether there is time to go on. Once it has said no, it says no.
    fn has_time(&self) -> bool {
        true
    }
}

/// Keeps content in memory, for as long as it takes. For tests and small content.
#[derive(Clone, Copy, Debug, Default)]
pub struct InMemory;

impl Host for InMemory {
    fn store(&self) -> io::Result<Box<dyn Store>> {
        Ok(Box::new(io::Cursor::new(Vec::new())))
    }
}
