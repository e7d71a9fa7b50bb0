//! What a part really is: from its content and from every form of its name.
