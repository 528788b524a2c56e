//! Finishes the built page in place: the answer to the default assumptions as static HTML, the style in the same file, a
//! content security policy for hosts that send none, and the service worker for visits without a network.
//!
//! Reads no results, and prerenders no other assumptions than the default ones.

pub mod answer;
pub mod compressed;
pub mod document;
pub mod service_worker;
