//! What becomes of a draft's body in which something is wrong.

use cairn_model::{Error, FieldError, Result};

/// What becomes of faults.
#[derive(Debug, Clone, Copy)]
pub enum Faults {
    /// They are reported with the draft, and the rest is saved.
    Reported,
    /// Those of this kind refuse the whole body; all others are reported.
    Refused(fn(&FieldError) -> bool),
}

impl Faults {
    /// Whether the body may be saved in spite of these.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault that refuses it.
    pub(super) fn judge(self, found: &[FieldError]) -> Result<()> {
        let Self::Refused(is_refused) = self else { return Ok(()) };
        let refused: Vec<FieldError> = found.iter().filter(|fault| is_refused(fault)).cloned().collect();
        if refused.is_empty() { Ok(()) } else { Err(Error::Invalid(refused)) }
    }
}
