//! A unit of work as the items of `TransactWriteItems`.

use aws_sdk_dynamodb::{
    error::BuildError,
    types::{
        AttributeValue, ConditionCheck, Delete, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
        Update, builders::UpdateBuilder,
    },
};
use cairn_model::Table;
use cairn_ports::{
    Count, Expect, StoreError,
    prepared::{Prepared, Write},
};

use super::attributes;

/// So that a conflict can tell what is stored.
const TELL: ReturnValuesOnConditionCheckFailure = ReturnValuesOnConditionCheckFailure::AllOld;

/// The items of a transaction, in the order of the work's writes.
pub(super) fn items(
    work: &Prepared,
    name: impl Fn(Table) -> String,
) -> Result<Vec<TransactWriteItem>, StoreError> {
    let items = work.writes.iter().map(|write| item(write, name(write.key().table)));
    items.collect::<Result<_, _>>().map_err(|error| StoreError::Unavailable(error.to_string()))
}

fn item(write: &Write, table: String) -> Result<TransactWriteItem, BuildError> {
    let key = Some(attributes::of_key(write.key()));
    let item = TransactWriteItem::builder();
    let item = match write {
        // An update, not a put, since a put would take the counters away.
        Write::Put { .. } => item.update(put(write, Update::builder().set_key(key).table_name(table))?),
        Write::Count { .. } => item.update(count(write, Update::builder().set_key(key).table_name(table))?),
        Write::Delete { expect, .. } => {
            let (condition, revision) = condition(*expect);
            let delete = Delete::builder()
                .set_key(key)
                .table_name(table)
                .return_values_on_condition_check_failure(TELL);
            let delete = delete.set_condition_expression(condition.map(Into::into));
            item.delete(delete.set_expression_attribute_values(revision.map(|value| [value].into())).build()?)
        }
        Write::Check { expect, .. } => {
            let (condition, revision) = condition(*expect);
            let check = ConditionCheck::builder().set_key(key).table_name(table);
            let check = check.return_values_on_condition_check_failure(TELL);
            let check = check.set_condition_expression(condition.map(Into::into));
            item.condition_check(
                check.set_expression_attribute_values(revision.map(|value| [value].into())).build()?,
            )
        }
    };
    Ok(item.build())
}

/// The condition that stands for an expectation, and the value that it names.
fn condition(expect: Expect) -> (Option<&'static str>, Option<(String, AttributeValue)>) {
    match expect {
        Expect::Any => (None, None),
        Expect::Absent => (Some("attribute_not_exists(pk)"), None),
        Expect::Exists => (Some("attribute_exists(pk)"), None),
        Expect::At(revision) => {
            (Some("r = :expected"), Some((":expected".into(), attributes::of_number(revision.0))))
        }
    }
}

fn put(write: &Write, update: UpdateBuilder) -> Result<Update, BuildError> {
    let Write::Put { revision, body, expires, expect, .. } = write else { return update.build() };
    let (condition, expected) = condition(*expect);
    let update = update
        .return_values_on_condition_check_failure(TELL)
        .set_condition_expression(condition.map(Into::into))
        .expression_attribute_names("#expires", "expires")
        .expression_attribute_values(":r", attributes::of_number(revision.0))
        .expression_attribute_values(":b", attributes::of_body(body));
    let update = match expected {
        Some((name, value)) => update.expression_attribute_values(name, value),
        None => update,
    };
    let update = match expires {
        Some(expires) => update
            .update_expression("SET r = :r, b = :b, #expires = :expires")
            .expression_attribute_values(":expires", attributes::of_number(*expires)),
        None => update.update_expression("SET r = :r, b = :b REMOVE #expires"),
    };
    update.build()
}

fn count(write: &Write, update: UpdateBuilder) -> Result<Update, BuildError> {
    let Write::Count { counts, .. } = write else { return update.build() };
    let mut update = update
        .return_values_on_condition_check_failure(TELL)
        .expression_attribute_values(":first", attributes::of_number(1))
        .expression_attribute_values(":empty", AttributeValue::S("{}".into()));
    let (mut conditions, mut additions) = (Vec::new(), Vec::new());
    for (at, Count { counter, by, max }) in counts.iter().enumerate() {
        let (by, max) = (i128::from(*by), i128::from(*max));
        let bounds = format!("#c{at} >= :lowest{at} AND #c{at} <= :highest{at}");
        // A counter that is not there yet stands at 0.
        let is_first = (0..=max).contains(&by);
        conditions.push(if is_first {
            format!("(attribute_not_exists(#c{at}) OR ({bounds}))")
        } else {
            bounds
        });
        additions.push(format!("#c{at} :by{at}"));
        update = update
            .expression_attribute_names(format!("#c{at}"), attributes::of_counter(counter))
            .expression_attribute_values(format!(":lowest{at}"), attributes::of_number((-by).max(0)))
            .expression_attribute_values(format!(":highest{at}"), attributes::of_number(max - by))
            .expression_attribute_values(format!(":by{at}"), attributes::of_number(by));
    }
    let set = "SET r = if_not_exists(r, :first), b = if_not_exists(b, :empty)";
    update
        .condition_expression(conditions.join(" AND "))
        .update_expression(format!("{set} ADD {}", additions.join(", ")))
        .build()
}
