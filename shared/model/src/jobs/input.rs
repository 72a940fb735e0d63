//! Bodies of jobs and runs: read whole, every problem told.

use serde_json::{Map, Value};

use super::{QUEUE_NAMES, Schedule, Status};
use crate::{Error, FieldError, Result};

const TITLE: &str = "Field cannot be blank or longer than 250 characters.";
const TEXT: &str = "Not a valid string.";

/// What a job is to be. `None`: not said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JobInput {
    /// What people call it; 1 to 250 characters.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// Whether its schedule counts.
    pub active: Option<bool>,
    /// One of the registered tasks.
    pub task: String,
    /// `celery` or `low`.
    pub default_queue: Option<String>,
    /// Arguments.
    pub args: Option<Map<String, Value>>,
    /// When it runs by itself, checked.
    pub schedule: Option<Value>,
    /// Who is told of runs.
    pub notification_emails: Option<Vec<String>>,
    /// Of which runs.
    pub notification_statuses: Option<Vec<Status>>,
}

/// What a run is to be.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunInput {
    /// What people call it.
    pub title: Option<String>,
    /// Arguments in place of the job's.
    pub args: Option<Map<String, Value>>,
    /// `celery` or `low`.
    pub queue: Option<String>,
}

impl JobInput {
    /// Reads a body; `tasks` are the registered ones.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all that is wrong.
    pub fn read(body: &Map<String, Value>, tasks: &[&str]) -> Result<Self> {
        let mut reader = Reader { body, problems: Vec::new() };
        let title = match reader.text("title") {
            Some(title) if title.trim().is_empty() || title.chars().count() > 250 => {
                reader.problem("title", TITLE)
            }
            None if reader.given("title").is_none() => reader.problem("title", TITLE),
            title => title.unwrap_or_default(),
        };
        let task = match reader.text("task") {
            Some(task) if tasks.contains(&task.as_str()) => task,
            Some(_) => reader.problem("task", format!("Must be one of: {}.", tasks.join(", "))),
            None if reader.given("task").is_none() => {
                reader.problem("task", "Missing data for required field.")
            }
            None => String::new(),
        };
        let input = Self {
            title,
            task,
            description: reader.text("description"),
            active: reader.flag("active"),
            default_queue: reader.queue("default_queue"),
            args: reader.args(&["run_args", "args"]),
            schedule: reader.schedule(),
            notification_emails: reader.texts("notification_emails"),
            notification_statuses: reader.statuses("notification_statuses"),
        };
        reader.done(input)
    }
}

impl RunInput {
    /// Reads a body.
    ///
    /// # Errors
    /// [`Error::Invalid`] with all that is wrong.
    pub fn read(body: &Map<String, Value>) -> Result<Self> {
        let mut reader = Reader { body, problems: Vec::new() };
        let title = reader.text("title");
        if title.as_ref().is_some_and(|title| title.trim().is_empty() || title.chars().count() > 250) {
            reader.problem::<()>("title", TITLE);
        }
        let input = Self { title, queue: reader.queue("queue"), args: reader.args(&["args"]) };
        reader.done(input)
    }
}

struct Reader<'b> {
    body: &'b Map<String, Value>,
    problems: Vec<FieldError>,
}

impl Reader<'_> {
    fn problem<T: Default>(&mut self, field: &str, message: impl Into<String>) -> T {
        self.problems.push(FieldError::new(field, message));
        T::default()
    }

    fn done<T>(self, input: T) -> Result<T> {
        if self.problems.is_empty() { Ok(input) } else { Err(Error::Invalid(self.problems)) }
    }

    /// What is there and not `null`.
    fn given(&self, key: &str) -> Option<Value> {
        self.body.get(key).filter(|value| !value.is_null()).cloned()
    }

    fn text(&mut self, key: &str) -> Option<String> {
        match self.given(key)? {
            Value::String(text) => Some(text),
            _ => self.problem(key, TEXT),
        }
    }

    fn flag(&mut self, key: &str) -> Option<bool> {
        match self.given(key)? {
            Value::Bool(flag) => Some(flag),
            _ => self.problem(key, "Not a valid boolean."),
        }
    }

    fn queue(&mut self, key: &str) -> Option<String> {
        let names: Vec<&str> = QUEUE_NAMES.iter().map(|(name, _)| *name).collect();
        let name = self.text(key)?;
        if names.contains(&name.as_str()) {
            return Some(name);
        }
        self.problem(key, format!("Must be one of: {}.", names.join(", ")))
    }

    /// Arguments under any of `keys`; those in `custom_args`, which forms send as text, replace them.
    fn args(&mut self, keys: &[&str]) -> Option<Map<String, Value>> {
        let custom = self.given("custom_args").filter(|custom| *custom != "");
        let custom = custom.map(|custom| match custom {
            Value::String(text) => serde_json::from_str(&text).unwrap_or_default(),
            other => other,
        });
        let (key, value) = match custom {
            Some(custom) => ("custom_args", custom),
            None => keys.iter().find_map(|key| Some((*key, self.given(key)?)))?,
        };
        match value {
            // Which form the arguments came from is nothing that a task has to know.
            Value::Object(args) => {
                Some(args.into_iter().filter(|(name, _)| name != "job_arg_schema").collect())
            }
            _ => self.problem(key, "Not a valid mapping type."),
        }
    }

    fn schedule(&mut self) -> Option<Value> {
        let schedule = self.given("schedule")?;
        match Schedule::parse(&schedule) {
            Ok(_) => Some(schedule),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        let Value::Array(list) = self.given(key)? else { return self.problem(key, "Not a valid list.") };
        let texts: Vec<String> = list.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        if texts.len() == list.len() { Some(texts) } else { self.problem(key, TEXT) }
    }

    fn statuses(&mut self, key: &str) -> Option<Vec<Status>> {
        let names = self.texts(key)?;
        let known = |name: &String| Status::ALL.into_iter().find(|status| status.name() == name);
        let statuses: Vec<Status> = names.iter().filter_map(known).collect();
        if statuses.len() == names.len() {
            return Some(statuses);
        }
        self.problem(key, format!("Must be one of: {}.", Status::ALL.map(Status::name).join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(result: Result<JobInput>) -> String {
        match result {
            Err(Error::Invalid(errors)) => {
                errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>().join(" ")
            }
            other => panic!("{other:?}"),
        }
    }

    fn job(body: &Value) -> Result<JobInput> {
        JobInput::read(body.as_object().unwrap(), &["import"])
    }

    #[test]
    fn every_problem_of_a_job_is_told() {
        assert_eq!(fields(job(&json!({}))), "title task");
        let wrong = json!({"title": "x".repeat(251), "task": "nosuch", "description": 1, "active": "yes",
            "default_queue": "fast", "args": [], "schedule": {"type": "x"}, "notification_emails": [1],
            "notification_statuses": ["DONE"]});
        assert_eq!(
            fields(job(&wrong)),
            "title task description active default_queue args schedule.type notification_emails \
             notification_statuses"
        );
    }

    #[test]
    fn arguments_may_come_as_text() {
        let body = json!({"title": "t", "task": "import", "custom_args": "{\"a\": 1}", "args": {"b": 2}});
        assert_eq!(Value::Object(job(&body).unwrap().args.unwrap()), json!({"a": 1}));
        let bad = json!({"title": "t", "task": "import", "custom_args": "{"});
        assert_eq!(fields(job(&bad)), "custom_args");
        let plain =
            RunInput::read(json!({"args": {"job_arg_schema": "custom", "b": 2}}).as_object().unwrap());
        assert_eq!(Value::Object(plain.unwrap().args.unwrap()), json!({"b": 2}));
    }
}
