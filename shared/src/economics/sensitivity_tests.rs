//! The tornado: which bars there are, that they point the right way, and that the widest comes first.

use super::*;
use crate::economics::hosting::{Extras, Hosting};
use crate::economics::made_up::{bought, plain, published};
use crate::economics::serverless::Serverless;

fn bar(bars: &[Bar], parameter: Parameter) -> Bar {
    *bars.iter().find(|bar| bar.parameter == parameter).unwrap_or_else(|| panic!("no bar for {parameter:?}"))
}

#[test]
fn what_costs_more_saves_less() {
    let bars = tornado(&published(), &plain(2.5, 10.0), Outcome::Saving, 0.2).unwrap();
    let falls = |parameter| matches!(bar(&bars, parameter).outcomes, (Some(low), Some(high)) if low > high);
    let rises = |parameter| matches!(bar(&bars, parameter).outcomes, (Some(low), Some(high)) if low < high);
    assert!(
        falls(Parameter::HostingPrice)
            && rises(Parameter::ApiInput)
            && rises(Parameter::ApiOutput)
            && rises(Parameter::Demand)
    );
    assert!(bars.windows(2).all(|pair| pair[0].swing() >= pair[1].swing()));
    // A pod has no years, and the measured mix needs no weights.
    assert!(
        bars.iter()
            .all(|bar| !matches!(bar.parameter, Parameter::Years | Parameter::OutputWeight | Parameter::ColdStart))
    );
}

#[test]
fn a_pod_that_is_far_from_full_does_not_depend_on_its_throughput() {
    let bars = tornado(&published(), &plain(2.5, 10.0), Outcome::Saving, 0.2).unwrap();
    assert_eq!(bar(&bars, Parameter::Throughput).swing(), 0.0);
    let bars = tornado(&published(), &plain(0.05, 0.08), Outcome::BreakEven, 0.5).unwrap();
    // At half the throughput it never breaks even: a swing without end.
    let throughput = bar(&bars, Parameter::Throughput);
    assert_eq!((throughput.outcomes.0, throughput.swing()), (None, f64::INFINITY));
}

#[test]
fn every_input_of_every_hosting_has_its_bar() {
    let mut case = published();
    case.mix.input = 500.0;
    case.demand.requests_per_day = 300_000.0;
    case.terms.fleet.headroom = Fraction::new(0.7).unwrap();
    case.demand.shape = Shape::PeakToMean(3.0);
    case.api_use.reasoning = 1.0;
    case.terms.extras = Extras {
        storage_gb: 50.0,
        storage_usd_per_gb_month: 0.1,
        egress_kb_per_request: 2.0,
        egress_usd_per_gb: 0.05,
        operations_per_month: 500.0,
        ..Extras::default()
    };
    let workers = Serverless { usd_per_second: 0.0002, active: None, cold_start_s: 8.0, idle_timeout_s: 5.0 };
    let mut seen = Vec::new();
    for hosting in [case.terms.hosting.clone(), Hosting::Bought(bought()), Hosting::Serverless(workers)] {
        case.terms.hosting = hosting;
        let bars = tornado(&case, &plain(0.15, 0.60), Outcome::Saving, 0.2).unwrap();
        assert!(bars.iter().all(|bar| bar.ends.0 < bar.ends.1 && bar.swing().is_finite()), "{bars:?}");
        seen.extend(bars.into_iter().filter(|bar| bar.swing() > 0.0).map(|bar| bar.parameter));
    }
    // Without reservation, spot, a cache or a batch API these have nothing to turn.
    let absent = [Parameter::ReservedDiscount, Parameter::SpotRedo, Parameter::ApiCached, Parameter::ApiBatch];
    for parameter in Parameter::ALL {
        assert_eq!(seen.contains(&parameter), !absent.contains(&parameter), "{parameter:?}");
    }
}

#[test]
fn turning_by_nothing_or_by_everything_is_refused() {
    for by in [0.0, 1.0, -0.2, f64::NAN] {
        assert_eq!(tornado(&published(), &plain(1.0, 1.0), Outcome::Bill, by).unwrap_err().field, "by");
    }
}
