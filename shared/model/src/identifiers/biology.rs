//! Accession numbers of the life sciences. No record may carry them; they only compete in detection.

use super::scan::{after, after_any, is_digits, is_digits_of, is_token, split_digits, without_dot_number};

/// Whether `text` has the shape of `pattern`: `A` a letter, `9` a digit, `*` either.
fn has_shape(text: &str, pattern: &str) -> bool {
    let fits = |(byte, kind): (u8, u8)| match kind {
        b'A' => byte.is_ascii_alphabetic(),
        b'9' => byte.is_ascii_digit(),
        _ => byte.is_ascii_alphanumeric(),
    };
    text.len() == pattern.len() && text.bytes().zip(pattern.bytes()).all(fits)
}

pub(super) fn is_sra(value: &str) -> bool {
    let Some((letters, number)) = value.split_at_checked(3) else { return false };
    let letters = letters.to_ascii_uppercase();
    let [kind, b'R', object] = letters.as_bytes() else { return false };
    b"SED".contains(kind) && b"APRSXZ".contains(object) && is_digits(number)
}

pub(super) fn is_bioproject(value: &str) -> bool {
    after_any(value, &["PRJNA", "PRJEA", "PRJEB", "PRJDB"]).is_some_and(is_digits)
}

pub(super) fn is_biosample(value: &str) -> bool {
    after_any(value, &["SAMN", "SAMEA", "SAMD"]).is_some_and(is_digits)
}

/// `ENS`, letters, eleven digits, an optional version.
pub(super) fn is_ensembl(value: &str) -> bool {
    let Some(rest) = after(value, "ENS") else { return false };
    let body = without_dot_number(rest);
    let letters = body.bytes().take_while(u8::is_ascii_alphabetic).count();
    letters > 0 && is_digits_of(&body[letters..], 11..=11)
}

pub(super) fn is_uniprot(value: &str) -> bool {
    let body = without_dot_number(value);
    let classic = body.starts_with(['O', 'P', 'Q', 'o', 'p', 'q']);
    match body.len() {
        6 if classic => has_shape(body, "A9***9"),
        6 => has_shape(body, "A9A**9"),
        10 if !classic => has_shape(body, "A9A**9A**9"),
        _ => false,
    }
}

const REFSEQ: [&str; 15] =
    ["AC_", "NC_", "NG_", "NT_", "NW_", "NZ_", "NM_", "NR_", "XM_", "XR_", "AP_", "NP_", "YP_", "XP_", "WP_"];

pub(super) fn is_refseq(value: &str) -> bool {
    let number = after_any(value, &REFSEQ).map(without_dot_number);
    number.is_some_and(|number| is_digits(number.trim_start_matches(|c: char| c.is_ascii_alphabetic())))
}

pub(super) fn is_genome(value: &str) -> bool {
    let parts = after_any(value, &["GCA_", "GCF_"]).and_then(|rest| rest.split_once('.'));
    parts.is_some_and(|(number, version)| is_digits(number) && is_digits(version))
}

pub(super) fn is_geo(value: &str) -> bool {
    after_any(value, &["GPL", "GSM", "GSE", "GDS"]).is_some_and(is_digits)
}

/// `<letter>-CODE-n`.
fn is_arrayexpress(value: &str, kind: &str) -> bool {
    let parts = after(value, kind).and_then(|rest| rest.rsplit_once('-'));
    parts.is_some_and(|(code, number)| {
        code.len() == 4 && is_token(code) && split_digits(number) == (number, "")
    }) && value.ends_with(|last: char| last.is_ascii_digit())
}

pub(super) fn is_arrayexpress_array(value: &str) -> bool {
    is_arrayexpress(value, "A-")
}

pub(super) fn is_arrayexpress_experiment(value: &str) -> bool {
    is_arrayexpress(value, "E-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accession_numbers_have_their_shapes() {
        assert!(is_sra("SRX3529244") && !is_sra("SRB1") && !is_sra("SRX") && !is_sra("é1"));
        assert!(is_bioproject("PRJNA224116") && is_biosample("SAMEA2397676") && is_geo("GSE52775"));
        assert!(is_ensembl("ENSMUST00000017290") && !is_ensembl("ENS00000017290"));
        assert!(
            is_uniprot("P02833")
                && is_uniprot("A0A022YWF9")
                && is_uniprot("A2BC19.2")
                && !is_uniprot("P0283")
        );
        assert!(is_refseq("NC_000001.11") && is_refseq("NZ_ABCD01000001") && !is_refseq("NC_"));
        assert!(is_genome("GCF_000001405.38") && !is_genome("GCF_000001405"));
        assert!(is_arrayexpress_array("A-GEOD-24068") && is_arrayexpress_experiment("E-MTAB-4388"));
    }
}
