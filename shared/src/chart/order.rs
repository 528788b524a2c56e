//! The order of a few values, lowest first. One sort for all lists of a chart keeps the page small.

/// Positions of the values, lowest value first; equal values keep their order.
#[must_use]
pub fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&one, &two| values[one].total_cmp(&values[two]));
    order
}

#[cfg(test)]
mod tests {
    use super::ascending;

    #[test]
    fn lowest_first_and_equals_in_place() {
        assert_eq!(ascending(&[3.0, 1.0, 3.0, -2.0]), [3, 1, 0, 2]);
        assert!(ascending(&[]).is_empty());
    }
}
