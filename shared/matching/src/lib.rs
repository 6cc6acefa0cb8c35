//! Parsed resume against job to a score with evidence; rank fusion. Pure.
