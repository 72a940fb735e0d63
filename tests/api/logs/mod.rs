//! Logs of runs.

mod jobs;
