//! Starts what the first program leaves out, in `#study`.

fn main() {
    app::start_study();
}
