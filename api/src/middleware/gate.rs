//! The door: who asks for somebody else, or brings more than fits through, goes no further.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HOST;
use actix_web::middleware::Next;
use actix_web::{Error, web};

use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// Longest path and query together, in bytes; RFC 9110 4.1 asks servers for 8,000 at least.
pub const MAX_URI_BYTES: usize = 8_192;
/// Most bytes of all header fields together, names and values. A token is under 1 KiB and a proxy adds as much again; whoever comes
/// near this is lost or looks for a limit. The HTTP library itself reads 128 KiB and 96 fields at most.
pub const MAX_HEADER_BYTES: usize = 16_384;

/// Lets a request in that has an address, header fields and a host that this server deals with. Health probes come by address
/// and not by name, so that they may ask under any host.
///
/// # Errors
/// Only those of the handler.
pub async fn gate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match check(&request) {
        Ok(()) => next.call(request).await.map(ServiceResponse::map_into_boxed_body),
        Err(problem) => Ok(request.error_response(problem)),
    }
}

fn check(request: &ServiceRequest) -> Result<(), Problem> {
    let address = request.uri();
    if address.path_and_query().map_or(0, |text| text.as_str().len()) > MAX_URI_BYTES {
        let detail = format!("An address may have at most {MAX_URI_BYTES} bytes.");
        return Err(Problem::new(Kind::UriTooLong, detail));
    }
    let fields = request.headers().iter();
    let bytes: usize = fields
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if bytes > MAX_HEADER_BYTES {
        let detail = format!("All header fields together may have at most {MAX_HEADER_BYTES} bytes.");
        return Err(Problem::new(Kind::HeadersTooLarge, detail));
    }
    let Some(state) = request.app_data::<web::Data<AppState>>() else {
        return Ok(());
    };
    let probe = matches!(request.path(), "/health" | "/health/ready");
    if probe || state.config.edge.allowed_hosts.allow(host(request)) {
        return Ok(());
    }
    let detail = "This server does not answer under the host that was asked for.";
    Err(Problem::new(Kind::UnknownHost, detail))
}

/// The host that is asked for. A target with a host of its own counts before the field (RFC 9112 3.2.2); what a proxy forwards
/// does not count, because anybody can write it.
fn host(request: &ServiceRequest) -> &str {
    if let Some(authority) = request.uri().authority() {
        return authority.as_str();
    }
    let field = request.headers().get(HOST);
    field.and_then(|value| value.to_str().ok()).unwrap_or_default()
}
