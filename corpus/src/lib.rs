//! Messages with the result expected of each, their loaders, and a generator for what must not lie in a repository.
