//! Ticks by HTTP: the daemon posts each periodic task to a path of its own, with an empty body.

use actix_web::http::header::HeaderMap;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDateTime, Utc};

use super::answer::{Problem, count, ok};
use super::{Door, body, caller};
use crate::cron::schedule::{Periodic, Work};
use crate::cron::tick::{self, Seen};

/// Name of the periodic task.
const TASKNAME: &str = "x-aws-sqsd-taskname";
/// When it was to come.
const SCHEDULED_AT: &str = "x-aws-sqsd-scheduled-at";

/// Sees to a tick. What no daemon of this installation would post is answered with `200` all the same, kept and counted:
/// any other answer would bring it back for ever.
pub(super) async fn take(
    door: Data<Door>,
    request: HttpRequest,
    payload: Payload,
    work: Work,
) -> HttpResponse {
    let path = work.path().trim_start_matches("/worker/");
    let refused = |problem: Problem| {
        count(path, problem.word());
        problem.respond(&request)
    };
    if let Err(problem) = caller::check(&request, door.token.as_ref()) {
        return refused(problem);
    }
    let body = match body::read(payload).await {
        Ok(body) => body,
        Err(problem) => return refused(problem),
    };
    if !body.bytes.is_empty() {
        return body::reject(&door, (&request, path), ("body-not-empty", &body.bytes)).await;
    }
    let periodic = door.periodics.iter().find(|periodic| periodic.work == work);
    let tick = periodic.and_then(|periodic| Some((periodic, scheduled(request.headers(), periodic)?)));
    let Some((periodic, at)) = tick else {
        let said = said(request.headers());
        return body::reject(&door, (&request, path), ("no-tick", said.as_bytes())).await;
    };
    if door.is_closing() {
        return refused(Problem::Stopping);
    }
    let seen = tick::see_to(&door.database, &door.ringer, (periodic, at)).await;
    match seen {
        Ok(seen @ (Seen::NotScheduled | Seen::TooOld | Seen::TooEarly)) => {
            metrics::counter!("cron_ticks_total", "source" => "daemon", "outcome" => seen.word())
                .increment(1);
            let said = said(request.headers());
            body::reject(&door, (&request, path), (seen.word(), said.as_bytes())).await
        }
        Ok(seen) => {
            metrics::counter!("cron_ticks_total", "source" => "daemon", "outcome" => seen.word())
                .increment(1);
            count(path, seen.word());
            ok(
                if matches!(seen, Seen::Enqueued(_)) {
                    "enqueued"
                } else {
                    "ignored"
                },
                seen.word(),
            )
        }
        Err(error) => refused(error.into()),
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// When the tick was to come, where both headers are there and mean this task.
fn scheduled(headers: &HeaderMap, periodic: &Periodic) -> Option<DateTime<Utc>> {
    if header(headers, TASKNAME)? != periodic.name {
        return None;
    }
    time(header(headers, SCHEDULED_AT)?)
}

/// ISO 8601, or the same moment as Ruby prints it, which is what the daemon is written in.
fn time(text: &str) -> Option<DateTime<Utc>> {
    let iso = DateTime::parse_from_rfc3339(text).map(|time| time.with_timezone(&Utc));
    let ruby = || NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S UTC").map(|time| time.and_utc());
    iso.or_else(|_| ruby()).ok()
}

/// What the headers said, for whoever looks for the sender.
fn said(headers: &HeaderMap) -> String {
    let [name, at] = [TASKNAME, SCHEDULED_AT].map(|name| header(headers, name).unwrap_or("(none)"));
    let short = |text: &str| text.chars().take(100).collect::<String>();
    format!("{TASKNAME}: {}\n{SCHEDULED_AT}: {}", short(name), short(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_time_are_read_and_nothing_else() {
        let expected: DateTime<Utc> = "2026-03-01T06:00:00Z".parse().unwrap();
        for text in [
            "2026-03-01T06:00:00Z",
            "2026-03-01T07:00:00+01:00",
            "2026-03-01 06:00:00 UTC",
        ] {
            assert_eq!(time(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "now",
            "2026-03-01",
            "1772344800",
            "2026-02-30T06:00:00Z",
            "2026-03-01 06:00:00 CET",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
