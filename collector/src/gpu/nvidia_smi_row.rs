//! One line of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`: one GPU at one moment.
//!
//! A field that the GPU does not have says `[N/A]` or `[Not Supported]` and is absent here.

/// What is asked for, in this order.
pub const QUERY: &str = "index,name,driver_version,power.draw,power.limit,clocks.sm,clocks.mem,clocks.max.sm,\
                         memory.used,memory.total,utilization.gpu,temperature.gpu";

/// One GPU at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NvidiaSmiRow {
    /// Its index.
    pub index: u32,
    /// Its name.
    pub name: String,
    /// Driver version.
    pub driver: Option<String>,
    /// Power in watts.
    pub power_w: Option<f64>,
    /// Power limit in watts.
    pub power_limit_w: Option<f64>,
    /// Streaming-multiprocessor clock in MHz.
    pub sm_clock_mhz: Option<f64>,
    /// Memory clock in MHz.
    pub memory_clock_mhz: Option<f64>,
    /// Highest streaming-multiprocessor clock in MHz.
    pub max_sm_clock_mhz: Option<f64>,
    /// Memory in use in MiB.
    pub memory_used_mib: Option<f64>,
    /// Memory in MiB.
    pub memory_total_mib: Option<f64>,
    /// Busy share in percent.
    pub utilization_percent: Option<f64>,
    /// Temperature in degrees Celsius.
    pub temperature_c: Option<f64>,
}

impl NvidiaSmiRow {
    /// Reads a line. `None` for anything but a line of twelve fields that begins with an index.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let [index, name, driver, power, limit, sm, memory, max_sm, used, total, utilization, temperature] =
            fields.as_slice()
        else {
            return None;
        };
        let number = |field: &str| field.parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0);
        Some(Self {
            index: index.parse().ok()?,
            name: (*name).to_owned(),
            driver: (!driver.is_empty() && !driver.starts_with('[')).then(|| (*driver).to_owned()),
            power_w: number(power),
            power_limit_w: number(limit),
            sm_clock_mhz: number(sm),
            memory_clock_mhz: number(memory),
            max_sm_clock_mhz: number(max_sm),
            memory_used_mib: number(used),
            memory_total_mib: number(total),
            utilization_percent: number(utilization),
            temperature_c: number(temperature),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_gpu() {
        let row =
            NvidiaSmiRow::parse("0, NVIDIA H200, 570.86.15, 312.41, 700.00, 1980, 3201, 1980, 131072, 143771, 97, 48");
        let row = row.unwrap();
        assert_eq!((row.index, row.name.as_str(), row.driver.as_deref()), (0, "NVIDIA H200", Some("570.86.15")));
        assert_eq!((row.power_w, row.power_limit_w, row.sm_clock_mhz), (Some(312.41), Some(700.0), Some(1980.0)));
        assert_eq!((row.memory_used_mib, row.memory_total_mib), (Some(131_072.0), Some(143_771.0)));
        assert_eq!((row.utilization_percent, row.temperature_c), (Some(97.0), Some(48.0)));
    }

    #[test]
    fn what_a_gpu_does_not_have_is_absent() {
        let row = NvidiaSmiRow::parse(
            "3, NVIDIA GeForce GTX 750, 550.54, [N/A], [Not Supported], 1020, [Unknown Error], N/A, 12, 2048, [N/A], 41",
        );
        let row = row.unwrap();
        assert_eq!((row.index, row.power_w, row.power_limit_w, row.memory_clock_mhz), (3, None, None, None));
        assert_eq!((row.max_sm_clock_mhz, row.utilization_percent, row.sm_clock_mhz), (None, None, Some(1020.0)));
    }

    #[test]
    fn anything_else_is_no_gpu() {
        for line in [
            "",
            "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
            "x, NVIDIA, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
            "0, NVIDIA, 1, 2, 3, 4, 5, 6, 7, 8, 9",
            "0, NVIDIA, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11",
        ] {
            assert_eq!(NvidiaSmiRow::parse(line), None, "{line}");
        }
    }
}
