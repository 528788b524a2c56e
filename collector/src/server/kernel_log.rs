//! The kernel that ran the quantized layers, read from vLLM's log: flags say only what was requested.

use shared::store::provenance::Warning;

/// The kernel named by the log's last line of that kind, such as `MarlinLinearKernel`.
#[must_use]
pub fn kernel(log: &str) -> Option<String> {
    log.lines().rev().find_map(|line| {
        if line.contains("Falling back to unoptimized AWQ kernels") {
            return Some("unoptimized AWQ kernels".to_owned());
        }
        let (_, after) = line.split_once("Using ")?;
        let name = after.split_whitespace().next()?;
        name.ends_with("LinearKernel").then(|| name.to_owned())
    })
}

/// An AWQ run is meant to run Marlin, or Machete where vLLM prefers that; anything else is flagged.
#[must_use]
pub fn doubt(quantization: &str, kernel: Option<&str>) -> Option<Warning> {
    let fast = kernel.is_some_and(|kernel| kernel.contains("Marlin") || kernel.contains("Machete"));
    (quantization.contains("awq") && !fast).then(|| Warning::KernelNotUsed {
        wanted: "Marlin".into(),
        ran: kernel.unwrap_or("the server's log names no kernel").into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_kernel_line() {
        let log = "INFO 11-22 Initializing a V1 LLM engine\n\
                   INFO 11-22 [auto_awq.py:10] Using MarlinLinearKernel for AutoAWQMarlinLinearMethod\nINFO ready\n";
        assert_eq!(kernel(log).as_deref(), Some("MarlinLinearKernel"));
        assert_eq!(kernel("Using FlashAttention backend"), None);
        let fallback = "WARNING Layer 'x' is not supported by AutoAWQMarlin. Falling back to unoptimized AWQ kernels.";
        assert_eq!(kernel(fallback).as_deref(), Some("unoptimized AWQ kernels"));
    }

    #[test]
    fn only_awq_without_a_fast_kernel_is_doubted() {
        assert_eq!(doubt("bf16", None), None);
        assert_eq!(doubt("awq-int4", Some("MarlinLinearKernel")), None);
        assert_eq!(doubt("awq-int4", Some("MacheteLinearKernel")), None);
        assert!(doubt("awq-int4", None).is_some() && doubt("awq", Some("unoptimized AWQ kernels")).is_some());
    }
}
