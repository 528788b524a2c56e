//! The fit: constants that explain published throughput best, without straying far from what the literature has.
//!
//! Least squares on the logarithm of predicted over measured. Errors beyond 10 % count less than by their square, so a
//! few odd records decide nothing; and a source of hundred records counts less than hundred sources of one.

use std::collections::BTreeMap;

use anyhow::ensure;
use collector::calibration::record_case::RecordCase;
use levenberg_marquardt::{LeastSquaresProblem, LevenbergMarquardt};
use nalgebra::{DMatrix, DVector, Dyn, VecStorage};
use shared::store::constants::{COUNT, Constants, PRIORS};

/// From this error on, an error counts by its size and no longer by its square.
const ROBUST: f64 = 0.1;
/// A source of n records weighs `n^(1 - 2 x this)` of one record.
const EVENING: f64 = 0.25;
/// Step of the numerical derivative, in the logarithm.
const STEP: f64 = 1e-3;

/// Constants fitted to these cases, beginning at others.
///
/// # Errors
/// When the solver stops before it has converged.
pub fn fit(cases: &[&RecordCase], from: &Constants) -> anyhow::Result<Constants> {
    let mut counts: BTreeMap<&str, f64> = BTreeMap::new();
    for case in cases {
        *counts.entry(&case.record.source).or_default() += 1.0;
    }
    let mut weights: Vec<f64> = cases.iter().map(|case| counts[case.record.source.as_str()].powf(-EVENING)).collect();
    let mean = weights.iter().sum::<f64>() / weights.len() as f64;
    weights.iter_mut().for_each(|weight| *weight /= mean);
    let logs = DVector::from_iterator(COUNT, from.to_array().map(f64::ln));
    let problem = Problem { cases, weights, logs };
    let solver = LevenbergMarquardt::new().with_ftol(1e-6).with_xtol(1e-5).with_patience(12);
    let (problem, report) = solver.minimize(problem);
    ensure!(report.termination.was_successful(), "the fit to {} records did not converge: {report:?}", cases.len());
    Ok(problem.constants())
}

struct Problem<'a> {
    cases: &'a [&'a RecordCase<'a>],
    weights: Vec<f64>,
    logs: DVector<f64>,
}

impl Problem<'_> {
    fn constants(&self) -> Constants {
        constants(&self.logs)
    }

    /// The error of each case, and how far each constant has strayed.
    fn errors(&self, logs: &DVector<f64>) -> Vec<f64> {
        let constants = constants(logs);
        let of_cases = self.cases.iter().zip(&self.weights).map(|(case, weight)| {
            let error = (case.predicted(&constants).expect("every case has its GPU's rates") / case.measured).ln();
            weight * robust(error)
        });
        let strayed = PRIORS.iter().zip(logs.iter()).map(|(prior, log)| (log - prior.value.ln()) / prior.spread);
        of_cases.chain(strayed).collect()
    }
}

fn constants(logs: &DVector<f64>) -> Constants {
    let mut values = [0.0; COUNT];
    values.iter_mut().zip(logs.iter()).for_each(|(value, log)| *value = log.exp());
    Constants::from_array(values)
}

/// The root of the pseudo-Huber loss, with the error's sign.
fn robust(error: f64) -> f64 {
    let scaled = error / ROBUST;
    error.signum() * (2.0 * ((1.0 + scaled * scaled).sqrt() - 1.0)).sqrt()
}

impl LeastSquaresProblem<f64, Dyn, Dyn> for Problem<'_> {
    type ResidualStorage = VecStorage<f64, Dyn, nalgebra::U1>;
    type JacobianStorage = VecStorage<f64, Dyn, Dyn>;
    type ParameterStorage = VecStorage<f64, Dyn, nalgebra::U1>;

    fn set_params(&mut self, logs: &DVector<f64>) {
        self.logs.copy_from(logs);
    }

    fn params(&self) -> DVector<f64> {
        self.logs.clone()
    }

    fn residuals(&self) -> Option<DVector<f64>> {
        Some(DVector::from_vec(self.errors(&self.logs)))
    }

    fn jacobian(&self) -> Option<DMatrix<f64>> {
        let here = self.errors(&self.logs);
        let mut jacobian = DMatrix::zeros(here.len(), COUNT);
        for column in 0..COUNT {
            let mut moved = self.logs.clone();
            moved[column] += STEP;
            for (row, (there, here)) in self.errors(&moved).into_iter().zip(&here).enumerate() {
                jacobian[(row, column)] = (there - here) / STEP;
            }
        }
        Some(jacobian)
    }
}
