//! The canvas is painted what the SVG says: the same shapes in the same colours at the same places.

mod samples;

use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};
use shared::chart::ChartSpec;
use shared::chart::draw::{DrawError, Surface, draw};
use shared::chart::layout::preferred_height;
use shared::chart::svg::{TextFit, document};
use shared::chart::theme::{Rgb, Theme};

/// A shape on either target: its kind, its colour, and where it has one place, that place in CSS pixels.
type Seen = (&'static str, String, Option<(f64, f64)>);

/// Notes what is painted.
struct Recorder<'a> {
    seen: &'a mut Vec<Seen>,
    grid: f64,
}

impl Recorder<'_> {
    fn note(&mut self, kind: &'static str, colour: BackendColor, at: Option<BackendCoord>) -> Outcome {
        let (red, green, blue) = colour.rgb;
        let at = at.map(|(x, y)| (f64::from(x) / self.grid, f64::from(y) / self.grid));
        self.seen.push((kind, Rgb(red, green, blue).hex(), at));
        Ok(())
    }
}

type Outcome = Result<(), DrawingErrorKind<std::fmt::Error>>;

impl DrawingBackend for Recorder<'_> {
    type ErrorType = std::fmt::Error;

    fn get_size(&self) -> (u32, u32) {
        (0, 0)
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        Ok(())
    }

    fn draw_pixel(&mut self, _: BackendCoord, _: BackendColor) -> Outcome {
        panic!("nothing is drawn by pixels")
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, _: I, style: &S) -> Outcome {
        self.note("path", style.color(), None)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, _: I, style: &S) -> Outcome {
        self.note("area", style.color(), None)
    }

    fn draw_circle<S: BackendStyle>(&mut self, at: BackendCoord, _: u32, style: &S, fill: bool) -> Outcome {
        self.note(if fill { "disc" } else { "ring" }, style.color(), Some(at))
    }

    fn draw_text<S: BackendTextStyle>(&mut self, _: &str, style: &S, (x, y): BackendCoord) -> Outcome {
        // The canvas places the bottom of the text, a quarter of its size below the baseline.
        let baseline = f64::from(y) - style.size() * 0.25;
        self.note("text", style.color(), Some((x, baseline.round() as i32)))
    }
}

fn painted(spec: &ChartSpec, width: f64) -> Vec<Seen> {
    let surface = Surface::canvas(width, preferred_height(spec, width));
    let mut seen = Vec::new();
    draw(spec, &Theme::dark(), &surface, Recorder { seen: &mut seen, grid: f64::from(surface.grid) }).expect("painted");
    seen
}

/// The same of a document's elements; a path of several lines is as many shapes.
fn written(spec: &ChartSpec, width: f64) -> Vec<Seen> {
    let svg = document(spec, &Theme::dark(), width, TextFit::Estimated).expect("written");
    let of = |line: &str, name: &str| Some(line.split_once(&format!(" {name}=\""))?.1.split_once('"')?.0.to_owned());
    let place = |line: &str, x, y| Some((of(line, x)?.parse().ok()?, of(line, y)?.parse().ok()?));
    let shapes = svg.lines().filter(|line| ["<path", "<circle", "<text"].iter().any(|tag| line.starts_with(tag)));
    shapes
        .flat_map(|line| {
            let stroke = of(line, "stroke");
            let is_stroked = stroke.is_some();
            let colour = stroke.or_else(|| of(line, "fill")).expect("a colour");
            let count = of(line, "d").map_or(1, |data| data.matches('m').count());
            let seen = match (line.as_bytes()[1], is_stroked) {
                (b'p', true) => ("path", colour, None),
                (b'p', false) => ("area", colour, None),
                (b'c', true) => ("ring", colour, place(line, "cx", "cy")),
                (b'c', false) => ("disc", colour, place(line, "cx", "cy")),
                _ => ("text", colour, place(line, "x", "y")),
            };
            vec![seen; count]
        })
        .collect()
}

#[test]
fn canvas_and_svg_show_the_same_shapes_at_the_same_places() {
    for spec in samples::all() {
        for width in [320.0, 760.0] {
            let (painted, written) = (painted(&spec, width), written(&spec, width));
            assert_eq!(painted.len(), written.len(), "{} at {width}", spec.id);
            for (canvas, svg) in painted.iter().zip(&written) {
                assert_eq!((canvas.0, &canvas.1), (svg.0, &svg.1), "{} at {width}", spec.id);
                let (Some(one), Some(two)) = (canvas.2, svg.2) else { continue };
                let apart = (one.0 - two.0).abs().max((one.1 - two.1).abs());
                assert!(apart < 0.25, "{} at {width}: {canvas:?} and {svg:?}", spec.id);
            }
        }
    }
}

#[test]
fn a_chart_without_data_is_not_painted() {
    let spec = ChartSpec { marks: Vec::new(), ..samples::first_token() };
    let mut seen = Vec::new();
    let canvas = Recorder { seen: &mut seen, grid: 8.0 };
    assert_eq!(draw(&spec, &Theme::light(), &Surface::canvas(320.0, 200.0), canvas), Err(DrawError::Empty));
    assert!(seen.is_empty());
}
