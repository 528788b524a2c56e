//! Text widths and line breaks from a small table, the same for every target.
//!
//! Reads no font file and asks no browser. The widths are those of Inter, which is a little wider than the
//! usual system fonts, so estimates are rather too wide. Digits count as tabular.

/// The CSS font stack. SVG and PNG put the bundled font before it.
pub const FONT_STACK: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/// Share of the font size from the baseline up to the top of capitals.
pub const CAP_HEIGHT: f64 = 0.73;

/// Share of the font size that tails of letters hang below the baseline.
pub const DESCENT: f64 = 0.22;

/// How heavy letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// Running text.
    Regular,
    /// Titles and what should be seen first.
    Bold,
}

/// Advance widths of the printable ASCII characters from space to `~`, in thousandths of the font size.
#[rustfmt::skip]
const REGULAR: [u16; 95] = [
    281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360,
    631, 620, 620, 620, 646, 620, 620, 620, 620, 620, 288, 302, 662, 662, 662, 511,
    966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903, 753, 765, 639, 765, 644, 642, 646, 744,
    690, 985, 682, 679, 629, 365, 360, 365, 471, 456,
    323, 562, 612, 571, 612, 583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528, 327, 591,
    562, 818, 546, 562, 552, 426, 333, 426, 662,
];

/// The same for bold letters.
#[rustfmt::skip]
const BOLD: [u16; 95] = [
    252, 321, 523, 644, 650, 1004, 663, 326, 373, 373, 540, 673, 319, 465, 319, 379,
    660, 640, 640, 640, 666, 640, 640, 640, 640, 640, 319, 329, 673, 673, 673, 543,
    999, 728, 659, 737, 722, 605, 588, 749, 746, 277, 580, 703, 565, 922, 759, 769, 645, 773, 652, 650, 660, 736,
    728, 1020, 720, 713, 652, 373, 379, 373, 481, 469,
    351, 574, 624, 583, 624, 591, 389, 625, 612, 262, 262, 569, 262, 900, 612, 609, 624, 624, 397, 549, 353, 612,
    587, 839, 569, 588, 566, 455, 359, 455, 673,
];

/// The width of one line of text in CSS pixels at a font size in CSS pixels.
#[must_use]
pub fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let table = match weight {
        Weight::Regular => &REGULAR,
        Weight::Bold => &BOLD,
    };
    let thousandths: f64 = text.chars().map(|letter| f64::from(thousandths(letter, table))).sum();
    thousandths / 1000.0 * size
}

fn thousandths(letter: char, table: &[u16; 95]) -> u16 {
    let code = u32::from(letter);
    match letter {
        ' '..='~' => table[(code - 32) as usize],
        '\u{a0}' | '\u{2007}' => table[0],
        '\u{2009}' | '\u{202f}' => 200,
        '·' | '’' | '‘' => 310,
        '–' => 520,
        '—' | '…' | '→' | '←' => 970,
        _ if code >= 0x2e80 => 1000,
        _ => 680,
    }
}

/// `text` in lines no wider than `max_width`, at most `max_lines`; what does not fit ends in an ellipsis.
#[must_use]
pub fn wrap(text: &str, size: f64, weight: Weight, max_width: f64, max_lines: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        // A word with no room of its own, such as a path, may break after a slash.
        let breaks = width(word, size, weight) > max_width;
        let pieces: Vec<&str> = if breaks { word.split_inclusive('/').collect() } else { vec![word] };
        for (index, piece) in pieces.into_iter().enumerate() {
            let gap = if index == 0 { " " } else { "" };
            match lines.last_mut() {
                Some(line) if width(&format!("{line}{gap}{piece}"), size, weight) <= max_width => {
                    line.push_str(gap);
                    line.push_str(piece);
                }
                _ => lines.push(piece.to_string()),
            }
        }
    }
    if lines.len() > max_lines {
        let rest = lines.split_off(max_lines);
        if let Some(last) = lines.last_mut() {
            *last = shorten(&format!("{last} {}", rest.join(" ")), size, weight, max_width);
        }
    }
    lines.iter().map(|line| shorten(line, size, weight, max_width)).collect()
}

/// Like [`wrap`], but with lines of about equal length, so that no word is left alone on the last.
#[must_use]
pub fn wrap_evenly(text: &str, size: f64, weight: Weight, max_width: f64, max_lines: usize) -> Vec<String> {
    let widest = wrap(text, size, weight, max_width, max_lines);
    if widest.len() < 2 {
        return widest;
    }
    let total = width(text, size, weight);
    let mut narrow = total / widest.len() as f64;
    while narrow < max_width {
        let lines = wrap(text, size, weight, narrow, max_lines);
        let whole = lines.join(" ") == widest.join(" ");
        if whole && lines.len() == widest.len() {
            return lines;
        }
        narrow += size * 0.5;
    }
    widest
}

/// `text` if it fits into `max_width`, else its beginning and an ellipsis.
#[must_use]
pub fn shorten(text: &str, size: f64, weight: Weight, max_width: f64) -> String {
    if width(text, size, weight) <= max_width {
        return text.to_string();
    }
    let mut kept = text.to_string();
    while kept.pop().is_some() {
        let candidate = format!("{}…", kept.trim_end());
        if width(&candidate, size, weight) <= max_width {
            return candidate;
        }
    }
    "…".to_string()
}

/// The width of the widest of several lines.
#[must_use]
pub fn widest(lines: &[String], size: f64, weight: Weight) -> f64 {
    lines.iter().map(|line| width(line, size, weight)).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_grows_with_the_size_and_the_weight() {
        let regular = width("GPT-4o mini", 12.0, Weight::Regular);
        assert!((60.0..80.0).contains(&regular), "{regular}");
        assert!((width("GPT-4o mini", 24.0, Weight::Regular) - 2.0 * regular).abs() < 1e-9);
        assert!(width("GPT-4o mini", 12.0, Weight::Bold) > regular);
    }

    #[test]
    fn wraps_between_words_and_says_when_something_is_missing() {
        let text = "BF16 keeps gaining to 64 streams; the tail does not";
        let lines = wrap(text, 16.0, Weight::Bold, 200.0, 9);
        assert_eq!(lines.join(" "), text);
        assert!(lines.iter().all(|line| width(line, 16.0, Weight::Bold) <= 200.0));
        let cut = wrap(text, 16.0, Weight::Bold, 160.0, 2);
        assert_eq!(cut.len(), 2);
        assert!(cut[1].ends_with('…'), "{cut:?}");
    }

    #[test]
    fn even_lines_leave_no_word_alone() {
        let text = "Self-hosting is cheaper than GPT-4o from 2,600 chats a day on";
        let plain = wrap(text, 16.0, Weight::Bold, 470.0, 3);
        let even = wrap_evenly(text, 16.0, Weight::Bold, 470.0, 3);
        assert_eq!((plain.len(), even.len()), (2, 2));
        let last = |lines: &[String]| width(&lines[1], 16.0, Weight::Bold);
        assert!(last(&even) > last(&plain), "{even:?}");
    }

    #[test]
    fn a_word_wider_than_the_room_breaks_after_a_slash_or_is_cut() {
        let cut = wrap("meta-llama/Llama-3.1-8B-Instruct", 12.0, Weight::Regular, 80.0, 2);
        assert_eq!((cut.len(), cut[0].as_str()), (2, "meta-llama/"));
        assert!(cut[1].ends_with('…') && width(&cut[1], 12.0, Weight::Regular) <= 80.0);
    }
}
