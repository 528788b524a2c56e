//! GPUs and models of the catalogue by the names that flags give: the one lookup, with errors that name the flag.

use std::collections::BTreeMap;

use crate::catalogue::Catalogue;
use crate::printer::Hinted;
use shared::hardware::quantization::Quantization;
use shared::store::catalogue::{Gpu, Model};
use shared::store::lookup::{Named, lookup};

impl Catalogue {
    /// The GPU of a name, and the name of its file.
    ///
    /// # Errors
    /// When there is none, or several begin with the name.
    pub fn gpu(&self, flag: &str, name: &str) -> anyhow::Result<(&str, &Gpu)> {
        find(&self.hardware, flag, name)
    }

    /// The model of a name, and the name of its file.
    ///
    /// # Errors
    /// When there is none, or several begin with the name.
    pub fn model(&self, flag: &str, name: &str) -> anyhow::Result<(&str, &Model)> {
        find(&self.models, flag, name)
    }

    /// The quantization of a word.
    ///
    /// # Errors
    /// When it is unknown.
    pub fn quantization(word: &str) -> anyhow::Result<Quantization> {
        Quantization::of(word).ok_or_else(|| {
            let words = Quantization::ALL.map(Quantization::word).join(", ");
            let message = format!("unknown quantization `{word}` (--quantization)");
            Hinted::new(message, format!("expected one of {words}")).into()
        })
    }
}

fn find<'a, T: Named>(entries: &'a BTreeMap<String, T>, flag: &str, name: &str) -> anyhow::Result<(&'a str, &'a T)> {
    lookup(entries, name).map_err(|unknown| Hinted::new(unknown.message(flag), unknown.hint()).into())
}

/// The name of an entry's file where the name is known; any other name as it is, for what the catalogue need not have.
#[must_use]
pub fn canonical<T: Named>(entries: &BTreeMap<String, T>, name: String) -> String {
    lookup(entries, &name).map_or(name.clone(), |(key, _)| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_refused_with_its_flag() {
        let catalogue = Catalogue::load(None).unwrap();
        assert_eq!(catalogue.gpu("--gpu", "mi300x").unwrap().0, "mi300x-192gb");
        let error = catalogue.gpu("--gpu", "rtx-a50000").unwrap_err();
        assert_eq!(error.to_string(), "unknown GPU `rtx-a50000` (--gpu)");
        let error = catalogue.model("--model", "llama-9").unwrap_err();
        assert_eq!(error.to_string(), "unknown model `llama-9` (--model)");
    }

    #[test]
    fn what_is_not_known_keeps_its_name() {
        let catalogue = Catalogue::load(None).unwrap();
        assert_eq!(canonical(&catalogue.hardware, "a5000".into()), "rtx-a5000");
        assert_eq!(canonical(&catalogue.hardware, "my-own-card".into()), "my-own-card");
        assert_eq!(canonical(&catalogue.models, "llama-3.1-8b".into()), "llama-3.1-8b-instruct");
    }
}
