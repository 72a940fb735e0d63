//! Record identifiers (`recid`): ten characters with check digits, as InvenioRDM writes them.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// Crockford's base 32: no i, l, o, u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The identifier of a record, a draft or a parent: `abcde-fgh12`.
///
/// Eight characters of a random 40-bit number and two check digits (ISO 7064 mod 97-10).
/// Look-ups do not normalise: upper case or a wrong check digit is an unknown identifier.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pid(String);

impl Pid {
    /// The identifier of the lowest 40 bits of `number`.
    pub fn from_number(number: u64) -> Self {
        let number = number & 0xff_ffff_ffff;
        let mut characters: Vec<u8> = (0..8)
            .rev()
            .map(|place| ALPHABET[usize::try_from(number >> (5 * place) & 31).unwrap_or(0)])
            .collect();
        characters.extend(format!("{:02}", check_digits(number)).bytes());
        characters.insert(5, b'-');
        Self(String::from_utf8_lossy(&characters).into_owned())
    }

    /// Reads an identifier as it stands in a URL.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anything that cannot be an identifier: such a record cannot exist.
    pub fn parse(text: &str) -> Result<Self> {
        let unknown = Error::unknown_pid;
        let (head, tail) = text.split_once('-').filter(|_| text.len() == 11).ok_or_else(unknown)?;
        let joined: Vec<u8> = head.bytes().chain(tail.bytes()).collect();
        if head.len() != 5 || joined.len() != 10 {
            return Err(unknown());
        }
        let mut number = 0_u64;
        for byte in &joined[..8] {
            let digit = ALPHABET.iter().position(|letter| letter == byte).ok_or_else(unknown)?;
            number = number << 5 | digit as u64;
        }
        let pid = Self::from_number(number);
        if pid.0 == text { Ok(pid) } else { Err(unknown()) }
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check_digits(number: u64) -> u64 {
    97 - (100 * number) % 97 + 1
}

impl std::fmt::Display for Pid {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_a_running_inveniordm_are_read() {
        for known in
            ["zege4-jwk51", "mxpp5-cvf05", "wcs5t-9xp94", "h3pw4-3dd82", "pfgy0-7hg58", "a03g7-9xd38"]
        {
            assert_eq!(Pid::parse(known).unwrap().as_str(), known);
        }
    }

    #[test]
    fn what_is_not_quite_an_identifier_is_unknown() {
        for wrong in [
            "zege4-jwk52",
            "ZEGE4-JWK51",
            "zege4jwk51",
            "",
            "zege4-jwk5",
            "zzzzz-zzzzz",
            "zeg\u{0}4-jwk51",
            "ééééé-1",
        ] {
            assert!(Pid::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_number_gives_an_identifier_that_reads_back() {
        for number in [0, 1, 96, 97, 0xff_ffff_ffff, 0x12_3456_789a] {
            let pid = Pid::from_number(number);
            assert_eq!(Pid::parse(pid.as_str()).unwrap(), pid);
        }
    }
}
