//! Finishes the built page in place: the default answer as static html, everything the first paint needs in one file, a
//! content security policy for hosts that send none, and the program that keeps the page for visits without a network.
//!
//! Reads no results and draws nothing for other assumptions than the default ones.

pub mod answer;
pub mod compressed;
pub mod document;
pub mod service_worker;
