//! Why an archive, or a member of it, cannot be read.

use cairn_model::Error;

/// Everything that can be wrong with an archive. Its texts are sentences for the caller.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Problem {
    /// Nothing in the object says that it is an archive. Python's wording, which existing clients know.
    #[error("File is not a zip file.")]
    NotZip,
    /// The archive contradicts itself or ends too early.
    #[error("The archive is damaged: {0}.")]
    Damaged(&'static str),
    /// The archive asks for more than is given to one.
    #[error("The archive is beyond the limits: {0}.")]
    Beyond(String),
    /// The member is kept in a way that is not understood.
    #[error("The member cannot be extracted: {0}.")]
    Unsupported(String),
    /// The storage did not answer: nothing is said about the archive.
    #[error(transparent)]
    Storage(#[from] Error),
}

impl Problem {
    /// The error that a caller gets who asked for the file `key`.
    pub fn of_file(self, key: &str) -> Error {
        match self {
            Self::Storage(error) => error,
            problem @ (Self::NotZip | Self::Damaged(_) | Self::Beyond(_) | Self::Unsupported(_)) => {
                Error::BadRequest(format!("Invalid file content for file '{key}': {problem}"))
            }
        }
    }
}

/// What the reader of headers refuses.
impl From<rawzip::Error> for Problem {
    fn from(error: rawzip::Error) -> Self {
        match error.kind() {
            rawzip::ErrorKind::BufferTooSmall { .. } => Self::Beyond("a header is larger than 64 KiB".into()),
            _ => Self::Damaged("a header is not where it should be"),
        }
    }
}
