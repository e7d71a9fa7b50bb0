//! Turns policy files into a checked policy, and the facts of a message into a decision that can explain itself.
