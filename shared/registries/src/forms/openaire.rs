//! Projects of the OpenAIRE Graph: awards.

use serde_json::{Map, Value, json};

use super::{Form, Made, cordis::EUROPEAN_COMMISSION, json as read_json, put, text, through};

pub(super) const FORM: Form = Form {
    name: "openaire",
    title: "Projects of the OpenAIRE Graph (TAR of gzipped JSON lines)",
    vocabularies: &["awards"],
    endings: &[".json", ".jsonl"],
    read: |_, reader, _, sink| read_json(reader, &mut through(sink, |project| entry(&project))),
};

/// What OpenAIRE calls funders, and their ROR ids. InvenioRDM: `VOCABULARIES_AWARDS_OPENAIRE_FUNDERS`.
const FUNDERS: &[(&str, &str)] = &[
    ("aka_________", "05k73zm37"),
    ("anr_________", "00rbzpz17"),
    ("arc_________", "05mmh0f86"),
    ("asap________", "03zj4c476"),
    ("cihr________", "01gavpb45"),
    ("corda_______", EUROPEAN_COMMISSION),
    ("corda_____he", EUROPEAN_COMMISSION),
    ("corda__h2020", EUROPEAN_COMMISSION),
    ("euenvagency_", "02k4b9v70"),
    ("fct_________", "00snfqn58"),
    ("fwf_________", "013tf3c58"),
    ("inca________", "03m8vkq32"),
    ("irb_hr______", "03n51vw80"),
    ("lcs_________", "02ar66p97"),
    ("mestd_______", "01znas443"),
    ("nhmrc_______", "011kf5r70"),
    ("nih_________", "01cwqze88"),
    ("nserc_______", "01h531d29"),
    ("nsf_________", "021nxhr62"),
    ("nwo_________", "04jsz6e67"),
    ("rcuk________", "00dq2kk65"),
    ("sfi_________", "0271asj38"),
    ("snsf________", "00yjd3n13"),
    ("sshrc_______", "006cvnv84"),
    ("tubitakf____", "04w9kkr77"),
    ("twcf________", "00x0z1472"),
    ("ukri________", "001aqnf71"),
    ("wt__________", "029chgv08"),
    ("cf__________", "01kpjmx04"),
    ("fcf_________", "027xav248"),
    ("ibf_________", "04jsz6e67"),
    ("501100011626", "04q0a4f84"),
    ("erasmusplus_", EUROPEAN_COMMISSION),
    ("dfgf________", "018mejw64"),
    ("drf_________", "004j3q729"),
    ("fmf_________", "0593mby10"),
    ("hsf_________", "05tdna171"),
    ("irfd________", "05svhj534"),
    ("kaute_______", "00zwv5854"),
    ("kf__________", "05jwty529"),
    ("lf__________", "03hz8wd80"),
    ("mtnf________", "047egay20"),
    ("nnf_________", "04txyc737"),
    ("pf__________", "048e7gn38"),
    ("pnf_________", "009vp0837"),
];

pub(super) fn entry(project: &Value) -> Made {
    let id = text(project, &["id"]).ok_or("it has no id")?;
    let code = text(project, &["code"]).ok_or_else(|| format!("{id} has no code"))?;
    // `corda__h2020::0123…`, or the same behind `40|`.
    let prefix = id.split("::").next().unwrap_or_default();
    let prefix = prefix.split_once('|').map_or(prefix, |(_, behind)| behind);
    let funder = FUNDERS.iter().find(|(known, _)| *known == prefix).map(|(_, funder)| *funder);
    let funder = funder.ok_or_else(|| format!("{id}: it is not known which funder `{prefix}` is"))?;
    let title = text(project, &["title"]).ok_or_else(|| format!("{id} has no title"))?;
    let mut entry = Map::new();
    entry.insert("id".into(), json!(format!("{funder}::{code}")));
    entry.insert("number".into(), json!(code));
    entry.insert("title".into(), json!({"en": title}));
    entry.insert("funder".into(), json!({"id": funder}));
    put(&mut entry, "acronym", text(project, &["acronym"]));
    // `EC::HE::HORIZON-AG-UN`: the second part.
    let stream = project["funding"].get(0).and_then(|funding| text(funding, &["fundingStream", "id"]));
    let program = stream.and_then(|stream| stream.split("::").nth(1)).filter(|part| !part.is_empty());
    put(&mut entry, "program", program);
    let address = match funder {
        EUROPEAN_COMMISSION => Some(format!("https://cordis.europa.eu/projects/{code}")),
        _ => text(project, &["websiteurl"]).map(ToOwned::to_owned),
    };
    let identifiers = address.map(|address| json!([{"identifier": address, "scheme": "url"}]));
    put(&mut entry, "identifiers", identifiers);
    put(&mut entry, "start_date", text(project, &["startDate"]));
    put(&mut entry, "end_date", text(project, &["endDate"]));
    put(&mut entry, "description", text(project, &["summary"]).map(|summary| json!({"en": summary})));
    Ok(Some(entry))
}
