//! Points on the earth: where documents are, and which of them lie in an area or near a point.
//!
//! Coordinates are rounded to ten-millionths of a degree (a centimetre) before any engine has them, so that all of them
//! agree about what lies on the edge of an area.

use serde_json::Value;

/// Ten-millionths of a degree in a degree.
const UNITS: f64 = 1e7;
/// The mean radius of the earth in metres, as OpenSearch has it (WGS 84: `(2a + b) / 3`).
const RADIUS: f64 = 6_371_008.771_4;
/// Positions of a geometry lie at most this deep in its coordinates (those of multi-polygons).
const DEEPEST_POSITION: usize = 4;

/// A point, in ten-millionths of a degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// From -900,000,000 (the south pole) to 900,000,000.
    pub latitude: i32,
    /// From -1,800,000,000 (west) to 1,800,000,000.
    pub longitude: i32,
}

impl Point {
    /// The point at these degrees; nothing if there is none.
    pub fn at(latitude: f64, longitude: f64) -> Option<Self> {
        Some(Self { latitude: units(latitude, 90.0)?, longitude: units(longitude, 180.0)? })
    }

    /// Latitude and longitude in degrees.
    pub fn degrees(self) -> (f64, f64) {
        (f64::from(self.latitude) / UNITS, f64::from(self.longitude) / UNITS)
    }

    /// The way to another point in metres, along the great circle (haversine).
    pub fn meters_to(self, other: Self) -> f64 {
        let radians = |point: Self| {
            let (latitude, longitude) = point.degrees();
            (latitude.to_radians(), longitude.to_radians())
        };
        let ((from, west), (to, east)) = (radians(self), radians(other));
        let half = |one: f64, other: f64| ((other - one) / 2.0).sin().powi(2);
        let chord = half(from, to) + from.cos() * to.cos() * half(west, east);
        2.0 * RADIUS * chord.sqrt().min(1.0).asin()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "at most 1.8e9, and whole")]
fn units(degrees: f64, most: f64) -> Option<i32> {
    (degrees.abs() <= most).then(|| (degrees * UNITS).round() as i32)
}

/// What lies between two parallels and two meridians, all four included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// The corner in the south and west.
    pub low: Point,
    /// The corner in the north and east; in the west of the other where the area crosses the date line.
    pub high: Point,
}

impl Area {
    /// Whether a point lies here.
    pub fn holds(self, point: Point) -> bool {
        let (west, east) = (self.low.longitude <= point.longitude, point.longitude <= self.high.longitude);
        let crosses = self.low.longitude > self.high.longitude;
        let between = if crosses { west || east } else { west && east };
        between && (self.low.latitude..=self.high.latitude).contains(&point.latitude)
    }
}

/// Where a `GeoJSON` geometry is, or a point that is written as `{"lat": …, "lon": …}`: of anything but a point the middle of
/// what encloses it. Nothing if it is neither, or not on the earth.
pub fn place(value: &Value) -> Option<Point> {
    if let Some((latitude, longitude)) = value.get("lat").zip(value.get("lon")) {
        return Point::at(latitude.as_f64()?, longitude.as_f64()?);
    }
    let mut found = Vec::new();
    positions(value.get("coordinates")?, DEEPEST_POSITION, &mut found)?;
    let middle = |coordinates: &dyn Fn(&Point) -> i32| {
        let (low, high) = (found.iter().map(coordinates).min()?, found.iter().map(coordinates).max()?);
        Some(low.midpoint(high))
    };
    Some(Point { latitude: middle(&|point| point.latitude)?, longitude: middle(&|point| point.longitude)? })
}

/// Adds every position of some coordinates (longitude, latitude, and perhaps a height); nothing if one of them is none.
fn positions(coordinates: &Value, depth: usize, found: &mut Vec<Point>) -> Option<()> {
    let list = coordinates.as_array()?;
    if let [Value::Number(longitude), Value::Number(latitude), ..] = list.as_slice() {
        found.push(Point::at(latitude.as_f64()?, longitude.as_f64()?)?);
        return Some(());
    }
    let depth = depth.checked_sub(1)?;
    list.iter().try_for_each(|inner| positions(inner, depth, found))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(latitude: f64, longitude: f64) -> Point {
        Point::at(latitude, longitude).unwrap()
    }

    #[test]
    fn geometries_and_centroids_are_somewhere() {
        let polygon = json!({"type": "Polygon", "coordinates": [[[1, 2], [5, 2], [5, 4], [1, 4], [1, 2]]]});
        for (value, wanted) in [
            (json!({"type": "Point", "coordinates": [8.5, 47.25, 400.0]}), at(47.25, 8.5)),
            (json!({"type": "MultiPoint", "coordinates": [[-10, -80], [20, 80], [0, 0]]}), at(0.0, 5.0)),
            (polygon, at(3.0, 3.0)),
            (json!({"lat": -90, "lon": 180}), at(-90.0, 180.0)),
        ] {
            assert_eq!(place(&value), Some(wanted), "{value}");
        }
    }

    #[test]
    fn what_is_malformed_or_not_on_the_earth_is_nowhere() {
        for value in [
            json!("47,8"),
            json!({"lat": 90.1, "lon": 0}),
            json!({"lat": "1", "lon": 2}),
            json!({"coordinates": [0, 91]}),
            json!({"coordinates": [181, 0]}),
            json!({"coordinates": [1]}),
            json!({"coordinates": []}),
            json!({"coordinates": [[1, 2], ["x", 2]]}),
            json!({"coordinates": [[[[[[1, 2]]]]]]}),
            json!({"geometry": 3}),
        ] {
            assert_eq!(place(&value), None, "{value}");
        }
        assert_eq!(Point::at(f64::NAN, 0.0), None);
    }

    #[test]
    fn an_area_may_cross_the_date_line() {
        let area = Area { low: at(-10.0, 170.0), high: at(10.0, -170.0) };
        for (longitude, inside) in
            [(170.0, true), (180.0, true), (-180.0, true), (-170.0, true), (0.0, false), (169.9, false)]
        {
            assert_eq!(area.holds(at(0.0, longitude)), inside, "{longitude}");
        }
        assert!(!area.holds(at(10.000_000_1, 180.0)) && area.holds(at(10.0, 180.0)));
    }

    #[test]
    fn ways_are_as_long_as_they_are() {
        let quarter = RADIUS * std::f64::consts::FRAC_PI_2;
        for (from, to, meters) in [
            (at(0.0, 0.0), at(0.0, 0.0), 0.0),
            (at(0.0, 179.0), at(0.0, -179.0), quarter / 45.0),
            (at(90.0, 12.0), at(0.0, -77.0), quarter),
            (at(90.0, 12.0), at(90.0, -77.0), 0.0),
            (at(0.0, 0.0), at(0.0, 180.0), 2.0 * quarter),
            // By the spherical law of cosines.
            (at(48.858_37, 2.294_48), at(52.520_83, 13.409_44), 881_263.587),
        ] {
            let found = from.meters_to(to);
            assert!((found - meters).abs() < 0.01, "{found} for {meters}");
        }
    }
}
