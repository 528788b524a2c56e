//! HdrHistograms beside the stored percentiles, so that other percentiles can be computed and shards merged later.
//!
//! Microseconds from 1 to an hour, three significant digits, V2 with deflate, in base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};

use shared::measure::record::RequestRecord;
use shared::measure::summary::Level;
use shared::units::Millis;

/// An hour; anything longer is recorded as an hour.
const LONGEST_US: u64 = 3_600 * 1_000_000;

/// Fills the histograms of a level from the records it was summarised from. Failed requests are left out there too.
pub fn fill(level: &mut Level, records: &[RequestRecord]) {
    let done = || records.iter().filter(|record| record.completed());
    level.ttft_ms.hdr_us_base64 = encode(done().filter_map(RequestRecord::ttft));
    level.tpot_ms.hdr_us_base64 = encode(done().filter_map(RequestRecord::tpot));
    level.itl_ms.hdr_us_base64 = encode(done().flat_map(RequestRecord::inter_token_latencies));
    level.e2el_ms.hdr_us_base64 = encode(done().filter_map(RequestRecord::e2el));
}

/// `None` for no samples.
fn encode(samples: impl Iterator<Item = Millis>) -> Option<String> {
    let mut histogram = Histogram::<u64>::new_with_bounds(1, LONGEST_US, 3).ok()?;
    for sample in samples {
        histogram.saturating_record(micros(sample));
    }
    text(&histogram)
}

fn micros(time: Millis) -> u64 {
    (time.value() * 1000.0).round().max(1.0) as u64
}

fn text(histogram: &Histogram<u64>) -> Option<String> {
    let mut bytes = Vec::new();
    (!histogram.is_empty()).then(|| V2DeflateSerializer::new().serialize(histogram, &mut bytes).ok())??;
    Some(STANDARD.encode(bytes))
}

/// Several stored histograms as one. A time read from it is right to 0.1 % or half a microsecond.
#[derive(Debug, Clone)]
pub struct Merged(Histogram<u64>);

impl Merged {
    /// Adds up histograms. `None` for none, or when a text is no histogram.
    #[must_use]
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut all: Option<Histogram<u64>> = None;
        for text in texts {
            let bytes = STANDARD.decode(text).ok()?;
            let next: Histogram<u64> = Deserializer::new().deserialize(&mut bytes.as_slice()).ok()?;
            match &mut all {
                Some(all) => all.add(next).ok()?,
                None => all = Some(next),
            }
        }
        all.map(Self)
    }

    /// The same text as that of a single histogram of all samples.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        text(&self.0)
    }

    /// Samples.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// Samples of at most this time.
    #[must_use]
    pub fn at_most(&self, time: Millis) -> u64 {
        self.0.count_between(0, micros(time).min(LONGEST_US))
    }

    /// The `q` quantile by linear interpolation between closest ranks, as everywhere. `None` for no samples.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<Millis> {
        let rank = q * self.0.len().checked_sub(1)? as f64;
        let (below, above) = (self.at_rank(rank.floor() as u64)?, self.at_rank(rank.ceil() as u64)?);
        Some(Millis::new((below + (above - below) * rank.fract()) / 1000.0))
    }

    /// The middle of the bucket that holds the sample of this rank, counted from 0, in microseconds.
    fn at_rank(&self, rank: u64) -> Option<f64> {
        let mut passed = 0;
        for bucket in self.0.iter_recorded() {
            passed += bucket.count_at_value();
            if passed > rank {
                let (low, high) = (
                    self.0.lowest_equivalent(bucket.value_iterated_to()),
                    self.0.highest_equivalent(bucket.value_iterated_to()),
                );
                return Some((low + high) as f64 / 2.0);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_can_be_read_back() {
        let text = encode((1..=1000).map(|ms| Millis::new(f64::from(ms)))).unwrap();
        let bytes = STANDARD.decode(text).unwrap();
        let back: Histogram<u64> = Deserializer::new().deserialize(&mut bytes.as_slice()).unwrap();
        assert_eq!(back.len(), 1000);
        let median = back.value_at_quantile(0.5);
        assert!((499_000..=501_000).contains(&median), "{median}");
    }

    #[test]
    fn histograms_add_up_to_that_of_all_samples() {
        let times = |from: u32, to: u32| (from..to).map(|n| Millis::new(f64::from(n) * 0.37));
        let parts = [encode(times(1, 4000)).unwrap(), encode(times(4000, 9001)).unwrap()];
        let merged = Merged::of(parts.iter().map(String::as_str)).unwrap();
        assert_eq!(merged.text(), encode(times(1, 9001)));
        assert_eq!((merged.count(), merged.at_most(Millis::new(370.0))), (9000, 1000));
        for q in [0.0, 0.5, 0.9, 0.99, 1.0] {
            let exact = (1.0 + q * 8999.0) * 0.37;
            let found = merged.quantile(q).unwrap().value();
            assert!((found - exact).abs() <= exact * 0.001 + 0.0005, "{q}: {found} {exact}");
        }
        assert!(Merged::of(["not base64!"]).is_none() && Merged::of([]).is_none());
    }

    #[test]
    fn no_samples_give_no_histogram() {
        assert_eq!(encode(std::iter::empty()), None);
    }
}
