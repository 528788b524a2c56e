//! What a reader may do with a chart beside looking: hide series, turn axes, take the data, walk with arrow keys.

mod samples;

use shared::chart::data::{Value, csv, table};
use shared::chart::draw::preferred_height;
use shared::chart::hit_map::HitMap;
use shared::chart::layout::arrange;
use shared::chart::scale::Scale;
use shared::chart::theme::Theme;
use shared::chart::walk::Step;
use shared::chart::{ChartSpec, Mark, Point};

fn hits(spec: &ChartSpec, width: f64) -> HitMap {
    arrange(spec, &Theme::light(), width, preferred_height(spec, width)).hits
}

fn labels(spec: &ChartSpec) -> Vec<String> {
    spec.series().into_iter().map(|series| series.label).collect()
}

#[test]
fn series_are_named_once_what_it_is_about_first() {
    let expected = ["Self-hosted, 1 to 9 A5000", "Llama 3.1 8B at Together", "Llama 3.1 8B at DeepInfra"];
    assert_eq!(labels(&samples::monthly_cost())[..3], expected);
    assert!(labels(&samples::retention()).is_empty(), "rows are named by their axis");
}

#[test]
fn a_hidden_series_takes_its_callouts_along_and_leaves_the_axes() {
    let spec = samples::first_token();
    let without = spec.without(&["BF16 p99".into()]);
    assert_eq!((without.marks.len() + 1, without.callouts.len()), (spec.marks.len(), 0));
    assert!(!labels(&without).contains(&"BF16 p99".to_string()));
    assert_eq!((&without.x, &without.y), (&spec.x, &spec.y));
    assert_eq!(spec.without(&[]), spec);
    // The band has no name, so nothing hides it.
    assert_eq!(spec.without(&[String::new()]), spec);
}

#[test]
fn turning_an_axis_twice_turns_it_back() {
    let mut spec = samples::first_token();
    spec.other_y = Some(shared::chart::scale::Axis::linear("ms", 0.0, 3000.0, |value| value.to_string()));
    let turned = spec.with_other_axes(true, true);
    assert_eq!((&turned.y.scale, &turned.x), (&Scale::Linear, &spec.x), "there is no other x axis");
    assert_eq!(turned.with_other_axes(false, true), spec);
}

#[test]
fn every_datum_is_a_row_with_all_its_digits() {
    let data = table(&samples::first_token());
    assert_eq!(data.columns[..3], ["Series", "Concurrent streams", "Time to first token, ms"]);
    // Three of the band, four lines of five levels, one callout.
    assert_eq!(data.rows.len(), 3 + 4 * 5 + 1);
    let row = &data.rows[3 + 4];
    assert_eq!((row[0].text(), row[2].text()), ("BF16 p50", "330"));
    assert_eq!(row.last().map(Value::text), Some("measured"));
    let all = serde_json::to_value(&data).expect("JSON");
    assert_eq!(all["rows"][7][1], 64.0);
}

#[test]
fn rows_bars_and_cells_are_data_too() {
    let data = table(&samples::retention());
    let texts = |row: usize| data.rows[row].iter().map(Value::text).collect::<Vec<_>>();
    assert_eq!(data.columns, ["Score kept, % of BF16", "Row", "Low", "High", "Rests on"]);
    assert_eq!(texts(2), ["97.8", "AWQ, 4 bit", "96.1", "99.4", "measured"]);
    assert_eq!(table(&samples::tornado()).rows.len(), 8);
    let cells = table(&samples::heat_map());
    assert_eq!(cells.columns[..3], ["utilisation", "GPU price", "US dollars saved"]);
    assert_eq!(cells.rows[13].iter().map(Value::text).collect::<Vec<_>>()[..3], ["16 %", "16 USD/h", "-2.5"]);
}

#[test]
fn csv_has_a_field_for_every_column_in_every_line() {
    for spec in samples::all() {
        let text = csv(&spec);
        let mut reader = text.split("\r\n");
        let count = |line: &str| {
            let (mut inside, mut fields) = (false, 1);
            for letter in line.chars() {
                match letter {
                    '"' => inside = !inside,
                    ',' if !inside => fields += 1,
                    _ => {}
                }
            }
            fields
        };
        let columns = count(reader.next().unwrap_or_default());
        let lines: Vec<&str> = reader.filter(|line| !line.is_empty()).collect();
        assert_eq!(lines.len(), table(&spec).rows.len(), "{}", spec.id);
        assert!(lines.iter().all(|line| count(line) == columns), "{}: {text}", spec.id);
    }
}

#[test]
fn a_point_without_a_tip_bends_its_line_and_is_no_datum() {
    let mut spec = samples::first_token();
    let (hits_before, rows_before) = (hits(&spec, 760.0).hits.len(), table(&spec).rows.len());
    for mark in &mut spec.marks {
        if let Mark::Line { points, .. } = mark {
            points.insert(1, Point { x: 2.0, y: 99.0, ..Point::default() });
        }
    }
    assert_eq!((hits(&spec, 760.0).hits.len(), table(&spec).rows.len()), (hits_before, rows_before));
}

#[test]
fn arrow_keys_walk_every_row_and_every_cell() {
    let rows = hits(&samples::retention(), 760.0);
    let down = |map: &HitMap| {
        let mut walked = vec![map.step(None, Step::Down)];
        while let Some(next) = map.step(walked.last().copied().flatten(), Step::Down).filter(|_| walked.len() < 99) {
            walked.push(Some(next));
        }
        walked.len()
    };
    assert_eq!(down(&rows), 5);
    let cells = hits(&samples::heat_map(), 760.0);
    assert_eq!(down(&cells), 5);
    let mut at = cells.step(None, Step::Right);
    let mut columns = 1;
    while let Some(next) = cells.step(at, Step::Right) {
        (at, columns) = (Some(next), columns + 1);
    }
    assert_eq!(columns, 12);
}

#[test]
fn a_cell_and_a_bars_row_are_meant_anywhere_in_them() {
    let cells = hits(&samples::heat_map(), 390.0);
    let (x, y) = (cells.plane.x_px(3.4), cells.plane.y_px(1.4));
    assert_eq!(cells.nearest(x, y).map(|hit| hit.tip[0].as_str()), Some("3 at 1"));
    let bars = hits(&samples::tornado(), 390.0);
    let y = bars.plane.y_px(1.0);
    assert_eq!(bars.nearest(bars.plane.x_px(180.0), y).map(|hit| hit.tip[0].as_str()), Some("190 at 1"));
    assert_eq!(bars.nearest(bars.plane.x_px(-5.0), y).map(|hit| hit.tip[0].as_str()), Some("-10 at 1"));
}

#[test]
fn a_line_parts_gains_from_losses_and_an_outline_says_where_one_is() {
    let spec = samples::heat_map();
    let thick = |spec: &ChartSpec| {
        let scene = arrange(spec, &Theme::light(), 760.0, preferred_height(spec, 760.0));
        let is_thick = |shape: &&shared::chart::scene::Shape| matches!(shape, shared::chart::scene::Shape::Path { width, colour, .. } if *width == 2.0 && *colour == Theme::light().ink);
        scene.shapes.iter().filter(is_thick).count()
    };
    let mut plain = spec.clone();
    for mark in &mut plain.marks {
        if let Mark::Cells { cells, .. } = mark {
            cells.iter_mut().for_each(|cell| (cell.strength, cell.here) = (1.0, false));
        }
    }
    assert_eq!(thick(&plain), 0);
    // Every row of five crosses 0 once; between two rows two cells differ; and one outline.
    assert_eq!(thick(&spec), 5 + 4 * 2 + 1);
}
