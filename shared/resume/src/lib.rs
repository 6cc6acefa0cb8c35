//! Bytes of a resume to visible text with layout, and on to a parsed resume with offsets. Pure, no async.
