//! The table of defects: one row each, grouped in files by the letter of their codes.
//!
//! A row is the variant, the number, the name, the class, what it is, what parsers make of it (measured, or read in
//! their sources), and what the repair is:
//!
//! ```text
//! BareLf, "E001", "bare-lf", Cosmetic, "A line ends in LF alone …",
//!     differs "All parsers …",
//!     repair "Left alone …";
//! ```
//!
//! A new defect takes the next free number of its group. Numbers and names are never given again to something else.

#[macro_use]
mod encoding;
#[macro_use]
mod header;
#[macro_use]
mod limit;
#[macro_use]
mod structure;
#[macro_use]
mod value;

use super::Class;

/// Hands the rows that were gathered to the next group, or at the end to `codes`.
macro_rules! gather {
    ([] $($rows:tt)*) => { codes! { $($rows)* } };
    ([$next:ident $($more:ident)*] $($rows:tt)*) => { $next! { [$($more)*] $($rows)* } };
}

macro_rules! codes {
    ($(
        $variant:ident, $number:literal, $name:literal, $class:ident, $what:literal,
        differs $differs:literal,
        repair $repair:literal;
    )*) => {
        /// A deviation that Tamis knows.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Code { $(#[doc = $what] $variant,)* }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The stable number, such as `M014`: a letter for the group, and three digits.
            pub const fn number(self) -> &'static str {
                match self { $(Code::$variant => $number,)* }
            }

            /// The stable name, as policies and reports use it.
            pub const fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// How much it matters.
            pub const fn class(self) -> Class {
                match self { $(Code::$variant => Class::$class,)* }
            }

            /// What it is, in one sentence.
            pub const fn what(self) -> &'static str {
                match self { $(Code::$variant => $what,)* }
            }

            /// What parsers make of it.
            pub const fn differs(self) -> &'static str {
                match self { $(Code::$variant => $differs,)* }
            }

            /// What Tamis does about it by default.
            pub const fn repair(self) -> &'static str {
                match self { $(Code::$variant => $repair,)* }
            }
        }
    };
}

gather! { [header value structure encoding limit] }
