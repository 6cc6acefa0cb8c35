//! What Postgres says about a failed statement, without the values that it quotes: they may be somebody's name.

use diesel::result::DatabaseErrorInformation;

/// Words before a quote that is a name of ours, not a value.
const NAMED: [&str; 12] = [
    "column",
    "constraint",
    "database",
    "function",
    "index",
    "relation",
    "role",
    "schema",
    "statement",
    "table",
    "trigger",
    "type",
];

/// A message that may be logged. Details and hints, which tell whole rows, are left out.
#[derive(Debug)]
pub(crate) struct Redacted {
    message: String,
    table: Option<String>,
    column: Option<String>,
    constraint: Option<String>,
}

impl Redacted {
    pub(crate) fn of(said: &dyn DatabaseErrorInformation) -> Self {
        Self {
            message: without_values(said.message()),
            table: said.table_name().map(str::to_owned),
            column: said.column_name().map(str::to_owned),
            constraint: said.constraint_name().map(str::to_owned),
        }
    }
}

impl DatabaseErrorInformation for Redacted {
    fn message(&self) -> &str {
        &self.message
    }

    fn details(&self) -> Option<&str> {
        None
    }

    fn hint(&self) -> Option<&str> {
        None
    }

    fn table_name(&self) -> Option<&str> {
        self.table.as_deref()
    }

    fn column_name(&self) -> Option<&str> {
        self.column.as_deref()
    }

    fn constraint_name(&self) -> Option<&str> {
        self.constraint.as_deref()
    }

    fn statement_position(&self) -> Option<i32> {
        None
    }
}

/// Leaves out everything from the first quoted value to the last quote: a value may hold quotes itself.
fn without_values(message: &str) -> String {
    let mut is_inside = false;
    for (at, _) in message.match_indices('"') {
        let (before, rest) = message.split_at(at);
        let is_name = before
            .split_whitespace()
            .next_back()
            .is_some_and(|word| NAMED.contains(&word));
        if !is_inside && !is_name {
            // A value whose end is missing goes on to the end.
            let after = rest.get(1..).and_then(|rest| rest.rsplit_once('"'));
            let after = after.map_or("", |(_, after)| after);
            return format!("{before}(a value){after}");
        }
        is_inside = !is_inside;
    }
    message.to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_ours_stay_and_values_go() {
        for (said, shown) in [
            (
                "relation \"jobs\" does not exist",
                "relation \"jobs\" does not exist",
            ),
            (
                "new row for relation \"jobs\" violates check constraint \"jobs_title\"",
                "new row for relation \"jobs\" violates check constraint \"jobs_title\"",
            ),
            (
                "null value in column \"name\" of relation \"users\" violates not-null constraint",
                "null value in column \"name\" of relation \"users\" violates not-null constraint",
            ),
            (
                "invalid input syntax for type uuid: \"Ada Lovelace\"",
                "invalid input syntax for type uuid: (a value)",
            ),
            (
                "syntax error in tsquery: \"Ada \"Countess\" Lovelace\"",
                "syntax error in tsquery: (a value)",
            ),
            (
                "date/time field value out of range: \"31.2.\" here",
                "date/time field value out of range: (a value) here",
            ),
            ("a quote \"without its end", "a quote (a value)"),
            ("deadlock detected", "deadlock detected"),
        ] {
            assert_eq!(without_values(said), shown);
        }
    }

    proptest! {
        #[test]
        fn no_quoted_value_is_shown_whatever_it_holds(value in "\\PC{0,20}[\"]?\\PC{0,20}") {
            let value = format!("zzcanary{value}zzcanary");
            let shown = without_values(&format!("invalid input syntax for type integer: \"{value}\""));
            prop_assert!(!shown.contains("zzcanary"), "{}", shown);
        }
    }
}
