//! Smaller answers for clients that can unpack them, and all answers in portions.

use actix_http::ContentEncoding;
use actix_http::encoding::Encoder;
use actix_web::body::{BodySize, BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    AcceptEncoding, CONTENT_ENCODING, CONTENT_TYPE, Encoding, HeaderMap, HeaderValue, VARY,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};

use super::portion::Portions;

/// Smallest answer that is packed, in bytes: what fits into one segment of TCP with its header is not sent sooner for being smaller.
pub const LEAST_BYTES: u64 = 1_200;

/// Longest answer for brotli, in bytes: beyond, its library takes 9 MB of memory and up to a hundred times gzip's processor time for
/// each answer, which anybody could ask for.
pub const MOST_BYTES_FOR_BROTLI: u64 = 8_192;

/// The answer as it leaves.
pub type Leaving = Portions<EitherBody<Encoder<BoxBody>, BoxBody>>;

/// Packs text of some length, where the client takes brotli or gzip. Files that people upload go as they are: most are packed already.
///
/// # Errors
/// Only those of the handler.
pub async fn compress(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<Leaving>, Error> {
    let packed = pack(request, next).await?;
    Ok(packed.map_body(|_, body| Portions::of(body)))
}

async fn pack(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<Encoder<BoxBody>, BoxBody>>, Error> {
    let accepted = request.get_header::<AcceptEncoding>();
    let mut response = next.call(request).await?.map_into_boxed_body();
    let Some(bytes) = worth_packing(response.headers(), response.response().body().size()) else {
        return Ok(response.map_into_right_body());
    };
    let encoding = accepted.map_or(ContentEncoding::Identity, |accepted| choose(&accepted, bytes));
    if encoding == ContentEncoding::Identity {
        let varies = HeaderValue::from_static("accept-encoding");
        response.headers_mut().append(VARY, varies);
        return Ok(response.map_into_right_body());
    }
    // The encoder names the field itself.
    Ok(response.map_body(|head, body| EitherBody::left(Encoder::response(encoding, head, body))))
}

/// What the client likes best of what the answer's length allows; brotli where it likes all the same. See `docs/EDGE.md` for what
/// either costs.
fn choose(accepted: &AcceptEncoding, bytes: u64) -> ContentEncoding {
    let mut offers = vec![Encoding::gzip(), Encoding::identity()];
    if bytes <= MOST_BYTES_FOR_BROTLI {
        offers.insert(1, Encoding::brotli());
    }
    match accepted.negotiate(offers.iter()) {
        Some(Encoding::Known(encoding)) => encoding,
        _ => ContentEncoding::Identity,
    }
}

/// The length in bytes of an answer that packing makes quicker.
fn worth_packing(headers: &HeaderMap, size: BodySize) -> Option<u64> {
    let BodySize::Sized(bytes) = size else {
        return None;
    };
    let fits = bytes >= LEAST_BYTES && !headers.contains_key(CONTENT_ENCODING);
    (fits && is_text(headers.get(CONTENT_TYPE))).then_some(bytes)
}

fn is_text(content_type: Option<&HeaderValue>) -> bool {
    let text = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    // Of texts only those that we write: an uploaded one stays as it is.
    matches!(
        essence,
        "application/json"
            | "application/problem+json"
            | "text/html"
            | "text/css"
            | "text/javascript"
            | "application/javascript"
            | "image/svg+xml"
    )
}
