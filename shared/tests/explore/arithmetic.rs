//! Evaluates a worked line as a reader with a pocket calculator would: + - × / ^, brackets, `ceil(x)` and `max(a, b)`.

/// The value of an expression such as `0.27 × 1000000 / (3600 × 2168.5 × 1)`.
pub fn value(text: &str) -> f64 {
    let mut rest: Vec<String> = text
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace(", ", " , ")
        .split_whitespace()
        .rev()
        .map(Into::into)
        .collect();
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
    let mut value = power(rest);
    loop {
        match rest.last().map(String::as_str) {
            Some("×") => {
                rest.pop();
                value *= power(rest);
            }
            Some("/") => {
                rest.pop();
                value /= power(rest);
            }
            _ => return value,
        }
    }
}

fn power(rest: &mut Vec<String>) -> f64 {
    let base = atom(rest);
    if rest.last().is_some_and(|sign| sign == "^") {
        rest.pop();
        return base.powf(atom(rest));
    }
    base
}

fn atom(rest: &mut Vec<String>) -> f64 {
    let word = rest.pop().expect("a number");
    let function = word == "ceil" || word == "max";
    if word != "(" && !function {
        return word.parse().unwrap_or_else(|_| panic!("`{word}` is not a number"));
    }
    if function {
        assert_eq!(rest.pop().as_deref(), Some("("));
    }
    let mut value = sum(rest);
    if word == "max" {
        assert_eq!(rest.pop().as_deref(), Some(","));
        value = value.max(sum(rest));
    }
    assert_eq!(rest.pop().as_deref(), Some(")"));
    // As the model does: a rounding error is no further replica.
    if word == "ceil" { (value * (1.0 - 1e-9)).ceil() } else { value }
}
