//! One figure: a canvas redrawn only when its data, width or look changes, and an overlay that follows pointer and keys.

use leptos::html;
use leptos::prelude::*;
use shared::chart::draw::preferred_height;
use shared::chart::hit_map::{Handle, Hit, HitMap};
use shared::chart::walk::Step;
use shared::chart::{ChartSpec, RuleAt};
use shared::explore::controls::dragged;
use shared::explore::library::Library;
use shared::explore::scenario::Scenario;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{
    IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit, KeyboardEvent, PointerEvent,
    ResizeObserver,
};

use crate::canvas::{held_height, paint};
use crate::history::RESTS;
use crate::store::anew;
use crate::theme::Theming;
use crate::views::states::Filled;
use crate::views::{act, flag, live, nothing, said, store, text};
use crate::wire::{Word, listen, tell};

/// A figure, once there is something to draw it from.
pub type Spec = Option<Result<ChartSpec, String>>;

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

#[component]
fn Plot(
    /// What to draw.
    spec: Memo<Spec>,
) -> impl IntoView {
    let theming = expect_context::<Theming>();
    let said = said();
    let canvas = NodeRef::<html::Canvas>::new();
    let width = RwSignal::new(0.0);
    let hits = StoredValue::new(None::<HitMap>);
    let hovered = RwSignal::new(None::<Hit>);
    let focused = StoredValue::new(None::<usize>);
    let held = StoredValue::new(None::<Handle>);
    let grip = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    let seen = RwSignal::new(false);
    follow_width(canvas, width);
    follow_sight(canvas, seen);
    // Whether it then is as high as it should be.
    let paint_now = move |moves: bool| {
        let (canvas, width) = (canvas.get_untracked(), width.get_untracked());
        let (Some(canvas), Some(Ok(spec)), true) = (canvas, &*spec.read_untracked(), width > 0.0) else { return true };
        let best = preferred_height(spec, width);
        let height = if moves { held_height(&canvas, width, best) } else { best };
        let painted = paint(&canvas, spec, theming.look.get_untracked(), (width, height));
        let why = painted.as_ref().err().cloned();
        if *failed.read_untracked() != why {
            failed.set(why);
        }
        hits.set_value(painted.ok());
        height == best
    };
    // What nobody sees is drawn when a slider rests, and then what is seen gets the height it should have.
    let mut paint_later = debounce(RESTS, move |()| {
        paint_now(false);
    });
    Effect::new(move |_| {
        canvas.track();
        width.track();
        theming.look.track();
        spec.track();
        if !(seen.get() && paint_now(true)) {
            paint_later(());
        }
    });
    let moved = move |event: PointerEvent| {
        let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        hits.with_value(|hits| {
            let Some(hits) = hits else { return };
            if let Some(handle) = held.get_value() {
                let value = match handle.value {
                    RuleAt::X(_) => hits.x_value_at(x),
                    RuleAt::Y(_) => hits.y_value_at(y),
                };
                if let Some((id, value)) = dragged(&handle.name, value) {
                    said.set(id, value);
                }
                return;
            }
            grip.set(hits.handle_at(x, y).is_some());
            let hit = hits.nearest(x, y).cloned();
            if *hovered.read_untracked() != hit {
                hovered.set(hit);
            }
        });
    };
    let pressed = move |event: PointerEvent| {
        let (x, y) = (f64::from(event.offset_x()), f64::from(event.offset_y()));
        let handle = hits.with_value(|hits| hits.as_ref().and_then(|hits| hits.handle_at(x, y).cloned()));
        if let (Some(handle), Some(canvas)) = (handle, canvas.get_untracked()) {
            let _ = canvas.set_pointer_capture(event.pointer_id());
            hovered.set(None);
            held.set_value(Some(handle));
        }
    };
    let open = move || {
        if let Some(opens) = hovered.get_untracked().and_then(|hit| hit.opens) {
            tell(Word::Open, &opens);
        }
    };
    let clicked = move |_| {
        if held.get_value().is_some() {
            held.set_value(None);
            return;
        }
        open();
    };
    // Arrow keys walk over the data, Enter opens what a datum is made of.
    let key = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowRight" => Step::Right,
            "ArrowLeft" => Step::Left,
            "ArrowUp" => Step::Up,
            "ArrowDown" => Step::Down,
            "Enter" => {
                // Else the same key presses what has the focus next: the button that shuts the dialog.
                event.prevent_default();
                return open();
            }
            "Escape" => {
                focused.set_value(None);
                return hovered.set(None);
            }
            _ => return,
        };
        event.prevent_default();
        hits.with_value(|hits| {
            let Some(hits) = hits else { return };
            if let Some(next) = hits.step(focused.get_value(), step) {
                focused.set_value(Some(next));
                hovered.set(hits.hits.get(next).cloned());
            }
        });
    };
    let alt = move || match &*spec.read() {
        Some(Ok(spec)) => spec.alt.clone(),
        Some(Err(_)) | None => String::new(),
    };
    view! {
        <div
            class="plot"
            class:grip=flag(move || grip.get())
            class:opens=flag(move || hovered.read().as_ref().is_some_and(|hit| hit.opens.is_some()))
            role="group"
            aria-roledescription="chart"
            aria-label="Chart: arrow keys walk over its data, Enter opens a number"
            tabindex="0"
            on:keydown=act(key)
            on:blur=act(move |_| hovered.set(None))
        >
            <canvas
                node_ref=canvas
                role="img"
                aria-label=text(alt)
                on:pointermove=act(moved)
                on:pointerdown=act(pressed)
                on:click=act(clicked)
                on:pointerleave=act(move |_| hovered.set(None))
            ></canvas>
            <div aria-live="polite">
                {live(move || hovered.get().map_or_else(nothing, |hit| tip(hit, width.get_untracked(), hits)))}
            </div>
            {live(move || failed.get().map_or_else(nothing, |why| view! { <p class="empty">{why}</p> }.into_any()))}
        </div>
    }
}

/// What hovering shows: a cross through the datum, a ring on it and its words beside it.
fn tip(hit: Hit, width: f64, hits: StoredValue<Option<HitMap>>) -> AnyView {
    let side = if hit.at.x > width / 2.0 { "tip left" } else { "tip" };
    let place = format!("left:{}px;top:{}px", hit.at.x, hit.at.y);
    let plot = hits.with_value(|hits| hits.as_ref().map(|hits| hits.plane.plot));
    let cross = plot.map(|plot| {
        let (down, across) = (plot.bottom - plot.top, plot.right - plot.left);
        view! {
            <span class="cross" style=format!("left:{}px;top:{}px;width:1px;height:{down}px", hit.at.x, plot.top)></span>
            <span class="cross" style=format!("left:{}px;top:{}px;width:{across}px;height:1px", plot.left, hit.at.y)></span>
        }
    });
    view! {
        {cross}
        <span class="ring" style=place.clone()></span>
        <span class=side style=place data-testid="tip">
            {hit.tip.into_iter().map(|line| view! { <span>{line}</span> }.into_any()).collect::<Vec<_>>()}
        </span>
    }
    .into_any()
}

/// Keeps a signal at the width of the canvas' parent.
fn follow_width(canvas: NodeRef<html::Canvas>, width: RwSignal<f64>) {
    Effect::new(move |_| {
        let Some(parent) = canvas.get().and_then(|canvas| canvas.parent_element()) else { return };
        let measured = parent.clone();
        let measure = move || {
            let now = measured.get_bounding_client_rect().width();
            if (now - width.get_untracked()).abs() >= 1.0 {
                width.set(now);
            }
        };
        measure();
        let callback = Closure::<dyn Fn()>::new(measure);
        if let Ok(observer) = ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&parent);
            let kept = send_wrapper::SendWrapper::new((observer, callback));
            on_cleanup(move || kept.0.disconnect());
        }
    });
}

/// Keeps a signal at whether the canvas is in sight, or soon will be.
fn follow_sight(canvas: NodeRef<html::Canvas>, seen: RwSignal<bool>) {
    Effect::new(move |_| {
        let Some(canvas) = canvas.get() else { return };
        let look = move |entries: js_sys::Array| {
            let last = entries.iter().last().map(|entry| entry.unchecked_into::<IntersectionObserverEntry>());
            seen.set(last.is_some_and(|entry| entry.is_intersecting()));
        };
        let callback = Closure::<dyn Fn(js_sys::Array)>::new(look);
        let near = IntersectionObserverInit::new();
        near.set_root_margin("200px");
        match IntersectionObserver::new_with_options(callback.as_ref().unchecked_ref(), &near) {
            Ok(observer) => {
                observer.observe(&canvas);
                let kept = send_wrapper::SendWrapper::new((observer, callback));
                on_cleanup(move || kept.0.disconnect());
            }
            Err(_) => seen.set(true),
        }
    });
}
