//! What the numbers mean, in a few sentences.

use leptos::prelude::*;

/// What the numbers mean, in a few sentences.
#[component]
pub fn Method() -> impl IntoView {
    view! {
        <section class="method" id="method" aria-labelledby="method-title">
            <h2 id="method-title">"Method"</h2>
            <p>"Each level of a sweep sends requests over a fixed number of streams and counts what comes back: prompt and output tokens, time to first token (TTFT), time per output token (TPOT). The level in use is the one with the most requests a second among those that keep the latency target."</p>
            <p>"A month has 730 hours, and rented hours are paid whether they are used or not. Utilisation is what demand makes of them. An API bills the same requests at its list price, input and output apart."</p>
            <p>"Measured means measured with Forge on the hardware named. Published means somebody else's figures, with source, licence and date. Estimated means computed from a model. Click any dollar to see its arithmetic."</p>
        </section>
    }
}
