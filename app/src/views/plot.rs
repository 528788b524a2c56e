//! A chart on a canvas: painted when its data, width or look changes, with an overlay that follows pointer and keys.

use leptos::html;
use leptos::prelude::*;
use shared::chart::RuleAt;
use shared::chart::draw::preferred_height;
use shared::chart::hit_map::{Handle, Hit, HitMap};
use shared::chart::walk::Step;
use shared::explore::controls::dragged;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{
    IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit, KeyboardEvent, PointerEvent,
    ResizeObserver,
};

use crate::canvas::{held_height, paint};
use crate::history::RESTS;
use crate::said::Said;
use crate::theme::Theming;
use crate::views::{Spec, act, flag, live, nothing, said, text};
use crate::wire::{Word, tell};

/// The chart of a figure.
#[component]
pub fn Plot(
    /// What to draw.
    spec: Memo<Spec>,
) -> impl IntoView {
    let canvas = Canvas::new(spec);
    canvas.follow_changes();
    let pointer = Pointer::new(canvas);
    let Canvas { node, width, hits, failed, .. } = canvas;
    let Pointer { hovered, grip, .. } = pointer;
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
            on:keydown=act(move |event| pointer.press_key(&event))
            on:blur=act(move |_| hovered.set(None))
        >
            <canvas
                node_ref=node
                role="img"
                aria-label=text(alt)
                on:pointermove=act(move |event| pointer.move_to(&event))
                on:pointerdown=act(move |event| pointer.press(&event))
                on:click=act(move |_| pointer.click())
                on:pointerleave=act(move |_| hovered.set(None))
            ></canvas>
            <div aria-live="polite">
                {live(move || hovered.get().map_or_else(nothing, |hit| tip(hit, width.get_untracked(), hits)))}
            </div>
            {live(move || failed.get().map_or_else(nothing, |why| view! { <p class="empty">{why}</p> }.into_any()))}
        </div>
    }
}

/// The canvas, what is on it, and what decides how it is painted.
#[derive(Clone, Copy)]
struct Canvas {
    spec: Memo<Spec>,
    theming: Theming,
    node: NodeRef<html::Canvas>,
    /// Of its parent, in CSS pixels; 0 before it is known.
    width: RwSignal<f64>,
    /// Whether it is in sight, or soon will be.
    seen: RwSignal<bool>,
    /// Where the painted data lies; `None` when nothing is painted.
    hits: StoredValue<Option<HitMap>>,
    /// Why it could not be painted.
    failed: RwSignal<Option<String>>,
}

impl Canvas {
    fn new(spec: Memo<Spec>) -> Self {
        let (node, width, seen) = (NodeRef::new(), RwSignal::new(0.0), RwSignal::new(false));
        follow_width(node, width);
        follow_sight(node, seen);
        let theming = expect_context::<Theming>();
        Self { spec, theming, node, width, seen, hits: StoredValue::new(None), failed: RwSignal::new(None) }
    }

    /// Paints whenever the chart, its width or its look changes: at once what is in sight, the rest when changes rest.
    fn follow_changes(self) {
        let mut paint_later = debounce(RESTS, move |()| {
            self.paint(false);
        });
        Effect::new(move |_| {
            self.node.track();
            self.width.track();
            self.theming.look.track();
            self.spec.track();
            if !(self.seen.get() && self.paint(true)) {
                paint_later(());
            }
        });
    }

    /// Paints the chart, while it changes (`moves`) at a height that is near its best. Whether that is its best height.
    fn paint(self, moves: bool) -> bool {
        let (canvas, width) = (self.node.get_untracked(), self.width.get_untracked());
        let (Some(canvas), Some(Ok(spec)), true) = (canvas, &*self.spec.read_untracked(), width > 0.0) else {
            return true;
        };
        let best = preferred_height(spec, width);
        let height = if moves { held_height(&canvas, width, best) } else { best };
        let painted = paint(&canvas, spec, self.theming.look.get_untracked(), (width, height));
        let why = painted.as_ref().err().cloned();
        if *self.failed.read_untracked() != why {
            self.failed.set(why);
        }
        self.hits.set_value(painted.ok());
        height == best
    }
}

/// What the reader points at, by pointer or by keys.
#[derive(Clone, Copy)]
struct Pointer {
    canvas: Canvas,
    said: Said,
    /// The datum whose tip is shown.
    hovered: RwSignal<Option<Hit>>,
    /// Place of the datum in the hit map that the keys have reached.
    focused: StoredValue<Option<usize>>,
    /// The handle that is dragged.
    held: StoredValue<Option<Handle>>,
    /// Whether a handle is under the pointer.
    grip: RwSignal<bool>,
}

impl Pointer {
    fn new(canvas: Canvas) -> Self {
        Self {
            canvas,
            said: said(),
            hovered: RwSignal::new(None),
            focused: StoredValue::new(None),
            held: StoredValue::new(None),
            grip: RwSignal::new(false),
        }
    }

    /// Drags the held handle, or shows what is under the pointer.
    fn move_to(self, event: &PointerEvent) {
        let (x, y) = place(event);
        self.canvas.hits.with_value(|hits| {
            let Some(hits) = hits else { return };
            if let Some(handle) = self.held.get_value() {
                let value = match handle.value {
                    RuleAt::X(_) => hits.x_value_at(x),
                    RuleAt::Y(_) => hits.y_value_at(y),
                };
                if let Some((id, value)) = dragged(&handle.name, value) {
                    self.said.set(id, value);
                }
                return;
            }
            self.grip.set(hits.handle_at(x, y).is_some());
            let hit = hits.nearest(x, y).cloned();
            if *self.hovered.read_untracked() != hit {
                self.hovered.set(hit);
            }
        });
    }

    /// Takes hold of the handle under the pointer.
    fn press(self, event: &PointerEvent) {
        let (x, y) = place(event);
        let handle = self.canvas.hits.with_value(|hits| hits.as_ref().and_then(|hits| hits.handle_at(x, y).cloned()));
        if let (Some(handle), Some(canvas)) = (handle, self.canvas.node.get_untracked()) {
            let _ = canvas.set_pointer_capture(event.pointer_id());
            self.hovered.set(None);
            self.held.set_value(Some(handle));
        }
    }

    /// Lets the held handle go, or opens what is under the pointer.
    fn click(self) {
        if self.held.get_value().is_some() {
            self.held.set_value(None);
            return;
        }
        self.open();
    }

    fn open(self) {
        if let Some(opens) = self.hovered.get_untracked().and_then(|hit| hit.opens) {
            tell(Word::Open, &opens);
        }
    }

    /// Arrow keys walk over the data, Enter opens what a datum is made of, Escape hides the tip.
    fn press_key(self, event: &KeyboardEvent) {
        let step = match event.key().as_str() {
            "ArrowRight" => Step::Right,
            "ArrowLeft" => Step::Left,
            "ArrowUp" => Step::Up,
            "ArrowDown" => Step::Down,
            "Enter" => {
                // Else the same key presses what has the focus next: the button that shuts the dialog.
                event.prevent_default();
                return self.open();
            }
            "Escape" => {
                self.focused.set_value(None);
                return self.hovered.set(None);
            }
            _ => return,
        };
        event.prevent_default();
        self.canvas.hits.with_value(|hits| {
            let Some(hits) = hits else { return };
            if let Some(next) = hits.step(self.focused.get_value(), step) {
                self.focused.set_value(Some(next));
                self.hovered.set(hits.hits.get(next).cloned());
            }
        });
    }
}

/// Where on the canvas, in CSS pixels.
fn place(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.offset_x()), f64::from(event.offset_y()))
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
