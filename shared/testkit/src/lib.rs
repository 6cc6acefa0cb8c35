//! What tests share: databases copied from a template, a Valkey server, a moto server, polling with a deadline. Never part of the product.
