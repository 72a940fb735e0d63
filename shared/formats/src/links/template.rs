//! URLs with named holes.

/// `template` with every `{name}` replaced by its value. Values are not looked at again; unknown names vanish.
pub(super) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut url = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').unwrap_or((after, ""));
        url.push_str(before);
        url.push_str(values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value));
        rest = tail;
    }
    url.push_str(rest);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_looks_like_a_hole_stays_as_it_is() {
        let values = [("site", "https://x.org"), ("id", "{site}")];
        assert_eq!(fill("{site}/api/{id}/{nothing}x", &values), "https://x.org/api/{site}/x");
    }
}
