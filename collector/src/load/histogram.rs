//! HdrHistograms beside the percentiles: any percentile can be had later, and shards can be merged.
//!
//! Microseconds from 1 to an hour, three significant digits, V2 with deflate, in base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Serializer, V2DeflateSerializer};

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
        histogram.saturating_record((sample.value() * 1000.0).round().max(1.0) as u64);
    }
    let mut bytes = Vec::new();
    (!histogram.is_empty()).then(|| V2DeflateSerializer::new().serialize(&histogram, &mut bytes).ok())??;
    Some(STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hdrhistogram::serialization::Deserializer;

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
    fn no_samples_give_no_histogram() {
        assert_eq!(encode(std::iter::empty()), None);
    }
}
