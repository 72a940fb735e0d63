//! Programs that tests and benchmarks need; the tests themselves stand beside this folder.
