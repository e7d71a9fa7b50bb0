//! The milter protocol: a sans-IO codec and session, and a tokio server around them.
