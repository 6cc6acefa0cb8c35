//! ReDoc over the document: a page to read, from the binary, without a script in it.

use std::io::Read;

use actix_web::http::header::{AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, Encoding, HeaderValue, VARY};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use flate2::read::GzDecoder;

use crate::problem::Problem;
use crate::routes::read_only;

/// The bundle as npm has it, packed; see `assets/redoc/README.md`.
const BUNDLE: &[u8] = include_bytes!("../../assets/redoc/redoc.standalone.js.gz");

const PAGE: &str = include_str!("../../assets/redoc/index.html");
const SCRIPT: &str = include_str!("../../assets/redoc/page.js");
const STYLE: &str = include_str!("../../assets/redoc/page.css");

/// Media type of scripts (RFC 9239).
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// Serves the page and what it loads.
pub fn configure(app: &mut web::ServiceConfig) {
    let at = |path: &str, media_type: &'static str, text: &'static str| {
        let answer = move || async move { HttpResponse::Ok().content_type(media_type).body(text) };
        read_only(path, answer)
    };
    app.service(at("/api/redoc", "text/html; charset=utf-8", PAGE))
        .service(at("/api/redoc/page.js", JAVASCRIPT, SCRIPT))
        .service(at("/api/redoc/page.css", "text/css; charset=utf-8", STYLE))
        .service(read_only("/api/redoc/redoc.standalone.js", bundle));
}

async fn bundle(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let mut answer = HttpResponse::Ok();
    answer
        .content_type(JAVASCRIPT)
        .insert_header((CACHE_CONTROL, "public, max-age=86400"));
    let accepted = request.get_header::<AcceptEncoding>();
    let offers = [Encoding::gzip(), Encoding::identity()];
    let wanted = accepted.and_then(|accepted| accepted.negotiate(offers.iter()));
    if wanted == Some(Encoding::gzip()) {
        return Ok(answer
            .insert_header((CONTENT_ENCODING, "gzip"))
            .insert_header((VARY, HeaderValue::from_static("accept-encoding")))
            .body(BUNDLE));
    }
    Ok(answer.body(unpacked().map_err(Problem::internal)?))
}

/// The bundle as a browser runs it.
fn unpacked() -> std::io::Result<Vec<u8>> {
    let mut script = Vec::new();
    GzDecoder::new(BUNDLE).read_to_end(&mut script)?;
    Ok(script)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_bundle_is_the_one_that_its_readme_names() {
        let readme = include_str!("../../assets/redoc/README.md");
        let hash = hex::encode(Sha256::digest(unpacked().unwrap()));
        assert!(readme.contains(&hash), "{hash}");
    }
}
