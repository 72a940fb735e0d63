//! Sizes of parts.

use cairn_ports::objects::{LARGEST_PUT, SMALLEST_PART};

const MEBIBYTE: u64 = 1024 * 1024;
/// Most parts of one file (S3).
const MOST_PARTS: u64 = 10_000;

/// Reads `--part-size`: bytes, or with `K`, `M` or `G` behind (`16M`, `16MiB`).
pub(super) fn part_size(text: &str) -> Result<u64, String> {
    let upper = text.trim().to_ascii_uppercase();
    let digits = upper.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match upper[digits.len()..].trim_end_matches('B').trim_end_matches('I') {
        "" => Some(1),
        "K" => Some(1024),
        "M" => Some(MEBIBYTE),
        "G" => Some(1024 * MEBIBYTE),
        _ => None,
    };
    let number = digits.trim().parse::<u64>().ok();
    let size = number.zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    let size = size.ok_or("write it like 16M, 1G or 16777216")?;
    if (SMALLEST_PART..=LARGEST_PUT).contains(&size) {
        return Ok(size);
    }
    Err("parts have 5M to 4G".into())
}

/// What is asked for, or as much more as a file of `size` bytes needs.
pub(super) fn fitting(asked: u64, size: u64) -> u64 {
    asked.max(size.div_ceil(MOST_PARTS).next_multiple_of(MEBIBYTE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, size) in [("16M", 16 * MEBIBYTE), ("16mib", 16 * MEBIBYTE), ("1 G", 1024 * MEBIBYTE)] {
            assert_eq!(part_size(text), Ok(size), "{text}");
        }
        assert_eq!(part_size("5242880"), Ok(SMALLEST_PART));
        for text in ["", "M", "4M", "5G", "-5M", "5T", "5Q", "99999999999G"] {
            assert!(part_size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn no_file_needs_more_than_ten_thousand_parts() {
        assert_eq!(fitting(16 * MEBIBYTE, 1), 16 * MEBIBYTE);
        for size in [160_000 * MEBIBYTE, 160_000 * MEBIBYTE + 1, 5_000_000_000_000] {
            assert!(size.div_ceil(fitting(16 * MEBIBYTE, size)) <= MOST_PARTS, "{size}");
        }
    }
}
