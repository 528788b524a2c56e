//! One figure: a canvas redrawn only when its data, width or theme changes, and an overlay that follows the pointer.

use leptos::html;
use leptos::prelude::*;
use shared::chart::RuleAt;
use shared::chart::hit_map::{Handle, Hit, HitMap};
use shared::explore::controls::dragged;
use shared::explore::figures::{Figure, figure};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{PointerEvent, ResizeObserver};

use crate::canvas::paint;
use crate::theme::Theming;
use crate::views::{act, flag, live, nothing, store, text};

/// One figure of the catalogue.
#[component]
pub fn FigureView(
    /// Which one.
    figure: Figure,
) -> impl IntoView {
    let store = store();
    let which = figure;
    let spec = Memo::new(move |_| {
        store.library.read().as_ref().map(|library| self::figure(which, library, &store.scenario.read()))
    });
    let reason = move || match &*spec.read() {
        Some(Err(why)) => Some(why.clone()),
        Some(Ok(_)) | None => None,
    };
    let drawable = Memo::new(move |_| reason().is_none());
    view! {
        <figure id=which.id() class="figure" data-testid=format!("figure-{}", which.id())>
            {live(move || if drawable.get() {
                view! { <Plot spec/> }.into_any()
            } else {
                view! { <p class="empty">{text(move || reason().unwrap_or_default())}</p> }.into_any()
            })}
        </figure>
    }
}

type Spec = Option<Result<shared::chart::ChartSpec, String>>;

#[component]
fn Plot(
    /// What to draw.
    spec: Memo<Spec>,
) -> impl IntoView {
    let store = store();
    let theming = expect_context::<Theming>();
    let canvas = NodeRef::<html::Canvas>::new();
    let width = RwSignal::new(0.0);
    let hits = StoredValue::new(None::<HitMap>);
    let hovered = RwSignal::new(None::<Hit>);
    let held = StoredValue::new(None::<Handle>);
    let grip = RwSignal::new(false);
    let failed = RwSignal::new(None::<String>);
    follow_width(canvas, width);
    Effect::new(move |_| {
        let (Some(canvas), width, dark) = (canvas.get(), width.get(), theming.dark.get()) else { return };
        if let (Some(Ok(spec)), true) = (&*spec.read(), width > 0.0) {
            let painted = paint(&canvas, spec, dark, width);
            failed.set(painted.as_ref().err().cloned());
            hits.set_value(painted.ok());
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
                    store.set(id, value);
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
    let clicked = move |_| {
        if held.get_value().is_some() {
            held.set_value(None);
            return;
        }
        if let Some(opens) = hovered.get_untracked().and_then(|hit| hit.opens) {
            store.opened.set(Some(opens));
        }
    };
    view! {
        <div class="plot" class:grip=flag(move || grip.get()) class:opens=flag(move || hovered.read().as_ref().is_some_and(|hit| hit.opens.is_some()))>
            <canvas
                node_ref=canvas
                role="img"
                aria-label=text(move || match &*spec.read() {
                    Some(Ok(spec)) => spec.alt.clone(),
                    Some(Err(_)) | None => String::new(),
                })
                on:pointermove=act(moved)
                on:pointerdown=act(pressed)
                on:click=act(clicked)
                on:pointerleave=act(move |_| hovered.set(None))
            ></canvas>
            {live(move || hovered.get().map_or_else(nothing, |hit| tip(hit, width.get_untracked())))}
            {live(move || failed.get().map_or_else(nothing, |why| view! { <p class="empty">{why}</p> }.into_any()))}
        </div>
    }
}

/// What hovering shows: a ring on the datum and its words beside it.
fn tip(hit: Hit, width: f64) -> AnyView {
    let side = if hit.at.x > width / 2.0 { "tip left" } else { "tip" };
    let place = format!("left:{}px;top:{}px", hit.at.x, hit.at.y);
    view! {
        <span class="ring" style=place.clone()></span>
        <span class=side style=place>
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
