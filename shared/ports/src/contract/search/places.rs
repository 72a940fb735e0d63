//! Conditions on points of the earth.

use super::*;

/// Where the documents have their points.
const FIELD: &str = "metadata.locations";

pub(super) async fn all(subject: &Subject) {
    let point =
        |latitude: f64, longitude: f64| json!({"type": "Point", "coordinates": [longitude, latitude]});
    let square =
        |low: f64, high: f64| json!([[[low, low], [high, low], [high, high], [low, high], [low, low]]]);
    let places = [
        ("zurich", json!([point(47.3769, 8.5417)])),
        ("two", json!([point(-33.0, 151.0), point(47.0, 8.0)])),
        ("fiji", json!([point(-17.7, 178.0)])),
        ("samoa", json!([point(-13.8, -172.0)])),
        ("line", json!([point(5.0, 180.0)])),
        ("pole", json!([point(90.0, 33.0)])),
        ("arctic", json!([point(89.9, -147.0)])),
        ("south", json!([{"lat": -90.0, "lon": 0.0}])),
        ("square", json!([{"type": "Polygon", "coordinates": square(60.0, 70.0)}])),
        ("edge", json!([point(10.0, 20.000_000_1)])),
        (
            "nowhere",
            json!([{"type": "Point", "coordinates": [20.0, 91.0]}, {"type": "Point"}, null, "10,20"]),
        ),
        ("none", json!(null)),
    ];
    let documents = places.into_iter().map(|(id, points)| {
        record(id, 1, Some(json!({"id": id, "metadata": {"title": "Place", "locations": points}})))
    });
    subject.write(documents.collect()).await;
    areas(subject).await;
    edges(subject).await;
    distances(subject).await;
    elsewhere(subject).await;
    refusals(subject).await;
}

fn area([west, south, east, north]: [f64; 4]) -> Query {
    Query::Within { field: FIELD.into(), west, south, east, north }
}

fn near(latitude: f64, longitude: f64, meters: f64) -> Query {
    Query::Near { field: FIELD.into(), latitude, longitude, meters }
}

const EVERYWHERE: &[&str] =
    &["zurich", "two", "fiji", "samoa", "line", "pole", "arctic", "south", "square", "edge"];

async fn areas(subject: &Subject) {
    for (bounds, wanted) in [
        ([-180.0, -90.0, 180.0, 90.0], EVERYWHERE),
        ([5.0, 45.0, 11.0, 48.0], &["zurich", "two"]),
        // One of several points is enough, and what lies between them is nowhere.
        ([150.0, -34.0, 152.0, -32.0], &["two"]),
        ([8.1, -32.9, 150.9, 46.9], &["edge"]),
        ([8.1, -32.9, 8.2, 46.9], &[]),
        // The latitude of one point and the longitude of the other.
        ([7.0, -34.0, 9.0, -32.0], &[]),
        ([170.0, -20.0, -170.0, 10.0], &["fiji", "samoa", "line"]),
        ([179.0, -20.0, -170.0, 10.0], &["samoa", "line"]),
        ([-170.0, -20.0, 170.0, 10.0], &["edge"]),
        ([-180.0, 89.0, 180.0, 90.0], &["pole", "arctic"]),
        ([0.0, -90.0, 0.0, -90.0], &["south"]),
        ([64.9, 64.9, 65.1, 65.1], &["square"]),
        ([59.0, 59.0, 64.0, 64.0], &[]),
        ([5.0, 48.0, 11.0, 45.0], &[]),
    ] {
        subject.assert_finds(area(bounds), wanted).await;
    }
}

/// Edges belong to the area, to the ten-millionth of a degree.
async fn edges(subject: &Subject) {
    let (latitude, longitude, step) = (10.0, 20.000_000_1, 1e-7);
    subject.assert_finds(area([longitude, latitude, longitude, latitude]), &["edge"]).await;
    for beyond in [
        [longitude + step, 9.0, 21.0, 11.0],
        [19.0, 9.0, longitude - step, 11.0],
        [19.0, latitude + step, 21.0, 11.0],
        [19.0, 9.0, 21.0, latitude - step],
    ] {
        subject.assert_finds(area(beyond), &[]).await;
    }
    for upto in [
        [longitude, 9.0, 21.0, 11.0],
        [19.0, 9.0, longitude, 11.0],
        [19.0, latitude, 21.0, 11.0],
        [19.0, 9.0, 21.0, latitude],
    ] {
        subject.assert_finds(area(upto), &["edge"]).await;
    }
}

async fn distances(subject: &Subject) {
    subject.assert_finds(near(47.0, 8.0, 1.0), &["two"]).await;
    // A degree along a meridian is 111,195.08 m.
    subject.assert_finds(near(46.0, 8.0, 111_195.0), &[]).await;
    subject.assert_finds(near(46.0, 8.0, 111_195.2), &["two"]).await;
    subject.assert_finds(near(47.0, 8.0, 100_000.0), &["zurich", "two"]).await;
    // Across the date line, and over a pole.
    subject.assert_finds(near(5.0, -179.999, 200.0), &["line"]).await;
    subject.assert_finds(near(-16.0, -177.0, 800_000.0), &["fiji", "samoa"]).await;
    subject.assert_finds(near(90.0, 0.0, 1.0), &["pole"]).await;
    subject.assert_finds(near(89.9, 33.0, 12_000.0), &["pole"]).await;
    subject.assert_finds(near(89.9, 33.0, 23_000.0), &["pole", "arctic"]).await;
    subject.assert_finds(near(0.0, 0.0, 1e9), EVERYWHERE).await;
}

async fn elsewhere(subject: &Subject) {
    let everywhere = area([-180.0, -90.0, 180.0, 90.0]);
    subject.assert_finds(Query::Exists { field: FIELD.into() }, EVERYWHERE).await;
    subject.assert_finds(Query::without(everywhere.clone()), &["nowhere", "none"]).await;
    subject
        .assert_finds(Query::all_of([area([5.0, 45.0, 11.0, 48.0]), near(47.0, 8.0, 1.0)]), &["two"])
        .await;
    let titles =
        |field: &str| Query::Near { field: field.into(), latitude: 0.0, longitude: 0.0, meters: 1e9 };
    subject.assert_finds(titles("metadata.title"), &[]).await;
    subject.assert_finds(titles("nosuch"), &[]).await;
    subject.assert_finds(Query::term(FIELD, "47"), &[]).await;
    subject.put("two", 2, json!({"id": "two", "metadata": {"locations": {"lat": 1.0, "lon": 1.0}}})).await;
    subject.assert_finds(near(47.0, 8.0, 1.0), &[]).await;
    subject.assert_finds(near(1.0, 1.0, 1.0), &["two"]).await;
    subject.delete("two", 3).await;
    subject.assert_finds(near(1.0, 1.0, 1.0), &[]).await;
}

async fn refusals(subject: &Subject) {
    for query in [
        area([-181.0, 0.0, 0.0, 1.0]),
        area([0.0, 0.0, 1.0, 91.0]),
        area([0.0, f64::NAN, 1.0, 1.0]),
        near(91.0, 0.0, 1.0),
        near(0.0, 0.0, 0.0),
        near(0.0, 0.0, f64::NAN),
    ] {
        let refused = subject.index.search(&search(query.clone())).await;
        assert!(matches!(refused, Err(SearchError::BadQuery(_))), "{query:?}");
    }
}
