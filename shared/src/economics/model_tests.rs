//! The whole model.
