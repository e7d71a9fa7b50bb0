//! External scanners behind one trait, fed while the mail still arrives.
