//! A file of `configs/prices`: dated rows of prices.
//!
//! What their rows say about one another is `offers`' business.

use serde::{Deserialize, Serialize};

use shared::store::prices::{ApiPrice, ElectricityPrice, GpuPrice, StoragePrice};

/// Rows of prices.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceFile {
    /// API prices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub api: Vec<ApiPrice>,
    /// GPU prices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gpu: Vec<GpuPrice>,
    /// Electricity prices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub electricity: Vec<ElectricityPrice>,
    /// Storage prices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storage: Vec<StoragePrice>,
}

impl PriceFile {
    /// Takes in the rows of another file.
    pub fn extend(&mut self, other: Self) {
        self.api.extend(other.api);
        self.gpu.extend(other.gpu);
        self.electricity.extend(other.electricity);
        self.storage.extend(other.storage);
    }

    /// The rows as a file of `configs/prices` has them.
    ///
    /// # Errors
    /// When a row cannot be written as TOML.
    pub fn to_toml(&self) -> anyhow::Result<String> {
        Ok(toml::to_string(self)?)
    }
}
