//! Object storage, embeddings and telemetry: one small trait each and its real implementations.
