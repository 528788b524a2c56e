//! Flags, files and prices resolved once into plain inputs: of the cost model, of memory, of sizing and of deciding.

pub mod api_offers;
pub mod capacity_query;
pub mod cost_case;
pub mod decision;
pub mod demand;
pub mod deployment;
pub mod hosting;
pub mod input_error;
pub mod memory;
pub mod permalink;
pub mod replica;
