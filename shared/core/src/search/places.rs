//! Where on the earth: the parameters `bounds`, `near` and `within`.

use cairn_model::{FieldError, Query};

/// How far around a point is looked where nothing else is said.
const AROUND: &str = "10km";
/// Units of distances, in metres; a unit that ends with another comes before it.
const UNITS: &[(&str, f64)] = &[("km", 1_000.0), ("mi", 1_609.344), ("m", 1.0)];

/// What of it was given.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    queries: Vec<Query>,
    given: Vec<(&'static str, String)>,
}

impl Places {
    /// The conditions; all have to hold.
    pub(super) fn queries(&self) -> impl Iterator<Item = Query> + '_ {
        self.queries.iter().cloned()
    }

    /// The parameters, as links repeat them.
    pub(super) fn arguments(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        self.given.iter().cloned()
    }
}

/// Reads the parameters, where hits have points at `field`; adds what is wrong with them to `problems`.
pub(super) fn read<'v>(
    value: &impl Fn(&str) -> Option<&'v str>,
    field: Option<&str>,
    problems: &mut Vec<FieldError>,
) -> Places {
    let Some(field) = field else { return Places::default() };
    let given = ["bounds", "near", "within"];
    let given: Vec<_> = given.iter().filter_map(|name| Some((*name, value(name)?.to_owned()))).collect();
    let mut refuse = |name: &'static str, message: &str| problems.push(FieldError::new(name, message));
    let mut queries = Vec::new();
    if let Some(text) = value("bounds") {
        match area(text) {
            Some([west, south, east, north]) => {
                queries.push(Query::Within { field: field.into(), west, south, east, north });
            }
            None => refuse("bounds", "Not a valid area: west,south,east,north in degrees."),
        }
    }
    let middle = value("near").map(point);
    if middle == Some(None) {
        refuse("near", "Not a valid point: latitude,longitude in degrees.");
    }
    let meters = meters(value("within").unwrap_or(AROUND));
    if meters.is_none() {
        refuse("within", "Not a valid distance: a number above 0 with km, m or mi.");
    } else if middle.is_none() && value("within").is_some() {
        refuse("within", "Says how far from `near`, which is missing.");
    }
    if let (Some(Some([latitude, longitude])), Some(meters)) = (middle, meters) {
        queries.push(Query::Near { field: field.into(), latitude, longitude, meters });
    }
    Places { queries, given }
}

/// Numbers with commas between them, none farther from 0 than the one of `most`.
fn numbers<const N: usize>(text: &str, most: [f64; N]) -> Option<[f64; N]> {
    let numbers = text.split(',').map(|part| part.trim().parse().ok());
    let numbers: [f64; N] = numbers.collect::<Option<Vec<f64>>>()?.try_into().ok()?;
    let fits = numbers.iter().zip(most).all(|(number, most)| number.abs() <= most);
    fits.then_some(numbers)
}

fn area(text: &str) -> Option<[f64; 4]> {
    numbers(text, [180.0, 90.0, 180.0, 90.0]).filter(|[_, south, _, north]| south <= north)
}

fn point(text: &str) -> Option<[f64; 2]> {
    numbers(text, [90.0, 180.0])
}

fn meters(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, unit) = UNITS.iter().find_map(|(unit, meters)| Some((text.strip_suffix(unit)?, meters)))?;
    let meters = number.trim_end().parse::<f64>().ok()? * unit;
    (meters.is_finite() && meters > 0.0).then_some(meters)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked for, or the names of what is wrong.
    fn read_all(pairs: &[(&str, &str)]) -> Result<Vec<Query>, Vec<String>> {
        let value = |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
        let mut problems = Vec::new();
        let places = read(&value, Some("spot"), &mut problems);
        if problems.is_empty() {
            assert_eq!(places.arguments().count(), pairs.len());
            return Ok(places.queries().collect());
        }
        Err(problems.into_iter().map(|problem| problem.field).collect())
    }

    fn around(meters: f64) -> Query {
        Query::Near { field: "spot".into(), latitude: 47.5, longitude: -8.0, meters }
    }

    #[test]
    fn areas_and_distances_are_read() {
        assert_eq!(read_all(&[]), Ok(Vec::new()));
        assert_eq!(read_all(&[("near", " 47.5, -8")]), Ok(vec![around(10_000.0)]));
        for (text, meters) in [("2km", 2_000.0), ("2.5 m", 2.5), ("2mi", 3_218.688), ("1e3m", 1_000.0)] {
            assert_eq!(
                read_all(&[("near", "47.5,-8"), ("within", text)]),
                Ok(vec![around(meters)]),
                "{text}"
            );
        }
        let pacific =
            Query::Within { field: "spot".into(), west: 170.0, south: -10.0, east: -170.0, north: 10.0 };
        assert_eq!(
            read_all(&[("bounds", "170,-10,-170,10"), ("near", "47.5,-8")]),
            Ok(vec![pacific, around(10_000.0)])
        );
    }

    #[test]
    fn what_is_no_place_is_named() {
        for bounds in ["", "1,2,3", "1,2,3,4,5", "1,2,3,x", "181,0,0,0", "0,-91,0,0", "0,5,1,4", "nan,0,0,0"]
        {
            assert_eq!(read_all(&[("bounds", bounds)]), Err(vec!["bounds".into()]), "{bounds}");
        }
        for near in ["", "1", "91,0", "0,181", "1,2,3", "inf,0"] {
            assert_eq!(read_all(&[("near", near)]), Err(vec!["near".into()]), "{near}");
        }
        for within in ["", "km", "10", "0m", "-1km", "infm", "nanm", "1e308km", "1 parsec"] {
            let problem = read_all(&[("near", "1,2"), ("within", within)]);
            assert_eq!(problem, Err(vec!["within".into()]), "{within}");
        }
        assert_eq!(read_all(&[("within", "1km")]), Err(vec!["within".into()]));
        let all = read_all(&[("bounds", "x"), ("near", "x"), ("within", "x")]);
        assert_eq!(all.unwrap_err(), ["bounds", "near", "within"]);
    }

    #[test]
    fn nothing_is_read_where_hits_have_no_points() {
        let mut problems = Vec::new();
        let places = read(&|_| Some("x"), None, &mut problems);
        assert!(problems.is_empty() && places.queries().count() == 0 && places.arguments().count() == 0);
    }
}
