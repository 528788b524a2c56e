//! What is known of a tool: its names, an example of its files, and how it defines metrics.

/// A tool that writes benchmark or evaluation results.
#[derive(Debug, PartialEq, Eq)]
pub struct Tool {
    /// Name in text and in result files, such as `vllm bench serve`.
    pub name: &'static str,
    /// Name in paths, such as `vllm-bench`: the default name of the benchmark, and the start of the fixtures' names.
    pub slug: &'static str,
    /// Arguments of `collector import` that read such a file: its usual name, and the flags for what it does not say.
    pub example: &'static str,
    /// Metric and definition where it differs from Forge's, in the order of a level's fields.
    pub definitions: &'static [(&'static str, &'static str)],
}

impl Tool {
    /// Its name with a version, where there is one.
    #[must_use]
    pub fn with_version(&self, version: Option<&str>) -> String {
        match version {
            Some(version) => format!("{} {version}", self.name),
            None => self.name.into(),
        }
    }
}
