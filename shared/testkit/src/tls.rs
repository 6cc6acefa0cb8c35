//! TLS for the HTTP clients of tests.

/// Lets every client of this process use ring, as the product does: the HTTP library is built without a choice of its own.
pub(crate) fn choose() {
    // An error says that it was chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
