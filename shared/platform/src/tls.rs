//! How this house's HTTP clients speak TLS.

use std::sync::Arc;

/// By ring, with the system's certificates.
///
/// # Errors
/// When the library knows no version of the protocol that ring speaks, which would be a defect of the build.
pub(crate) fn client_config() -> Result<rustls::ClientConfig, rustls::Error> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
