//! What may not be seen changes no answer: a site with restricted, embargoed, unpublished and deleted records answers as one
//! that has none of them, to the last byte.

use serde_json::{Value, json};

use super::{publish, site};
use crate::{
    drafts::path,
    support::{
        Site, User,
        files::{send, with_files},
        minimal,
    },
};

/// Words of public records; those of [`HIDDEN`] are in no public record, or in one of them.
const PUBLIC: &[&str] = &["kiln", "clay", "glaze", "temper", "sherd"];
const HIDDEN: &[&str] = &["quagga", "zyzzyva", "glaze", "sherd"];

/// Fields that are asked about.
const FIELDS: &[&str] = &[
    "title",
    "metadata.title.keyword",
    "description",
    "creator",
    "metadata.creators.person_or_org.family_name",
    "affiliation",
    "orcid",
    "contributor",
    "subject",
    "metadata.subjects.subject.keyword",
    "publisher",
    "metadata.version",
    "metadata.formats",
    "metadata.references.reference",
    "metadata.additional_titles.title",
    "metadata.dates.description",
    "metadata.locations.features.place",
    "metadata.identifiers.identifier",
    "metadata.rights.title",
    "metadata.languages.title.en",
    "custom_fields.\\*",
    "access.embargo.reason",
    "file",
    "files.types",
    "files.\\*",
    "metadata.\\*",
    "\\*.title",
    "\\*",
];

/// What is asked about a field; `F` stands for its name, `W` for a word and `P` for the beginning of it.
const FORMS: &[&str] = &[
    "F:W",
    "F:\"W kiln\"",
    "F:\"kiln W\"~3",
    "F:P*",
    "F:*P?*",
    "F:Wa~",
    "F:[P TO *]",
    "F:{* TO W]",
    "_exists_:F",
    "NOT F:W",
    "F:(W OR kiln^3) clay",
    "kiln AND NOT (NOT F:W)",
];

/// Searches of another form.
const OTHERS: &[&str] = &[
    "quagga",
    "kiln quagga glaze",
    "+glaze sherd^2",
    "has_draft:true",
    "_exists_:versions.next_draft_id",
    "versions.next_draft_id:*",
    "versions.is_latest_draft:false",
    "_exists_:expires_at",
    "status:*",
    "is_published:false",
    "is_draft:true",
    "date:[1066 TO 1067]",
    "date:1066",
    "metadata.dates.date_range:>=1066",
    "access.status:embargoed",
    "access.record:restricted",
    "access.embargo.active:true",
    "parent.access.owned_by.user:*",
    "_exists_:parent.access.grants",
    "internal_notes.note:quagga",
    "pids.doi.identifier:*",
    "pids.\\*:*",
    "file:quagga.csv",
    "kiln OR file:quagga.csv",
    "kiln OR file:open.txt",
    "kiln OR files.count:[1 TO *]",
    "kiln OR (NOT files.types:csv)",
    "created:[quagga TO *]",
    "(quagga",
];

/// What is asked beside the search string.
const PARAMETERS: &[&str] = &[
    "",
    "access_status=restricted",
    "access_status=embargoed",
    "file_type=csv",
    "resource_type=software",
    "resource_type=image::image-photo",
    "publication_date=1066",
    "publication_date=..1500",
    "status=D",
    "include_deleted=true",
    "allversions=true",
    "shared_with_me=true",
    "page=2&size=2",
    "page=9&size=2",
];

/// Where suggestions are made; records have none.
const SUGGESTED: &[&str] = &[
    "affiliations",
    "awards",
    "funders",
    "names",
    "records",
    "subjects",
    "users",
    "groups",
    "vocabularies/languages",
    "vocabularies/licenses",
];

const SORTS: &[&str] = &[
    "bestmatch",
    "newest",
    "oldest",
    "updated-desc",
    "updated-asc",
    "version",
    "mostviewed",
    "mostdownloaded",
    "nosuch",
];

/// A draft that says `word` wherever it can.
fn saying(word: &str, number: usize) -> Value {
    let mut body = minimal();
    let metadata = &mut body["metadata"];
    metadata["title"] = json!(format!("{word} kiln {number}"));
    metadata["description"] = json!(format!("<p>Of clay, {}</p>", format!("{word} ").repeat(number + 1)));
    metadata["additional_titles"] = json!([{"title": word, "type": {"id": "alternative-title"}}]);
    metadata["creators"] = json!([{
        "person_or_org": {"type": "personal", "family_name": word, "given_name": "Jo"},
        "affiliations": [{"name": format!("{word} works")}],
    }]);
    metadata["contributors"] = json!([{
        "person_or_org": {"type": "organizational", "name": format!("{word} guild")},
        "role": {"id": "editor"},
    }]);
    metadata["subjects"] = json!([{"subject": word}]);
    metadata["publisher"] = json!(format!("{word} press"));
    (metadata["version"], metadata["formats"]) = (json!(word), json!([word]));
    metadata["references"] = json!([{"reference": format!("{word}, passim")}]);
    metadata["identifiers"] =
        json!([{"identifier": format!("https://{word}.test/{number}"), "scheme": "url"}]);
    metadata["dates"] = json!([{"date": "1999", "type": {"id": "created"}, "description": word}]);
    metadata["locations"] = json!({"features": [{"place": word}]});
    metadata["rights"] = json!([{"title": {"en": word}, "link": format!("https://{word}.test")}]);
    body
}

async fn deposit(user: &User, body: Value) -> Value {
    user.post("/api/records", body).await.expect(201).json()
}

/// Records that everybody sees; one has a file, and one a restricted file, which is called `file`.
async fn fill(ada: &User, file: &str) -> Vec<Value> {
    let mut records = Vec::new();
    for (number, word) in PUBLIC.iter().chain(PUBLIC).enumerate() {
        let draft = deposit(ada, saying(word, number % 4)).await;
        records.push(ada.post(path(&draft, "publish"), ()).await.expect(202).json());
    }
    for (name, access) in [("open.txt", "public"), (file, "restricted")] {
        let mut body = with_files();
        body["metadata"]["title"] = json!("kiln files");
        body["access"] = json!({"record": "public", "files": access});
        let draft = deposit(ada, body).await;
        send(ada, &format!("{}/files", path(&draft, "self")), name, b"a,b,c").await;
        records.push(ada.post(path(&draft, "publish"), ()).await.expect(202).json());
    }
    records
}

/// Records and drafts that only their owner sees, and records that are deleted.
async fn hide(ada: &User, admin: &User, seen: &[Value]) {
    for (number, word) in HIDDEN.iter().enumerate() {
        let draft = deposit(ada, saying(word, number)).await;
        ada.post(path(&draft, "publish"), ()).await.expect(202);
        admin.send("DELETE", format!("{}/delete", path(&draft, "record")), json!({})).await.expect(204);
    }
    for (number, word) in HIDDEN.iter().cycle().take(12).enumerate() {
        let mut body = saying(word, number);
        body["access"] = match number % 3 {
            0 => json!({"record": "restricted", "files": "restricted",
                "embargo": {"active": true, "until": "2999-01-01", "reason": word}}),
            _ => json!({"record": "restricted", "files": "restricted"}),
        };
        body["metadata"]["publication_date"] = json!("1066");
        body["metadata"]["resource_type"] = json!({"id": "software"});
        let draft = deposit(ada, body).await;
        if number % 2 == 0 {
            ada.post(path(&draft, "publish"), ()).await.expect(202);
        } else if number % 3 == 1 {
            ada.delete(path(&draft, "self")).await.expect(204);
        }
    }
    // What is public has an edit, and a next version, that nobody else sees.
    ada.post(path(&seen[0], "draft"), ()).await.expect(201);
    ada.put(path(&seen[0], "draft"), saying("quagga", 3)).await.expect(200);
    let next = ada.post(path(&seen[1], "versions"), ()).await.expect(201).json();
    ada.put(path(&next, "self"), saying("zyzzyva", 3)).await.expect(200);
}

fn searching(query: &str) -> String {
    format!("q={}", form_urlencoded::byte_serialize(query.as_bytes()).collect::<String>())
}

/// Every search, as the query of an address.
fn searches() -> Vec<String> {
    let words: Vec<&str> = HIDDEN.iter().chain(PUBLIC).copied().collect();
    let mut asked: Vec<String> = PARAMETERS.iter().map(ToString::to_string).collect();
    asked.extend(OTHERS.iter().map(|query| searching(query)));
    for (at, field) in FIELDS.iter().enumerate() {
        for (form, word) in FORMS.iter().zip(words.iter().cycle().skip(at)) {
            let query = form.replace('F', field).replace('W', word).replace('P', &word[..3]);
            asked.push(searching(&query));
        }
    }
    let sorted = SORTS.iter().flat_map(|sort| {
        let queries = ["", "q=kiln", "q=glaze+sherd+quagga", "q=kiln+OR+file:open.txt"];
        queries.map(|query| format!("{query}&sort={sort}&size=3"))
    });
    asked.extend(sorted);
    asked
}

/// Everything that this caller is told.
async fn told(who: &User) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for asked in searches() {
        let request = format!("/api/records?{asked}");
        let answer = who.get(&request).await;
        told.push((request, format!("{} {}", answer.status, answer.text())));
    }
    for (place, word) in SUGGESTED.iter().flat_map(|place| HIDDEN.iter().map(move |word| (place, word))) {
        let request = format!("/api/{place}?suggest={}", &word[..4]);
        let answer = who.get(&request).await;
        told.push((request, format!("{} {}", answer.status, answer.text())));
    }
    // Lists that are read to their end.
    let lists = SORTS.iter().filter(|sort| **sort != "nosuch").map(|sort| ("kiln glaze", *sort));
    // The address of a next page tells where the hit before it stands.
    for (query, sort) in lists.chain([("kiln OR file:open.txt", "bestmatch")]) {
        let mut next = Some(format!("/api/records?{}&size=1&sort={sort}&after=", searching(query)));
        while let Some(request) = next {
            let answer = who.get(&request).await.expect(200);
            next = answer.json()["links"]["next"].as_str().map(ToOwned::to_owned);
            told.push((request, answer.text()));
        }
    }
    told
}

async fn settled(file: &str) -> (Site, User, User, Vec<Value>) {
    let (site, ada) = site().await;
    let eve = site.user("eve").await;
    publish(&eve, "kiln of eve", true).await;
    let records = fill(&ada, file).await;
    site.settle().await;
    (site, ada, eve, records)
}

#[tokio::test]
async fn a_site_with_hidden_records_answers_as_one_without() {
    let (plain, _, eve_of_plain, _) = settled("open.txt").await;
    let (site, ada, eve, records) = settled("quagga.csv").await;
    hide(&ada, &site.admin(), &records).await;
    site.settle().await;
    let mine = ada.get("/api/records?q=quagga").await.expect(200).json();
    assert_ne!(mine["hits"]["total"], 0, "there is something to hide");
    for (there, here) in [(plain.nobody(), site.nobody()), (eve_of_plain, eve)] {
        let (there, here) = (told(&there).await, told(&here).await);
        let searched = there.iter().filter(|(request, _)| !request.contains("suggest="));
        let found = searched.filter(|(_, answer)| !answer.contains("\"total\":0")).count();
        assert!(found * 2 > there.len(), "only {found} of {} searches find something", there.len());
        let differing: Vec<_> = there.iter().zip(&here).filter(|(without, with)| without != with).collect();
        let requests: Vec<&str> = differing.iter().map(|((request, _), _)| request.as_str()).collect();
        let first = differing.first();
        assert!(differing.is_empty() && there.len() == here.len(), "{requests:#?} differ, as {first:#?}");
    }
}
