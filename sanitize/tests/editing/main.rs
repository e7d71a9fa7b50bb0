//! Parts that get another type, name or content.

mod banner;
mod carry_out;
mod change;
mod substitute;
mod wrap;
