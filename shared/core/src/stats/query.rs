//! Statistics on request: `POST /api/stats`. `InvenioRDM`: statistics reference §4.

use cairn_model::{
    Error, Identity, Pid, Result,
    kinds::STATS,
    usage::{Usage, float},
};
use cairn_ports::store::Page;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use serde_json::{Map, Value, json};

use super::{Stats, days};
use crate::records::Records;

/// Most questions in one request: each is a look at the store.
const MOST: usize = 50;

const SHAPE: &str = "Invalid Input. It should be of the form { STATISTIC_NAME: { \"stat\": STAT_TYPE, \"params\": \
                     STAT_PARAMS }}";

/// Who may ask for statistics. What records show of them everybody sees who sees the record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Openness {
    /// Nobody, as in `InvenioRDM`.
    #[default]
    Nobody,
    /// Who administers the site.
    Administrators,
    /// Everybody, of records that they may read.
    Everybody,
}

impl std::str::FromStr for Openness {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "nobody" => Ok(Self::Nobody),
            "administrators" => Ok(Self::Administrators),
            "everybody" => Ok(Self::Everybody),
            _ => Err("it is one of nobody, administrators, everybody".into()),
        }
    }
}

/// What can be asked for.
struct Statistic {
    name: &'static str,
    /// The parameter that names what it is about.
    param: &'static str,
    /// It is about all versions.
    all: bool,
    /// What is told of it.
    shown: fn(Usage) -> Vec<(&'static str, f64)>,
}

const fn statistic(name: &'static str, all: bool, shown: fn(Usage) -> Vec<(&'static str, f64)>) -> Statistic {
    Statistic { name, param: if all { "parent_recid" } else { "recid" }, all, shown }
}

static STATISTICS: [Statistic; 4] = [
    statistic("record-view", false, views),
    statistic("record-view-all-versions", true, views),
    statistic("record-download", false, downloads),
    statistic("record-download-all-versions", true, downloads),
];

fn views(usage: Usage) -> Vec<(&'static str, f64)> {
    vec![("unique_views", float(usage.unique_views)), ("views", float(usage.views))]
}

fn downloads(usage: Usage) -> Vec<(&'static str, f64)> {
    vec![
        ("data_volume", float(usage.data_volume)),
        ("downloads", float(usage.downloads)),
        ("unique_downloads", float(usage.unique_downloads)),
    ]
}

/// From which to which instant.
#[derive(Clone, Copy)]
struct Period {
    start: Option<NaiveDateTime>,
    end: Option<NaiveDateTime>,
}

impl Stats {
    /// Answers questions, each under its name.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for what is no question; [`Error::Unauthenticated`] and [`Error::Forbidden`] for what is not
    /// for the caller; those of the store.
    pub async fn query(&self, records: &Records, who: &Identity, asked: &Value) -> Result<Value> {
        let shape = || Error::BadRequest(SHAPE.into());
        let asked = asked.as_object().ok_or_else(shape)?;
        if asked.len() > MOST {
            return Err(Error::BadRequest(format!("At most {MOST} statistics can be asked for at once.")));
        }
        let mut answers = Map::new();
        for (name, question) in asked {
            let stat = question.get("stat").and_then(Value::as_str).ok_or_else(shape)?;
            let none = json!({});
            let params = question.get("params").unwrap_or(&none).as_object().ok_or_else(shape)?;
            answers.insert(name.clone(), self.answer(records, who, stat, params).await?);
        }
        answers.sort_keys();
        Ok(Value::Object(answers))
    }

    async fn answer(
        &self,
        records: &Records,
        who: &Identity,
        stat: &str,
        params: &Map<String, Value>,
    ) -> Result<Value> {
        let statistic = STATISTICS.iter().find(|known| known.name == stat);
        let statistic = statistic.ok_or_else(|| Error::BadRequest(format!("Unknown statistic '{stat}'")))?;
        let open = match self.shared.settings.stats_query {
            Openness::Nobody => false,
            Openness::Administrators => who.is_administrator(),
            Openness::Everybody => true,
        };
        if !open {
            return Err(refused(who, stat));
        }
        let Statistic { param, .. } = statistic;
        let id = params.get(*param).and_then(Value::as_str).ok_or_else(|| {
            let missing = format!("Missing one of the required parameters {{'{param}'}} in query {stat}");
            Error::BadRequest(missing)
        })?;
        let period = Period { start: instant(params, "start_date")?, end: instant(params, "end_date")? };
        let parent = match self.parent_of(records, who, statistic, id).await {
            Err(Error::Denied) => return Err(refused(who, stat)),
            other => other?,
        };
        let usage = match &parent {
            Some(_) => self.between(id, period).await?,
            None => Usage::default(),
        };
        // InvenioRDM's tests have the ids of a record that nobody saw yet, its answers about some days without any have none.
        let parent = parent.filter(|_| usage != Usage::default() || period.is_open());
        Ok(told(statistic, id, parent, period, usage))
    }

    /// The parent of what is asked for, where that is there and the caller may read it.
    async fn parent_of(
        &self,
        records: &Records,
        who: &Identity,
        statistic: &Statistic,
        id: &str,
    ) -> Result<Option<String>> {
        let found = match Pid::parse(id) {
            Ok(pid) if statistic.all => records.family_of(who, &pid).await.map(|()| id.to_owned()),
            Ok(pid) => records.parent_of(who, &pid).await,
            Err(error) => Err(error),
        };
        match found {
            Ok(parent) => Ok(Some(parent)),
            Err(Error::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What was counted on days that lie within a period.
    async fn between(&self, id: &str, period: Period) -> Result<Usage> {
        let mut sum = Usage::default();
        let mut page = Page::default();
        loop {
            let found = self.shared.ports.store.query(STATS, &days(id), &page).await?;
            for item in found.items {
                let day = item.key.sort.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN));
                if day.is_ok_and(|day| period.has(day)) {
                    sum = sum.plus(Usage::of(&item.counters));
                }
            }
            page.after = found.next;
            if page.after.is_none() {
                return Ok(sum);
            }
        }
    }
}

impl Period {
    fn is_open(self) -> bool {
        self.start.is_none() && self.end.is_none()
    }

    fn has(self, day: NaiveDateTime) -> bool {
        self.start.is_none_or(|start| start <= day) && self.end.is_none_or(|end| day <= end)
    }
}

/// One answer, its keys in order; ids stand in it where the parent does.
fn told(
    statistic: &Statistic,
    id: &str,
    parent: Option<String>,
    Period { start, end }: Period,
    usage: Usage,
) -> Value {
    let instant =
        |at: Option<NaiveDateTime>| json!(at.map(|at| at.format("%Y-%m-%dT%H:%M:%S%.f").to_string()));
    let mut told =
        Map::from_iter([("start_date".to_owned(), instant(start)), ("end_date".to_owned(), instant(end))]);
    if let Some(parent) = parent {
        told.insert("parent_recid".into(), json!(parent));
        if !statistic.all {
            told.insert("recid".into(), json!(id));
        }
    }
    told.extend((statistic.shown)(usage).into_iter().map(|(name, count)| (name.to_owned(), json!(count))));
    told.sort_keys();
    Value::Object(told)
}

fn refused(who: &Identity, stat: &str) -> Error {
    let message =
        format!("You do not have a permission to query the statistic \"{stat}\" with those parameters");
    if who.is_known() { Error::Forbidden(message) } else { Error::Unauthenticated(message) }
}

/// A day, or an instant of one.
fn instant(params: &Map<String, Value>, name: &str) -> Result<Option<NaiveDateTime>> {
    let Some(given) = params.get(name).filter(|given| !given.is_null()) else { return Ok(None) };
    let text = given.as_str().unwrap_or_default();
    let day = || text.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN)).ok();
    let local = || text.parse::<NaiveDateTime>().ok();
    let zoned = || DateTime::parse_from_rfc3339(text).map(|at| at.naive_utc()).ok();
    let unreadable = || Error::BadRequest(format!("`{name}` is no ISO date: {given}"));
    day().or_else(local).or_else(zoned).map(Some).ok_or_else(unreadable)
}
