//! Published throughput records as cases that the estimator predicts: what its constants are fitted to and tested with.

pub mod record_case;
