//! The GPU telemetry of a level from its lines: mean, minimum and maximum of each figure, and energy. Pure.

use std::collections::BTreeMap;

use shared::measure::observations::{Gauge, Gpu, GpuTelemetry};
use shared::units::Seconds;

use crate::gpu::nvidia_smi_row::NvidiaSmiRow;

/// Fewer samples than one in so many seconds say too little about the time between for an energy.
const SECONDS_PER_SAMPLE: f64 = 2.0;

/// The telemetry of a level. `None` without a line.
///
/// Where the machine has more GPUs than the server uses, those with the most memory in use count.
#[must_use]
pub fn telemetry(rows: &[NvidiaSmiRow], gpus_used: u32, lasted: Seconds, output_tokens: u64) -> Option<GpuTelemetry> {
    let mut by_index: BTreeMap<u32, Vec<&NvidiaSmiRow>> = BTreeMap::new();
    for row in rows {
        by_index.entry(row.index).or_default().push(row);
    }
    let mut gpus: Vec<(usize, Gpu)> =
        by_index.into_values().filter_map(|rows| Some((rows.len(), gpu(&rows)?))).collect();
    gpus.sort_by(|(_, a), (_, b)| memory(b).total_cmp(&memory(a)));
    gpus.truncate(gpus_used.max(1) as usize);
    gpus.sort_by_key(|(_, gpu)| gpu.index);
    let samples = gpus.iter().map(|(samples, _)| *samples).min()?;
    let enough = samples as f64 * SECONDS_PER_SAMPLE >= lasted.value();
    let gpus: Vec<Gpu> = gpus.into_iter().map(|(_, gpu)| gpu).collect();
    let powers: Option<Vec<f64>> = gpus.iter().map(|gpu| Some(gpu.power_w?.mean)).collect();
    let energy_j = powers.filter(|_| enough).map(|powers| powers.iter().sum::<f64>() * lasted.value());
    Some(GpuTelemetry {
        source: "nvidia-smi".to_owned(),
        samples: u32::try_from(samples).unwrap_or(u32::MAX),
        gpus,
        energy_j,
        joules_per_output_token: energy_j.filter(|_| output_tokens > 0).map(|joules| joules / output_tokens as f64),
    })
}

fn memory(gpu: &Gpu) -> f64 {
    gpu.memory_used_mib.map_or(0.0, |used| used.mean)
}

/// One GPU from its lines.
fn gpu(rows: &[&NvidiaSmiRow]) -> Option<Gpu> {
    let last = rows.last()?;
    let over = |figure: fn(&NvidiaSmiRow) -> Option<f64>| Gauge::over(rows.iter().filter_map(|row| figure(row)));
    Some(Gpu {
        index: last.index,
        name: last.name.clone(),
        driver: last.driver.clone(),
        power_w: over(|row| row.power_w),
        power_limit_w: last.power_limit_w,
        sm_clock_mhz: over(|row| row.sm_clock_mhz),
        memory_clock_mhz: over(|row| row.memory_clock_mhz),
        max_sm_clock_mhz: last.max_sm_clock_mhz,
        memory_used_mib: over(|row| row.memory_used_mib),
        memory_total_mib: last.memory_total_mib,
        utilization_percent: over(|row| row.utilization_percent),
        temperature_c: over(|row| row.temperature_c),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(index: u32, power: f64, used: f64) -> NvidiaSmiRow {
        NvidiaSmiRow {
            index,
            name: "NVIDIA H200".into(),
            power_w: Some(power),
            memory_used_mib: Some(used),
            sm_clock_mhz: Some(1500.0),
            ..NvidiaSmiRow::default()
        }
    }

    fn seen(rows: &[NvidiaSmiRow], gpus: u32, seconds: f64, tokens: u64) -> GpuTelemetry {
        telemetry(rows, gpus, Seconds::new(seconds), tokens).unwrap()
    }

    #[test]
    fn energy_is_mean_power_times_time() {
        let seen = seen(&[row(0, 200.0, 9.0), row(0, 400.0, 9.0), row(0, 300.0, 9.0)], 1, 5.0, 750);
        assert_eq!((seen.samples, seen.energy_j, seen.joules_per_output_token), (3, Some(1500.0), Some(2.0)));
        assert_eq!(seen.gpus[0].power_w, Some(Gauge { mean: 300.0, min: 200.0, max: 400.0 }));
        assert_eq!((seen.gpus[0].temperature_c, seen.gpus[0].power_limit_w), (None, None));
    }

    #[test]
    fn the_gpus_that_are_used_are_those_that_count() {
        let rows =
            [row(0, 70.0, 4.0), row(1, 300.0, 90.0), row(2, 320.0, 91.0), row(0, 70.0, 4.0), row(1, 300.0, 90.0)];
        let two = seen(&rows, 2, 2.0, 10);
        assert_eq!(two.gpus.iter().map(|gpu| gpu.index).collect::<Vec<_>>(), [1, 2]);
        assert_eq!((two.samples, two.energy_j), (1, Some(1240.0)));
        assert_eq!(seen(&rows, 8, 2.0, 10).gpus.len(), 3);
    }

    #[test]
    fn too_little_makes_no_energy() {
        assert_eq!(telemetry(&[], 1, Seconds::new(1.0), 1), None);
        assert_eq!(seen(&[row(0, 200.0, 9.0)], 1, 10.0, 5).energy_j, None);
        assert_eq!(seen(&[row(0, 200.0, 9.0)], 1, 1.0, 0).joules_per_output_token, None);
        let powerless = NvidiaSmiRow { power_w: None, ..row(0, 0.0, 9.0) };
        assert_eq!(seen(&[powerless.clone(), row(1, 200.0, 9.0)], 2, 1.0, 5).energy_j, None);
    }
}
