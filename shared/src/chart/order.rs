//! The order of a few values, lowest first.
//!
//! The library's sort is made for many values; charts have some dozens, and its code would be 1 % of the page.

/// Positions of the values, lowest value first; equal values keep their order.
#[must_use]
pub fn ascending(values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(values.len());
    for (position, value) in values.iter().enumerate() {
        let place = order.iter().rposition(|&other| values[other].total_cmp(value).is_le()).map_or(0, |last| last + 1);
        order.insert(place, position);
    }
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
