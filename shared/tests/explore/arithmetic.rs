//! Evaluates a worked line as a reader with a pocket calculator would: + - × / and brackets.

/// The value of an expression such as `0.27 × 1000000 / (3600 × 2168.5 × 1)`.
pub fn value(text: &str) -> f64 {
    let mut rest: Vec<String> =
        text.replace('(', " ( ").replace(')', " ) ").split_whitespace().rev().map(Into::into).collect();
    let value = sum(&mut rest);
    assert!(rest.is_empty(), "`{text}` goes on with {rest:?}");
    value
}

fn sum(rest: &mut Vec<String>) -> f64 {
    let mut value = product(rest);
    loop {
        match rest.last().map(String::as_str) {
            Some("+") => {
                rest.pop();
                value += product(rest);
            }
            Some("-") => {
                rest.pop();
                value -= product(rest);
            }
            _ => return value,
        }
    }
}

fn product(rest: &mut Vec<String>) -> f64 {
    let mut value = atom(rest);
    loop {
        match rest.last().map(String::as_str) {
            Some("×") => {
                rest.pop();
                value *= atom(rest);
            }
            Some("/") => {
                rest.pop();
                value /= atom(rest);
            }
            _ => return value,
        }
    }
}

fn atom(rest: &mut Vec<String>) -> f64 {
    let word = rest.pop().expect("a number");
    if word != "(" {
        return word.parse().unwrap_or_else(|_| panic!("`{word}` is not a number"));
    }
    let value = sum(rest);
    assert_eq!(rest.pop().as_deref(), Some(")"));
    value
}
