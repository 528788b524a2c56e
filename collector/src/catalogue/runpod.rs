//! RunPod's catalogue of GPUs, the answer of `GET /v2/catalog/gpus`, into rows of today.
//!
//! Its prices are USD for an hour of one GPU, serverless ones too, which are those of workers that come and go. Who
//! asks for it is `commands::prices::fetch`.

use serde::Deserialize;

use crate::catalogue::offers::gpu_offer;
use shared::date::Date;
use shared::decimal::rounded;
use shared::store::prices::{Dated, GpuPrice, Tier};
use shared::units::UsdPerHour;

/// Where the catalogue is, below the address of the API.
pub const PATH: &str = "/v2/catalog/gpus";
const PROVIDER: &str = "runpod";
/// Their prices are 32-bit numbers: what is beyond these digits nobody wrote.
const DIGITS: i32 = 6;

/// RunPod's ids of GPUs, and the names of their files in configs/hardware. Source:
/// <https://docs.runpod.io/references/gpu-types>.
const HARDWARE: [(&str, &str); 28] = [
    ("AMD Instinct MI300X OAM", "mi300x-192gb"),
    ("NVIDIA A100 80GB PCIe", "a100-pcie-80gb"),
    ("NVIDIA A100-SXM4-40GB", "a100-sxm-40gb"),
    ("NVIDIA A100-SXM4-80GB", "a100-sxm-80gb"),
    ("NVIDIA A30", "a30-24gb"),
    ("NVIDIA A40", "a40-48gb"),
    ("NVIDIA B200", "b200-180gb"),
    ("NVIDIA B300 SXM6 AC", "b300-288gb"),
    ("NVIDIA GeForce RTX 3090", "rtx-3090"),
    ("NVIDIA GeForce RTX 4080", "rtx-4080"),
    ("NVIDIA GeForce RTX 4090", "rtx-4090"),
    ("NVIDIA GeForce RTX 5080", "rtx-5080"),
    ("NVIDIA GeForce RTX 5090", "rtx-5090"),
    ("NVIDIA H100 80GB HBM3", "h100-sxm-80gb"),
    ("NVIDIA H100 NVL", "h100-nvl-94gb"),
    ("NVIDIA H100 PCIe", "h100-pcie-80gb"),
    ("NVIDIA H200", "h200-141gb"),
    ("NVIDIA L4", "l4-24gb"),
    ("NVIDIA L40", "l40-48gb"),
    ("NVIDIA L40S", "l40s-48gb"),
    ("NVIDIA RTX 2000 Ada Generation", "rtx-2000-ada"),
    ("NVIDIA RTX 4000 Ada Generation", "rtx-4000-ada"),
    ("NVIDIA RTX 5000 Ada Generation", "rtx-5000-ada"),
    ("NVIDIA RTX 6000 Ada Generation", "rtx-6000-ada"),
    ("NVIDIA RTX A4000", "rtx-a4000"),
    ("NVIDIA RTX A4500", "rtx-a4500"),
    ("NVIDIA RTX A5000", "rtx-a5000"),
    ("NVIDIA RTX A6000", "rtx-a6000"),
];

/// The answer, as far as it is read.
#[derive(Debug, Deserialize)]
pub struct Gpus {
    gpus: Vec<GpuType>,
}

#[derive(Debug, Deserialize)]
struct GpuType {
    id: String,
    name: String,
    memory: Option<f64>,
    #[serde(default = "offered")]
    secure: bool,
    #[serde(default = "offered")]
    community: bool,
    price: Price,
}

#[derive(Debug, Deserialize)]
struct Price {
    secure: Option<f64>,
    community: Option<f64>,
    serverless: Option<f64>,
}

/// Rows of a day, and what they change.
#[derive(Debug, Default, PartialEq)]
pub struct Fetched {
    /// One row an offer: where the price is that of the row in force, from that row's first day.
    pub rows: Vec<GpuPrice>,
    /// What differs from the rows in force.
    pub changes: Vec<Change>,
    /// Offers whose price is the one of the row in force.
    pub same: usize,
    /// What to tell: GPUs without a known name, prices that are none.
    pub notes: Vec<String>,
}

/// An offer that costs something else than the rows in force say.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The offer.
    pub offer: String,
    /// What the rows in force say, each source for itself; nothing for a new offer.
    pub old: Vec<UsdPerHour>,
    /// What is asked today; nothing where it is no longer offered.
    pub new: Option<UsdPerHour>,
}

fn offered() -> bool {
    true
}

/// Reads an answer.
///
/// # Errors
/// When it is not what the API is documented to send: where it differs.
pub fn parse(text: &str) -> Result<Gpus, serde_json::Error> {
    serde_json::from_str(text)
}

/// Rows of today, beside those of the catalogue.
#[must_use]
pub fn rows(answer: &Gpus, known: &[GpuPrice], today: Date, source: &str) -> Fetched {
    let mut fetched = Fetched::default();
    let in_force: Vec<&GpuPrice> = known.iter().filter(|row| row.provider == PROVIDER && row.holds_on(today)).collect();
    for gpu in &answer.gpus {
        let hardware = HARDWARE.iter().find(|(id, _)| *id == gpu.id).map(|(_, slug)| (*slug).to_owned());
        let hardware = hardware.unwrap_or_else(|| {
            let slug = slug(&gpu.name, gpu.memory);
            fetched.notes.push(format!("`{}` is not a GPU that this build knows; it is called `{slug}` here", gpu.id));
            slug
        });
        let prices = [
            (Tier::Secure, gpu.price.secure.filter(|_| gpu.secure)),
            (Tier::Community, gpu.price.community.filter(|_| gpu.community)),
            (Tier::ServerlessFlex, gpu.price.serverless),
        ];
        // 0 is what stands where there is no such offer.
        for (tier, usd) in prices.into_iter().filter_map(|(tier, usd)| Some((tier, usd.filter(|usd| *usd != 0.0)?))) {
            if !usd.is_finite() || usd < 0.0 {
                fetched.notes.push(format!("`{}`, {tier}: {usd} is no price; left out", gpu.id));
                continue;
            }
            let price = GpuPrice {
                provider: PROVIDER.into(),
                hardware: hardware.clone(),
                tier,
                usd_per_hour: UsdPerHour::new(rounded(usd, DIGITS)),
                min_gpus: None,
                from: today,
                to: None,
                read_on: today,
                source: source.to_owned(),
                via: None,
            };
            fetched.take(price, &in_force);
        }
    }
    let read = [Tier::Secure, Tier::Community, Tier::ServerlessFlex];
    let mut gone: Vec<Change> = Vec::new();
    for row in in_force.iter().filter(|row| read.contains(&row.tier)) {
        let offer = gpu_offer(row);
        if fetched.rows.iter().any(|new| gpu_offer(new) == offer) {
            continue;
        }
        match gone.iter_mut().find(|change| change.offer == offer) {
            Some(change) => change.old.push(row.usd_per_hour),
            None => gone.push(Change { offer, old: vec![row.usd_per_hour], new: None }),
        }
    }
    fetched.changes.extend(gone);
    fetched
}

impl Fetched {
    fn take(&mut self, price: GpuPrice, in_force: &[&GpuPrice]) {
        let offer = gpu_offer(&price);
        let known: Vec<&&GpuPrice> = in_force.iter().filter(|row| gpu_offer(row) == offer).collect();
        if let Some(same) = known.iter().find(|row| row.usd_per_hour == price.usd_per_hour) {
            self.same += 1;
            self.rows.push(GpuPrice { from: same.from, ..price });
            return;
        }
        let old = known.iter().map(|row| row.usd_per_hour).collect();
        self.changes.push(Change { offer, old, new: Some(price.usd_per_hour) });
        self.rows.push(price);
    }
}

/// `rtx-pro-6000`, or with memory where the name says none: `mi325x-256gb`. RTX cards have one size of memory each.
fn slug(name: &str, memory_gb: Option<f64>) -> String {
    let words: Vec<String> = name
        .to_lowercase()
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "nvidia" && *word != "geforce")
        .map(str::to_owned)
        .collect();
    let name = words.join("-");
    match memory_gb {
        Some(gb) if !name.starts_with("rtx") && !name.ends_with("gb") => format!("{name}-{gb}gb"),
        _ => name,
    }
}

#[cfg(test)]
#[path = "runpod_tests.rs"]
mod tests;
