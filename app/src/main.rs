//! Starts the page in `#app`.

fn main() {
    app::start();
}
