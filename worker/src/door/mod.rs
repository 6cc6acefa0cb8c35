//! The HTTP door: health for whoever keeps the worker alive and, where `WORKER_MODE` says so, the paths by which a daemon
//! such as Elastic Beanstalk's brings tasks and ticks. `docs/WORKER-DOOR.md` describes it from outside.
//!
//! | module | what lives there |
//! |---|---|
//! | `health` | signs of life |
//! | `tasks` | a ring is posted, and answered once its outcome is in Postgres |
//! | `periodic` | a tick of `cron.yaml` is posted |
//! | `caller` | who may bring tasks |
//! | `body` | reading a body that may be anything, and keeping what is rejected |
//! | `answer` | what callers are told, and how it is counted |
//! | `closing` | late requests and those inside when the worker shuts down |

mod answer;
pub mod body;
mod caller;
mod closing;
mod health;
mod periodic;
mod tasks;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::web::{Data, Payload};
use actix_web::{App, Error, HttpRequest, HttpResponse, HttpServer, web};
use hiring_core::task::Queue;
use hiring_db::Database;
use hiring_platform::closing::Closing;
use hiring_queue::{Dispatcher, Ringer};
use secrecy::SecretString;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::{DoorConfig, WorkerMode};
use crate::cron::schedule::{Periodic, Work};

pub use answer::Problem;

/// How long answers that are written already get to reach their callers when the door has closed.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// What the door works with.
pub struct Door {
    database: Database,
    ringer: Ringer,
    periodics: Arc<[Periodic]>,
    mode: WorkerMode,
    token: Option<SecretString>,
    dispatcher: watch::Sender<Option<Dispatcher>>,
    stopping: CancellationToken,
    closing: Closing,
}

impl Door {
    /// A door onto this database and transport.
    #[must_use]
    pub fn new(
        config: &DoorConfig,
        (database, ringer): (Database, Ringer),
        periodics: Arc<[Periodic]>,
    ) -> Data<Self> {
        Data::new(Self {
            database,
            ringer,
            periodics,
            mode: config.mode,
            token: config.token.clone(),
            dispatcher: watch::Sender::new(None),
            stopping: CancellationToken::new(),
            closing: Closing::default(),
        })
    }

    /// Lets tasks through to a runner; until then whoever brings one waits.
    pub fn connect(&self, dispatcher: Dispatcher) {
        self.dispatcher.send_replace(Some(dispatcher));
    }

    /// Says that the worker was asked to stop: not ready any more, and still serving.
    pub fn stop_soon(&self) {
        self.stopping.cancel();
    }

    /// Turns late requests away with `503` and `Connection: close`, and waits for those that came before, at most this long.
    pub async fn close(&self, at_most: Duration) {
        self.stopping.cancel();
        self.closing.begin(at_most).await;
    }

    fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    fn is_closing(&self) -> bool {
        self.closing.has_begun()
    }

    /// The runner's way in, waited for while the worker starts; `None` when it shuts down meanwhile.
    async fn dispatcher(&self) -> Option<Dispatcher> {
        let mut connected = self.dispatcher.subscribe();
        tokio::select! {
            found = connected.wait_for(Option::is_some) => found.ok()?.clone(),
            () = self.closing.begun() => None,
        }
    }
}

/// Binds the door and answers where it is; the server serves while it is polled.
///
/// # Errors
/// The address is taken or not this machine's.
pub fn open(config: &DoorConfig, door: Data<Door>) -> std::io::Result<(Server, Vec<SocketAddr>)> {
    let address = (config.host, config.port);
    let server = HttpServer::new(move || app(door.clone()))
        .workers(1)
        .disable_signals()
        .shutdown_timeout(LAST_WORDS.as_secs())
        .bind(address)?;
    let addresses = server.addrs();
    for address in &addresses {
        tracing::info!(%address, "the door is open");
    }
    Ok((server.run(), addresses))
}

/// The door's routes, and what is around them.
pub fn app(
    door: Data<Door>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let takes_tasks = door.mode.takes_posts();
    App::new()
        .app_data(door)
        .route("/health", web::get().to(health::alive))
        .route("/health/ready", web::get().to(health::ready))
        .configure(|app| {
            if takes_tasks {
                routes(app);
            }
        })
        .default_service(web::to(|request: HttpRequest| async move {
            Problem::NotFound.respond(&request)
        }))
        .wrap(from_fn(closing::last_orders))
}

/// The paths that a daemon posts to.
fn routes(app: &mut web::ServiceConfig) {
    let queues = Queue::ALL.into_iter().map(Some).chain([None]);
    for of in queues {
        let name = of.map_or(tasks::DISPATCH, Queue::name);
        let take = move |door: Data<Door>, request: HttpRequest, payload: Payload| {
            tasks::take(door, request, payload, of)
        };
        app.service(posted(&format!("/worker/{name}")).route(web::post().to(take)));
    }
    for work in Work::ALL {
        let take = move |door: Data<Door>, request: HttpRequest, payload: Payload| {
            periodic::take(door, request, payload, work)
        };
        app.service(posted(work.path()).route(web::post().to(take)));
    }
}

fn posted(path: &str) -> actix_web::Resource {
    web::resource(path).default_service(web::to(|request: HttpRequest| async move {
        respond_not_allowed(&request)
    }))
}

fn respond_not_allowed(request: &HttpRequest) -> HttpResponse {
    let mut answer = Problem::MethodNotAllowed.respond(request);
    let allow = actix_web::http::header::HeaderValue::from_static("POST");
    answer.headers_mut().insert(actix_web::http::header::ALLOW, allow);
    answer
}
