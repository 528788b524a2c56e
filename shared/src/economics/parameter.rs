//! The inputs of the model that can be varied on their own.

/// An input that can be turned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// Price of one replica on demand, or of a serverless second, or of a machine.
    HostingPrice,
    /// Requests a second that one replica serves.
    Throughput,
    /// Requests a day.
    Demand,
    /// The busiest hour over the mean.
    PeakToMean,
    /// Prompt tokens a request.
    InputTokens,
    /// Output tokens a request.
    OutputTokens,
    /// rho.
    OutputWeight,
    /// theta.
    Headroom,
    /// What is paid every month beside replicas: operations, an engineer, what is paid once.
    FixedCosts,
    /// Price of stored data.
    Storage,
    /// Price of what is sent out.
    Egress,
    /// What a reservation takes off.
    ReservedDiscount,
    /// Work that a spot replica does twice.
    SpotRedo,
    /// Seconds a serverless worker needs to start.
    ColdStart,
    /// Seconds a serverless worker waits.
    IdleTimeout,
    /// Years a bought machine is used.
    Years,
    /// What its capital costs.
    Interest,
    /// What it is sold for.
    Residual,
    /// Price of electricity.
    Electricity,
    /// Room and connection of a bought machine.
    Colocation,
    /// The API's price of input.
    ApiInput,
    /// The API's price of output.
    ApiOutput,
    /// Share of the input that the API's cache holds.
    ApiCached,
    /// Share of the requests that go through the batch API.
    ApiBatch,
    /// Reasoning tokens for each output token.
    ApiReasoning,
}

impl Parameter {
    /// Every input, in the order of the model.
    pub const ALL: [Self; 25] = [
        Self::HostingPrice,
        Self::Throughput,
        Self::Demand,
        Self::PeakToMean,
        Self::InputTokens,
        Self::OutputTokens,
        Self::OutputWeight,
        Self::Headroom,
        Self::FixedCosts,
        Self::Storage,
        Self::Egress,
        Self::ReservedDiscount,
        Self::SpotRedo,
        Self::ColdStart,
        Self::IdleTimeout,
        Self::Years,
        Self::Interest,
        Self::Residual,
        Self::Electricity,
        Self::Colocation,
        Self::ApiInput,
        Self::ApiOutput,
        Self::ApiCached,
        Self::ApiBatch,
        Self::ApiReasoning,
    ];

    /// Whether it is a share of something, which is turned by points instead of percent: 0 can be turned up as well.
    #[must_use]
    pub fn is_share(self) -> bool {
        matches!(
            self,
            Self::Headroom
                | Self::ReservedDiscount
                | Self::SpotRedo
                | Self::Interest
                | Self::ApiCached
                | Self::ApiBatch
        )
    }
}
