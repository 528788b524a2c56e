//! The server's configuration as it reports it: from `/v1/models`, `/metrics` and, in developer mode, `/server_info`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::server::vllm::Vllm;

/// What is kept of `/server_info?config_format=json`: its key in the result file, and where it stands.
const SERVER_INFO: [(&str, &str); 16] = [
    ("async_scheduling", "/vllm_config/scheduler_config/async_scheduling"),
    ("cuda_runtime_version", "/system_env/cuda_runtime_version"),
    ("data_parallel_size", "/vllm_config/parallel_config/data_parallel_size"),
    ("device", "/vllm_config/device_config/device"),
    ("dtype", "/vllm_config/model_config/dtype"),
    ("enable_chunked_prefill", "/vllm_config/scheduler_config/enable_chunked_prefill"),
    ("gpu_models", "/system_env/nvidia_gpu_models"),
    ("linear_backend", "/vllm_config/kernel_config/linear_backend"),
    ("max_num_batched_tokens", "/vllm_config/scheduler_config/max_num_batched_tokens"),
    ("max_num_seqs", "/vllm_config/scheduler_config/max_num_seqs"),
    ("nvidia_driver_version", "/system_env/nvidia_driver_version"),
    ("pipeline_parallel_size", "/vllm_config/parallel_config/pipeline_parallel_size"),
    ("quantization", "/vllm_config/model_config/quantization"),
    ("stream_interval", "/vllm_config/scheduler_config/stream_interval"),
    ("tensor_parallel_size", "/vllm_config/parallel_config/tensor_parallel_size"),
    ("torch_version", "/system_env/torch_version"),
];

/// The configuration that the server reports. What it does not report is absent.
pub async fn config(server: &Vllm, model: &str) -> BTreeMap<String, String> {
    let mut config = BTreeMap::new();
    if let Some(models) = server.ask("/v1/models").await {
        config.extend(of_models(&models, model));
    }
    if let Some(reading) = server.reading().await {
        config.extend(reading.cache().clone());
    }
    if let Some(info) = server.ask("/server_info?config_format=json").await {
        config.extend(of_server_info(&info));
    }
    config
}

fn of_models(models: &Value, model: &str) -> BTreeMap<String, String> {
    let served = models.get("data").and_then(Value::as_array);
    let entry = served.and_then(|data| data.iter().find(|entry| entry.get("id").is_some_and(|id| id == model)));
    let told = |key: &str| entry.and_then(|entry| entry.get(key)).and_then(text);
    // A folder of the server's disk tells a reader nothing but its last part.
    let root = told("root").map(|root| match root.rsplit_once('/') {
        Some((_, last)) if root.starts_with('/') => last.to_owned(),
        _ => root,
    });
    let found = [("model_root", root), ("max_model_len", told("max_model_len"))];
    found.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

fn of_server_info(info: &Value) -> BTreeMap<String, String> {
    let found = SERVER_INFO.iter().filter_map(|(key, place)| Some(((*key).to_owned(), text(info.pointer(place)?)?)));
    found.collect()
}

/// A value as one line; `None` for nothing, and for what has parts of its own.
fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.strip_prefix("torch.").unwrap_or(text).trim().replace('\n', "; "),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    (!text.is_empty() && text != "N/A" && text != "None").then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(config: BTreeMap<String, String>) -> String {
        config.into_iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_models_page_tells_root_and_length() {
        let models = json!({"data": [
            {"id": "other", "root": "a/b", "max_model_len": 1},
            {"id": "mine", "root": "/models/llama", "max_model_len": 2048},
        ]});
        assert_eq!(shown(of_models(&models, "mine")), "max_model_len=2048 model_root=llama");
        assert_eq!(shown(of_models(&models, "other")), "max_model_len=1 model_root=a/b");
        assert_eq!(shown(of_models(&models, "none")), "");
        assert_eq!(shown(of_models(&json!("odd"), "none")), "");
    }

    #[test]
    fn server_info_is_kept_in_part() {
        let info = json!({
            "vllm_config": {
                "model_config": {"dtype": "torch.bfloat16", "quantization": null},
                "scheduler_config": {"max_num_seqs": 256, "enable_chunked_prefill": true, "policy": "fcfs"},
                "parallel_config": {"tensor_parallel_size": 2},
            },
            "system_env": {"nvidia_gpu_models": "GPU 0: NVIDIA H200\nGPU 1: NVIDIA H200", "cuda_runtime_version": "N/A"},
        });
        assert_eq!(
            shown(of_server_info(&info)),
            "dtype=bfloat16 enable_chunked_prefill=true gpu_models=GPU 0: NVIDIA H200; GPU 1: NVIDIA H200 \
             max_num_seqs=256 tensor_parallel_size=2"
        );
        assert_eq!(shown(of_server_info(&json!({"vllm_config": "one long text"}))), "");
    }
}
