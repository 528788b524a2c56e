//! Charts drawn whole: structure, room and repeatability, at the widths of a phone, a column and a page.

mod samples;

use shared::chart::ChartSpec;
use shared::chart::geometry::Rect;
use shared::chart::hit_map::HitMap;
use shared::chart::layout::{arrange, preferred_height};
use shared::chart::scene::Scene;
use shared::chart::svg::palette::Palette;
use shared::chart::svg::{SvgError, TextFit, document, element};
use shared::chart::theme::Theme;

const WIDTHS: [f64; 5] = [320.0, 390.0, 480.0, 760.0, 1000.0];

fn drawn(spec: &ChartSpec, theme: &Theme, width: f64) -> (String, HitMap) {
    let svg = document(spec, theme, width, TextFit::Estimated).expect("drawn");
    (svg, arrange(spec, theme, width, preferred_height(spec, width)).hits)
}

fn for_every_picture(check: impl Fn(&str, &Scene, f64, f64)) {
    for spec in samples::all() {
        for width in WIDTHS {
            let height = preferred_height(&spec, width);
            check(&format!("{} at {width}", spec.id), &arrange(&spec, &Theme::light(), width, height), width, height);
        }
    }
}

#[test]
fn words_stay_on_the_picture() {
    for_every_picture(|name, scene, width, height| {
        let picture = Rect { left: 4.0, top: 4.0, right: width - 4.0, bottom: height - 4.0 };
        for words in scene.words() {
            assert!(picture.encloses(&words.bounds()), "{name}: `{}` at {:?}", words.text, words.bounds());
        }
    });
}

fn assert_no_two_words_touch(name: &str, scene: &Scene) {
    let all: Vec<_> = scene.words().collect();
    for (index, one) in all.iter().enumerate() {
        for two in &all[index + 1..] {
            let touching = one.bounds().overlaps(&two.bounds());
            assert!(!touching, "{name}: `{}` {:?} and `{}` {:?}", one.text, one.bounds(), two.text, two.bounds());
        }
    }
}

#[test]
fn no_two_words_touch() {
    for_every_picture(|name, scene, _, _| assert_no_two_words_touch(name, scene));
}

#[test]
fn dragging_a_rule_moves_nothing_else_and_keeps_words_apart() {
    for width in WIDTHS {
        let mut spec = samples::monthly_cost();
        let height = preferred_height(&spec, width);
        let plot = arrange(&spec, &Theme::light(), width, height).hits.plane.plot;
        for step in 0..=80 {
            spec.rules[0].at = shared::chart::RuleAt::X(100.0 * 10f64.powf(f64::from(step) / 20.0));
            let scene = arrange(&spec, &Theme::light(), width, height);
            assert_eq!(scene.hits.plane.plot, plot, "step {step} at {width}");
            assert_no_two_words_touch(&format!("step {step} at {width}"), &scene);
        }
    }
}

#[test]
fn nothing_important_is_left_out() {
    for spec in samples::all() {
        for width in WIDTHS {
            let scene = arrange(&spec, &Theme::light(), width, preferred_height(&spec, width));
            let letters = |text: &str| text.split_whitespace().collect::<String>();
            let written: String = scene.words().map(|words| letters(&words.text)).collect();
            let rules = spec.rules.iter().map(|rule| &rule.label);
            let callouts = spec.callouts.iter().map(|callout| &callout.label);
            let key = spec.key.iter().map(|entry| &entry.label);
            let stretches = spec.stretches.iter().map(|stretch| &stretch.label);
            let notes = rules.chain(callouts).chain(key).chain(stretches);
            for words in [&spec.title, &spec.subtitle, &spec.source].into_iter().chain(notes) {
                assert!(written.contains(&letters(words)), "{} at {width} lacks `{words}`: {written}", spec.id);
            }
        }
    }
}

#[test]
fn the_same_chart_gives_the_same_picture() {
    for spec in samples::all() {
        for theme in [Theme::light(), Theme::dark()] {
            for width in [320.0, 480.0, 760.0] {
                let (svg, hits) = drawn(&spec, &theme, width);
                assert_eq!((svg, hits), drawn(&spec.clone(), &theme, width), "{} at {width}", spec.id);
            }
        }
    }
}

#[test]
fn the_document_is_whole_and_in_the_colours_of_its_theme() {
    let spec = samples::monthly_cost();
    let (light, _) = drawn(&spec, &Theme::light(), 760.0);
    let (dark, _) = drawn(&spec, &Theme::dark(), 760.0);
    assert!(light.starts_with("<svg") && light.trim_end().ends_with("</svg>"));
    let accent = |theme: Theme| theme.stroke(shared::chart::Tone::Accent).hex();
    assert!(light.contains(&accent(Theme::light())) && !light.contains(&accent(Theme::dark())));
    assert!(dark.contains(&accent(Theme::dark())));
    assert!(!light.contains("NaN") && !light.contains("-2147483648"));
}

#[test]
fn hovering_finds_the_datum() {
    let (_, hits) = drawn(&samples::first_token(), &Theme::light(), 760.0);
    let place = hits.plane.spot(32.0, 910.0);
    let hit = hits.nearest(place.x + 3.0, place.y - 3.0).expect("a datum");
    assert_eq!(hit.tip[0], "32 at 910");
    assert_eq!(hit.opens.as_deref(), Some("cost"));
    assert_eq!(hits.nearest(2.0, 2.0), None);
}

#[test]
fn hovering_anywhere_in_a_row_finds_its_bar() {
    let (_, hits) = drawn(&samples::cost_per_million(), &Theme::light(), 760.0);
    let y = hits.plane.y_px(8.0);
    assert_eq!(hits.nearest(740.0, y).map(|hit| hit.tip[0].as_str()), Some("6.02 at 8"));
}

#[test]
fn dragging_reads_the_axis() {
    let (_, hits) = drawn(&samples::monthly_cost(), &Theme::light(), 390.0);
    let handle = hits.handles.first().expect("a handle").clone();
    assert_eq!(handle.name, "demand");
    let value = hits.x_value_at(handle.at.x);
    assert!((value / 10_000.0 - 1.0).abs() < 0.03, "{value}");
    assert_eq!(hits.handle_at(handle.at.x + 5.0, hits.plane.plot.top + 20.0), Some(&handle));
}

#[test]
fn a_chart_without_data_says_so() {
    let spec = ChartSpec { marks: Vec::new(), ..samples::first_token() };
    assert_eq!(document(&spec, &Theme::light(), 320.0, TextFit::Font), Err(SvgError::Empty));
    assert_eq!(element(&spec, "wide", 320.0, &mut Palette::default()), Err(SvgError::Empty));
}

#[test]
fn rows_need_height_and_get_it() {
    let few = preferred_height(&samples::retention(), 760.0);
    let many = preferred_height(&samples::cost_per_million(), 760.0);
    assert!(many > few + 60.0, "{many} against {few}");
}
