//! One figure of the catalogue: its chart with the reader's changes, or the reason why there is none.

use leptos::prelude::*;
use shared::chart::ChartSpec;
use shared::explore::library::Library;
use shared::explore::scenario::Scenario;

use crate::store::anew;
use crate::views::plot::Plot;
use crate::views::states::Filled;
use crate::views::{Spec, live, store, text};
use crate::wire::{Word, listen};

/// What a reader has changed about a figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Adjusted {
    /// Whether the horizontal axis is the other one of log and linear.
    pub x: bool,
    /// Whether the vertical axis is.
    pub y: bool,
    /// Series that are not shown.
    pub hidden: Vec<String>,
}

impl Adjusted {
    /// The figure with these changes.
    #[must_use]
    pub fn of(&self, spec: &Spec) -> Spec {
        spec.as_ref().map(|spec| spec.as_ref().map_err(Clone::clone).map(|spec| self.adjust(spec)))
    }

    /// The chart with these changes.
    #[must_use]
    pub fn adjust(&self, spec: &ChartSpec) -> ChartSpec {
        spec.with_other_axes(self.x, self.y).without(&self.hidden)
    }

    /// As lines for whoever draws.
    #[cfg(feature = "study")]
    #[must_use]
    pub fn told(&self) -> String {
        let flags = format!("{}{}", u8::from(self.x), u8::from(self.y));
        std::iter::once(flags).chain(self.hidden.clone()).collect::<Vec<_>>().join("\n")
    }

    /// From those lines.
    #[must_use]
    pub fn heard(told: &str) -> Self {
        let mut lines = told.lines();
        let flags = lines.next().unwrap_or_default();
        Self { x: flags.starts_with('1'), y: flags.ends_with('1'), hidden: lines.map(Into::into).collect() }
    }
}

/// One figure of the catalogue, with what can be done with it.
#[component]
pub fn FigureView<D>(
    /// Its name: anchor, test id, file name.
    id: &'static str,
    /// How it comes about, or the reason why there is none.
    draw: D,
) -> impl IntoView
where
    D: Fn(&Library, &Scenario) -> Result<ChartSpec, String> + Send + Sync + 'static,
{
    let store = store();
    let adjusted = RwSignal::new(Adjusted::default());
    listen(Word::Adjust, move |told| {
        if let Some((_, told)) = told.split_once(' ').filter(|(name, _)| *name == id) {
            adjusted.set(Adjusted::heard(told));
        }
    });
    let spec = Memo::new_with_compare(
        move |_| {
            let library = store.library.read();
            let spec = library.as_ref().map(|library| draw(library, &store.asked.read()));
            let adjusted = adjusted.read();
            if *adjusted == Adjusted::default() { spec } else { adjusted.of(&spec) }
        },
        anew,
    );
    let reason = move || match &*spec.read() {
        Some(Err(why)) => Some(why.clone()),
        Some(Ok(_)) | None => None,
    };
    let drawable = Memo::new(move |_| reason().is_none());
    view! {
        <figure id=id class="figure" data-testid=format!("figure-{id}")>
            {live(move || if drawable.get() {
                view! { <Plot spec/> }.into_any()
            } else {
                view! { <p class="empty">{text(move || reason().unwrap_or_default())}</p> }.into_any()
            })}
            <Filled id class="figure-tools" summary="Data, series, download"/>
        </figure>
    }
}
