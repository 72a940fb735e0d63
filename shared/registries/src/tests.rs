//! Each form read from files as registries write them, packed as they pack them.

use std::{
    fs::File,
    io::Write,
    ops::ControlFlow,
    sync::atomic::{AtomicU64, Ordering},
};

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::{Input, Row, find, read};

/// What a file says, line by line: entries, or places with reasons.
fn told(form: &str, vocabulary: &str, name: &str, content: &[u8]) -> Vec<Value> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    let position = AtomicU64::new(0);
    let input = Input { file: File::open(file.path()).unwrap(), name, vocabulary, position: &position };
    let mut told = Vec::new();
    let done = read(input, find(form).unwrap(), &mut |row: Row| {
        told.push(row.entry.map_or_else(|reason| json!(format!("{}: {reason}", row.place)), Value::Object));
        ControlFlow::Continue(())
    });
    told.extend(done.err().map(|error| json!(error.to_string())));
    assert!(told.is_empty() || position.load(Ordering::Relaxed) > 0);
    told
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(content).unwrap();
    packed.finish().unwrap()
}

fn tar(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, content) in members {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, content.as_slice()).unwrap();
    }
    archive.into_inner().unwrap()
}

fn zip(members: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// CERN, as ROR's dump of schema 2 has it.
fn cern() -> Value {
    json!({
        "id": "https://ror.org/01ggx4157", "domains": ["cern.ch"], "established": 1954, "status": "active",
        "types": ["facility", "funder"], "relationships": [], "admin": {},
        "names": [
            {"value": "CERN", "types": ["acronym"], "lang": null},
            {"value": "Conseil européen pour la Recherche Nucléaire", "types": ["alias"], "lang": "fr"},
            {"value": "European Organization for Nuclear Research", "types": ["ror_display", "label"], "lang": "en"},
            {"value": "Organisation européenne pour la recherche nucléaire", "types": ["label"], "lang": "fr"},
            {"value": "歐洲核子研究組織", "types": ["label"], "lang": "zh-Hant"},
            {"value": "OERN", "types": ["acronym"], "lang": "fr"},
        ],
        "links": [
            {"type": "wikipedia", "value": "http://en.wikipedia.org/wiki/CERN"},
            {"type": "website", "value": "http://home.web.cern.ch/"},
        ],
        "locations": [{"geonames_id": 2_660_646, "geonames_details": {"country_code": "CH",
            "country_name": "Switzerland", "lat": 46.2, "lng": 6.1, "name": "Geneva"}}],
        "external_ids": [
            {"type": "fundref", "all": ["100012470", "100012471"], "preferred": "100012470"},
            {"type": "grid", "all": ["grid.9132.9"], "preferred": "grid.9132.9"},
            {"type": "isni", "all": ["0000 0001 2156 142X"], "preferred": null},
            {"type": "wikidata", "all": ["Q42944"], "preferred": null},
        ],
    })
}

#[test]
fn organisations_of_ror_are_affiliations_and_those_that_fund_are_funders() {
    let nameless = json!({"id": "https://ror.org/02", "names": [], "types": ["education"]});
    let dump = json!([cern(), nameless]).to_string();
    let archive = zip(&[("v1-ror-data.json", "[1]"), ("v1-ror-data_schema_v2.json", &dump), ("a.csv", "x")]);
    let told_of = |vocabulary| told("ror", vocabulary, "v1-ror-data.zip", &archive);
    let affiliation = json!({
        "id": "01ggx4157", "name": "European Organization for Nuclear Research",
        "title": {"en": "European Organization for Nuclear Research",
            "fr": "Organisation européenne pour la recherche nucléaire"},
        "acronym": "CERN",
        "aliases": ["Conseil européen pour la Recherche Nucléaire", "歐洲核子研究組織", "OERN"],
        "country": "CH", "country_name": "Switzerland", "location_name": "Geneva", "status": "active",
        "types": ["facility", "funder"], "website": "http://home.web.cern.ch/", "domains": ["cern.ch"],
        "identifiers": [{"identifier": "01ggx4157", "scheme": "ror"},
            {"identifier": "grid.9132.9", "scheme": "grid"},
            {"identifier": "0000 0001 2156 142X", "scheme": "isni"}],
    });
    let fault = "v1-ror-data_schema_v2.json, entry 2: it has no name of the type ror_display";
    assert_eq!(told_of("affiliations"), [affiliation.clone(), json!(fault)]);
    let funders = told_of("funders");
    assert_eq!(funders.len(), 1, "the other one is no funder");
    assert_eq!(funders[0]["identifiers"][1], json!({"identifier": "10.13039/100012470", "scheme": "doi"}));
    assert!(funders[0].get("website").is_none() && funders[0].get("domains").is_none());
    assert_eq!(told("ror", "affiliations", "d.json", dump.as_bytes())[0], affiliation, "not packed at all");
}

#[test]
fn people_of_orcid_work_where_they_work_now() {
    let employment = |name: &str, ror: &str, end: &str| {
        format!(
            "<e:affiliation-group><e:employment-summary>{end}<c:organization><c:name>{name}</c:name>{ror}\
             </c:organization></e:employment-summary></e:affiliation-group>"
        )
    };
    let record = |id: &str, given: &str, family: &str, employments: &str| {
        format!(
            r#"<?xml version="1.0"?><r:record xmlns:r="r" path="/{id}"><c:orcid-identifier xmlns:c="c"><c:path>{id}</c:path>
            </c:orcid-identifier><p:person><p:name visibility="public"><d:given-names>{given}</d:given-names>
            <d:family-name>{family}</d:family-name></p:name></p:person><a:activities-summary><a:employments>
            {employments}</a:employments></a:activities-summary></r:record>"#
        )
        .into_bytes()
    };
    let ror = "<c:disambiguated-organization><c:disambiguated-organization-identifier>https://ror.org/01ggx4157\
        </c:disambiguated-organization-identifier><c:disambiguation-source>ROR</c:disambiguation-source>\
        </c:disambiguated-organization>";
    let jobs = [
        employment("CERN", ror, ""),
        employment("CERN again", ror, ""),
        employment("Kiln &amp; Co", "", ""),
        employment("Before", "", "<c:end-date><c:year>2001</c:year></c:end-date>"),
    ];
    let archive = gzip(&tar(&[
        (
            "s/097/0000-0002-1825-0097.xml",
            record("0000-0002-1825-0097", "Josiah", "Carberry", &jobs.concat()),
        ),
        ("s/x/0000-0001.xml", record("0000-0001", "R2", "D2", "")),
        ("s/readme.txt", b"no record".to_vec()),
        ("s/y/0000-0002.xml", record("0000-0002", "Jean-Luc", "O'Neill", &jobs[2])),
    ]));
    let told = told("orcid", "names", "ORCID_summaries.tar.gz", &archive);
    assert_eq!(
        told[0],
        json!({
            "id": "0000-0002-1825-0097", "given_name": "Josiah", "family_name": "Carberry",
            "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
            "affiliations": [{"name": "CERN", "id": "01ggx4157"}, {"name": "Kiln & Co"}],
        })
    );
    assert_eq!(told[1], "s/x/0000-0001.xml, element 1: the name of 0000-0001 has the sign '2'");
    assert_eq!(told[2]["affiliations"], json!([{"name": "Kiln & Co"}]));
    assert_eq!(told.len(), 3);
}

#[test]
fn projects_of_openaire_are_awards_of_funders_that_are_known() {
    let project = json!({
        "id": "40|corda_____he::0123", "code": "101117528", "acronym": "KILN", "title": "Kilns", "startDate": "2024-01-01",
        "endDate": "2028-12-31", "summary": "On kilns.", "websiteurl": "https://kiln.example.org",
        "funding": [{"fundingStream": {"id": "EC::HE::HORIZON-AG-UN"}}],
    });
    let other =
        json!({"id": "nsf_________::1", "code": "7", "title": "T", "websiteurl": "https://nsf.example.org"});
    let unknown = json!({"id": "xxx_________::1", "code": "7", "title": "T"});
    let lines = format!("{project}\n\n{other}\n{unknown}\nnot JSON\n");
    let archive = tar(&[("project/part-0.json.gz", gzip(lines.as_bytes()))]);
    let told = told("openaire", "awards", "project.tar", &archive);
    assert_eq!(
        told[0],
        json!({
            "id": "00k4n6c32::101117528", "number": "101117528", "title": {"en": "Kilns"}, "funder": {"id": "00k4n6c32"},
            "acronym": "KILN", "program": "HE", "start_date": "2024-01-01", "end_date": "2028-12-31",
            "identifiers": [{"identifier": "https://cordis.europa.eu/projects/101117528", "scheme": "url"}],
            "description": {"en": "On kilns."},
        })
    );
    assert_eq!(told[1]["identifiers"], json!([{"identifier": "https://nsf.example.org", "scheme": "url"}]));
    let place = "project/part-0.json, line";
    let fault = format!("{place} 4: xxx_________::1: it is not known which funder `xxx_________` is");
    assert_eq!(told[2], json!(fault));
    assert!(told[3].as_str().unwrap().starts_with(&format!("{place} 5: it is not JSON: ")), "{told:?}");
}

#[test]
fn projects_of_cordis_tell_who_takes_part_and_what_they_are_about() {
    let project = r#"<project xmlns="http://cordis.europa.eu"><id>101117528</id><acronym>KILN</acronym><title>Kilns</title>
        <teaser>Short.</teaser><objective>Long.</objective><startDate>2024-01-01</startDate><endDate>2028-12-31</endDate>
        <identifiers><grantDoi>10.3030/101117528</grantDoi></identifiers><relations><associations>
        <organization type="coordinator"><id>999</id><legalName>UNIVERSITY OF KILNS</legalName></organization>
        <organization><id>998</id></organization>
        <webLink type="relatedWebsite" represents="project"><physUrl>https://kiln.example.org</physUrl></webLink>
        <programme type="relatedLegalBasis" uniqueProgrammePart="true"><code>HORIZON.1.1.1</code></programme>
        <programme type="relatedLegalBasis" uniqueProgrammePart="true"><code>HORIZON.1.1</code></programme>
        <programme type="relatedLegalBasis"><code>H</code></programme></associations><categories>
        <category classification="euroSciVoc"><code>/23/49/1717</code><title>Satellite radio</title></category>
        <category classification="other"><code>/1</code></category></categories></relations></project>"#;
    let archive = zip(&[("project-rcn-1_en.xml", project), ("broken.xml", "<project><id>1</title>")]);
    let told = told("cordis", "awards", "cordis.zip", &archive);
    assert_eq!(
        told[0],
        json!({
            "id": "00k4n6c32::101117528", "number": "101117528", "funder": {"id": "00k4n6c32"}, "title": {"en": "Kilns"},
            "description": {"en": "Long."}, "acronym": "KILN", "start_date": "2024-01-01", "end_date": "2028-12-31",
            "identifiers": [
                {"identifier": "https://cordis.europa.eu/projects/101117528", "scheme": "url"},
                {"identifier": "10.3030/101117528", "scheme": "doi"},
            ],
            "short_description": {"en": "Short."}, "website": "https://kiln.example.org",
            "subjects": [{"id": "euroscivoc:1717", "subject": "Satellite radio"}],
            "organizations": [{"name": "UNIVERSITY OF KILNS"}], "program": "HORIZON.1.1",
        })
    );
    assert!(
        told[1].as_str().unwrap().starts_with("broken.xml, element 1: it is not well-formed"),
        "{told:?}"
    );
}

#[test]
fn descriptors_of_mesh_are_subjects_with_their_synonyms() {
    let term = |text: &str| format!("<Term><TermUI>T1</TermUI><String>{text}</String></Term>");
    let descriptors = format!(
        r#"<?xml version="1.0"?><!DOCTYPE DescriptorRecordSet SYSTEM "desc.dtd"><DescriptorRecordSet LanguageCode="eng">
        <DescriptorRecord><DescriptorUI>D000001</DescriptorUI><DescriptorName><String>Calcimycin</String></DescriptorName>
        <ConceptList><Concept><TermList>{}{}</TermList></Concept></ConceptList></DescriptorRecord>
        <DescriptorRecord><DescriptorUI>D000002</DescriptorUI></DescriptorRecord></DescriptorRecordSet>"#,
        term("Calcimycin"),
        term("A-23187")
    );
    let calcimycin = json!({
        "id": "mesh:D000001", "scheme": "MeSH", "subject": "Calcimycin", "title": {"en": "Calcimycin"},
        "identifiers": [{"scheme": "url", "identifier": "https://id.nlm.nih.gov/mesh/D000001"}],
        "synonyms": ["A-23187"],
    });
    let read = told("mesh", "subjects", "desc2026.gz", &gzip(descriptors.as_bytes()));
    assert_eq!(read, [calcimycin, json!("element 2: D000002 has no name")]);
    let line = br#"{"id": "https://id.nlm.nih.gov/mesh/D000003", "scheme": "MeSH", "subject": "Abattoirs"}"#;
    let subject =
        json!({"id": "mesh:D000003", "scheme": "MeSH", "subject": "Abattoirs", "title": {"en": "Abattoirs"}});
    assert_eq!(told("mesh", "subjects", "mesh.jsonl", line), [subject]);
}

const THESAURUS: &str = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns:skos="http://www.w3.org/2004/02/skos/core#">
    <skos:Concept rdf:about="http://example.org/concept/2"><skos:notation>1717</skos:notation>
      <skos:prefLabel xml:lang="en">satellite radio</skos:prefLabel><skos:prefLabel xml:lang="it">radio satellitare</skos:prefLabel>
      <skos:prefLabel xml:lang="zh-CN">x</skos:prefLabel>
      <skos:broader rdf:resource="http://example.org/concept/1"/></skos:Concept>
    <skos:Concept rdf:about="http://example.org/concept/1"><skos:notation>1225</skos:notation>
      <skos:altLabel xml:lang="en">radio</skos:altLabel><skos:broader rdf:resource="http://example.org/concept/0"/></skos:Concept>
    <skos:Concept rdf:about="http://example.org/concept/0"><skos:notation>9</skos:notation>
      <skos:prefLabel xml:lang="en">waves</skos:prefLabel><skos:broader rdf:resource="http://example.org/concept/2"/></skos:Concept>
    <skos:Concept rdf:about="http://example.org/concept/nameless"/>
    <skos:Collection rdf:about="http://example.org/group/10"><skos:member rdf:resource="http://example.org/concept/2"/></skos:Collection>
    </rdf:RDF>"#;

#[test]
fn concepts_of_thesauri_have_titles_in_all_languages_and_know_what_is_broader() {
    let euroscivoc = told("euroscivoc", "subjects", "e.rdf", THESAURUS.as_bytes());
    assert_eq!(
        euroscivoc[2],
        json!({
            "id": "euroscivoc:1717", "scheme": "EuroSciVoc", "subject": "Satellite radio",
            "title": {"en": "Satellite radio", "it": "Radio satellitare"},
            "props": {"parents": "euroscivoc:9,euroscivoc:1225", "groups": ["http://example.org/group/10"]},
            "identifiers": [{"scheme": "url", "identifier": "http://example.org/concept/2"}],
        })
    );
    assert_eq!(euroscivoc[1]["subject"], "Radio", "another label where there is no first one");
    let fault = "http://example.org/concept/nameless: it has no notation that could be its id";
    assert_eq!(euroscivoc[3], json!(fault));
    let gemet = told("gemet", "subjects", "gemet.rdf.gz", &gzip(THESAURUS.as_bytes()));
    assert_eq!((&gemet[2]["id"], &gemet[2]["scheme"]), (&json!("gemet:concept/2"), &json!("GEMET")));
    assert_eq!(gemet[3], "http://example.org/concept/nameless: it has no label");
    assert_eq!(told("nvs", "subjects", "n.rdf", THESAURUS.as_bytes())[2]["id"], "1717");
    let broken = told("gemet", "subjects", "gemet.rdf", b"<rdf:RDF><a>");
    assert!(broken[0].as_str().unwrap().starts_with("it is no RDF/XML"), "{broken:?}");
}

#[test]
fn files_of_ones_own_say_the_same_in_every_way_of_writing() {
    let entry = json!({"id": "a", "title": {"en": "A, b"}, "tags": ["x", "y"]});
    let yaml = "- id: a\n  title: {en: 'A, b'}\n  tags: [x, y]\n- just text\n";
    let csv = "id,title__en,tags,icon\na,\"A, b\",\"x, y\",\nb\n";
    let fault = |place: &str| json!(format!("{place}: it is no object"));
    for (name, content) in [
        ("e.yaml", yaml.to_owned()),
        ("e.json", format!("[{entry}, 1]")),
        ("e", format!("[{entry}, 1]")),
        ("e.unknown", yaml.to_owned()),
    ] {
        assert_eq!(
            told("own", "languages", name, content.as_bytes()),
            [entry.clone(), fault("entry 2")],
            "{name}"
        );
    }
    let lines = format!("\u{feff}{entry}\n\n1\n");
    assert_eq!(told("own", "languages", "e.jsonl", lines.as_bytes()), [entry.clone(), fault("line 3")]);
    let rows = told("own", "languages", "e.csv", csv.as_bytes());
    assert_eq!(rows[0], entry);
    assert!(rows[1].as_str().unwrap().starts_with("line 3: "), "{rows:?}");
}

#[test]
fn values_that_somebody_else_has_read_make_the_same_entries() {
    let read = told("ror", "funders", "d.json", json!([cern()]).to_string().as_bytes());
    assert_eq!(
        crate::entry("ror", "funders", cern()).map(|made| made.map(Value::Object)),
        Ok(read.first().cloned())
    );
    let teaching = json!({"id": "x", "names": [], "types": ["education"]});
    assert_eq!(crate::entry("ror", "funders", teaching), Ok(None));
    let descriptor = json!({"descriptorui": "D1", "descriptorname": {"string": "Kilns"}});
    assert_eq!(crate::entry("mesh", "subjects", descriptor).unwrap().unwrap()["id"], "mesh:D1");
    assert!(crate::entry("gemet", "subjects", json!({})).is_err());
}

#[test]
fn what_is_broken_ends_the_reading_and_says_where() {
    for (name, content, place) in [
        ("e.json", "[{\"id\": \"a\"}, {", "entry 2: it is no JSON list"),
        ("e.yaml", "- id: a\n- {", "entry 2: it is no list in YAML"),
    ] {
        let told = told("own", "languages", name, content.as_bytes());
        assert_eq!(told[0], json!({"id": "a"}), "what came before is there");
        assert!(told[1].as_str().unwrap().starts_with(place), "{told:?}");
    }
    let cut = &gzip("{\"id\": \"a\"}\n".repeat(5_000).as_bytes())[..60];
    let last = told("own", "languages", "e.jsonl.gz", cut).pop().unwrap();
    assert!(last.is_string(), "a file that is cut off says so: {last}");
    let none = told("own", "languages", "e.zip", &zip(&[("readme.txt", "x")]));
    assert!(none[0].as_str().unwrap().starts_with("e.zip holds nothing in the form `own`"), "{none:?}");
    let long = format!("{{\"id\": \"{}\"}}\n{{\"id\": \"b\"}}\n", "x".repeat(crate::LONGEST));
    let told = told("own", "languages", "e.jsonl", long.as_bytes());
    assert_eq!(told, [json!("line 1: it has more than 10000000 bytes"), json!({"id": "b"})]);
}

#[test]
fn whoever_has_enough_ends_the_reading() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"[{\"id\": \"a\"}, {\"id\": \"b\"}, {\"id\": \"c\"}]").unwrap();
    let mut count = 0;
    let input = Input {
        file: File::open(file.path()).unwrap(),
        name: "e.json",
        vocabulary: "languages",
        position: &AtomicU64::new(0),
    };
    let done = read(input, find("own").unwrap(), &mut |row: Row| {
        assert!(row.entry.is_ok(), "no fault is made of it: {row:?}");
        count += 1;
        if count == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(done.is_ok() && count == 2);
}
