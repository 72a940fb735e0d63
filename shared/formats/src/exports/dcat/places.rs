//! Places in DCAT-AP: each extent as WKT, GML and GeoJSON.

use serde_json::Value;

use super::super::{
    source::{list, text as said},
    xml::{Element, element, text},
};

/// Longitudes come first, as in GeoJSON.
const CRS: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// A place with a name, an extent, or both.
pub(super) fn place(row: &Value) -> Element {
    let name = said(&row["geoLocationPlace"]);
    let concept = name.map(|name| {
        [
            element("rdf:type").with("rdf:resource", "http://www.w3.org/2004/02/skos/core#Concept"),
            text("skos:prefLabel", name),
            text("locn:geographicName", name),
        ]
    });
    let location = element("dct:Location").holding(concept.into_iter().flatten());
    element("dct:spatial").holding([location.holding(extent(row))])
}

fn extent(row: &Value) -> Vec<Element> {
    let (point, edges, ring) =
        (&row["geoLocationPoint"], &row["geoLocationBox"], list(&row["geoLocationPolygon"]));
    if point.is_object() {
        return shape("dcat:centroid", "POINT", &[position(point)]);
    }
    if edges.is_object() {
        let edge = |name: &str| said(&edges[name]).unwrap_or_default().to_owned();
        let (west, east) = (edge("westBoundLongitude"), edge("eastBoundLongitude"));
        let (south, north) = (edge("southBoundLatitude"), edge("northBoundLatitude"));
        let corners = [(&west, &south), (&east, &south), (&east, &north), (&west, &north), (&west, &south)];
        return shape("dcat:bbox", "POLYGON", &corners.map(|(x, y)| (x.clone(), y.clone())));
    }
    if ring.is_empty() {
        return Vec::new();
    }
    let corners: Vec<_> = ring.iter().map(|corner| position(&corner["polygonPoint"])).collect();
    shape("locn:geometry", "POLYGON", &corners)
}

fn position(point: &Value) -> (String, String) {
    let axis = |name: &str| said(&point[name]).unwrap_or_default().to_owned();
    (axis("pointLongitude"), axis("pointLatitude"))
}

fn shape(name: &'static str, kind: &str, corners: &[(String, String)]) -> Vec<Element> {
    let joined = |within: &str, between: &str| {
        let corners: Vec<String> = corners.iter().map(|(x, y)| format!("{x}{within}{y}")).collect();
        corners.join(between)
    };
    let (wkt, gml, geojson) = if kind == "POINT" {
        (
            format!("POINT({})", joined(" ", ",")),
            format!(
                "<gml:Point srsName=\"{CRS}\"><gml:pos srsDimension=\"2\">{}</gml:pos></gml:Point>",
                joined(" ", " ")
            ),
            format!("{{\"type\":\"Point\",\"coordinates\":[{}]}}", joined(",", ",")),
        )
    } else {
        (
            format!("POLYGON(({}))", joined(" ", ",")),
            format!(
                "<gml:Polygon srsName=\"{CRS}\"><gml:exterior><gml:LinearRing><gml:posList srsDimension=\"2\">{}\
                 </gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>",
                joined(" ", " ")
            ),
            format!("{{\"type\":\"Polygon\",\"coordinates\":[[[{}]]]}}", joined(",", "],[")),
        )
    };
    [("wktLiteral", wkt), ("gmlLiteral", gml), ("geoJSONLiteral", geojson)]
        .into_iter()
        .map(|(kind, literal)| {
            text(name, literal).with("rdf:datatype", format!("http://www.opengis.net/ont/geosparql#{kind}"))
        })
        .collect()
}
