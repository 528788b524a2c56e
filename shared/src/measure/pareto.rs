//! The Pareto front of points that are good in two ways at once: those that no other point beats.

/// Positions of the points that no other beats, by rising first value.
///
/// A point beats another that is at least as high in both values and higher in one (both are to be high). Of equal points
/// the first stands for all; a point with a value that is not a number is on no front.
///
/// ```
/// use shared::measure::pareto::front;
/// assert_eq!(front(&[(1.0, 9.0), (2.0, 5.0), (1.5, 4.0), (3.0, 1.0)]), [0, 1, 3]);
/// ```
#[must_use]
pub fn front(points: &[(f64, f64)]) -> Vec<usize> {
    let is_number = |point: &(f64, f64)| point.0.is_finite() && point.1.is_finite();
    let beats = |one: &(f64, f64), two: &(f64, f64)| one.0 >= two.0 && one.1 >= two.1 && one != two;
    let unbeaten = |at: &usize| {
        let here = &points[*at];
        let earlier = points[..*at].iter().any(|other| other == here);
        is_number(here) && !earlier && !points.iter().any(|other| is_number(other) && beats(other, here))
    };
    let mut found: Vec<usize> = (0..points.len()).filter(unbeaten).collect();
    found.sort_by(|a, b| points[*a].0.total_cmp(&points[*b].0));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_points_stand_once_and_no_number_stands_not_at_all() {
        assert_eq!(front(&[(1.0, 1.0), (1.0, 1.0), (f64::NAN, 9.0)]), [0]);
        assert!(front(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn the_front_falls_and_beats_all_that_is_not_on_it(
            points in prop::collection::vec((0.0..9.0f64, 0.0..9.0f64), 1..20)
        ) {
            let found = front(&points);
            prop_assert!(!found.is_empty());
            for pair in found.windows(2) {
                prop_assert!(points[pair[0]].0 < points[pair[1]].0 && points[pair[0]].1 > points[pair[1]].1);
            }
            for (at, point) in points.iter().enumerate().filter(|(at, _)| !found.contains(at)) {
                let beaten = found.iter().any(|on| points[*on].0 >= point.0 && points[*on].1 >= point.1);
                prop_assert!(beaten, "{at} is beaten by none");
            }
        }
    }
}
