//! How much may be stored, where an administrator said so of a record or of a user. `InvenioRDM`: quotas, records
//! reference §11.

use serde::{Deserialize, Serialize};

/// Bytes that one set of files may come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Allowance {
    /// Of all files of the set.
    pub quota_size: u64,
    /// Of one file.
    pub max_file_size: u64,
}
