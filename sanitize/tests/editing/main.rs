//! Parts that get another type, name or content.

mod carry_out;
mod change;
mod substitute;
