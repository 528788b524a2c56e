//! The page as a reader meets it: what it says, and what one can do to it.
//!
//! Every wait is for something to be seen; when it never is, the test says what was there instead.

use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use crate::browser::Driver;

const PATIENCE: Duration = Duration::from_secs(10);
const GLANCE: Duration = Duration::from_millis(15);

/// The sentence with its fields filled in and without its lists, as it is read aloud.
const READ_ALOUD: &str = "
    const read = (node) => node.nodeType === Node.TEXT_NODE ? node.data
        : node.matches('input') ? node.value
        : node.matches('select, .wrong, [role=alert]') ? ''
        : [...node.childNodes].filter((child) => child.nodeType < 4).map(read).join('');
    const place = document.querySelector('[data-testid=headline]');
    return place === null ? '' : read(place).replace(/\\s+/g, ' ').trim();";

/// Through a copy: reading a canvas back twice makes Chromium warn in the console.
const COLOURS: &str = "
    const canvas = document.querySelector(`[data-testid=figure-${arguments[0]}] canvas`);
    if (canvas === null || canvas.width * canvas.height === 0) return 0;
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const pixels = new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
    return new Set(pixels).size;";

pub struct Page {
    client: Client,
    driver: Driver,
    origin: String,
}

/// A way from the keyboard to a slider.
#[derive(Clone, Copy)]
pub enum Step {
    Up(usize),
    Down(usize),
    FarUp(usize),
    Undo,
}

impl Page {
    pub fn new(client: Client, driver: Driver, origin: String) -> Self {
        Self { client, driver, origin }
    }

    // Going there.

    /// Opens the page with a query, empty or with its `?`, and waits until it has something to say.
    pub async fn open(&self, query: &str) {
        self.client.goto(&format!("{}/{query}", self.origin)).await.unwrap();
        self.arrived().await;
    }

    pub async fn reload(&self) {
        self.client.refresh().await.unwrap();
        self.arrived().await;
    }

    /// Opens a second tab at the address that the first one shows, and stays there.
    pub async fn second_tab(&self) {
        let address = self.client.current_url().await.unwrap();
        let tab = self.client.new_window(true).await.unwrap();
        self.client.switch_to_window(tab.handle).await.unwrap();
        self.client.goto(address.as_str()).await.unwrap();
        self.arrived().await;
    }

    async fn arrived(&self) {
        self.until("a headline, or that loading failed", async || {
            let there = self.shows("headline").await || self.shows("failed").await;
            if there { Ok(()) } else { Err("neither".into()) }
        })
        .await;
    }

    /// A phone of 390 × 844 points.
    pub async fn on_a_phone(&self) {
        let screen = json!({"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true});
        self.driver.devtools("Emulation.setDeviceMetricsOverride", screen).await;
    }

    /// What the system says of light and dark.
    pub async fn system_prefers(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.driver.devtools("Emulation.setEmulatedMedia", features).await;
    }

    // What it says.

    pub async fn headline(&self) -> String {
        self.script(READ_ALOUD, &[]).await.as_str().unwrap().to_owned()
    }

    /// The headline once it holds these words.
    pub async fn headline_with(&self, words: &str) -> String {
        self.until(&format!("a headline with `{words}`"), async || {
            let headline = self.headline().await;
            if headline.contains(words) { Ok(headline) } else { Err(headline) }
        })
        .await
    }

    /// The headline once it is another one.
    pub async fn headline_after(&self, before: &str) -> String {
        self.until("another headline", async || {
            let headline = self.headline().await;
            if headline == before || headline.is_empty() { Err(headline) } else { Ok(headline) }
        })
        .await
    }

    /// The address's query once it holds these words; it follows when a slider has come to rest.
    pub async fn url_query_with(&self, words: &str) -> String {
        self.until(&format!("`{words}` in the address"), async || {
            let query = self.url_query().await;
            if query.contains(words) { Ok(query) } else { Err(query) }
        })
        .await
    }

    pub async fn url_query(&self) -> String {
        self.client.current_url().await.unwrap().query().unwrap_or_default().to_owned()
    }

    /// Whether an element of this name is to be seen.
    pub async fn shows(&self, name: &str) -> bool {
        let script =
            "return document.querySelector(arguments[0])?.checkVisibility({ visibilityProperty: true }) ?? false;";
        self.script(script, &[named(name).into()]).await == true
    }

    /// What an element says once it is there.
    pub async fn says(&self, name: &str) -> String {
        self.element(name).await;
        self.said(&named(name)).await
    }

    /// What an element says once it holds these words.
    pub async fn says_with(&self, name: &str, words: &str) -> String {
        self.until(&format!("`{name}` to say `{words}`"), async || {
            let said = self.said(&named(name)).await;
            if said.contains(words) { Ok(said) } else { Err(said) }
        })
        .await
    }

    pub async fn gone(&self, name: &str) {
        self.until(&format!("`{name}` to go"), async || {
            if self.shows(name).await { Err(self.said(&named(name)).await) } else { Ok(()) }
        })
        .await;
    }

    /// What is wrong with what was typed.
    pub async fn complaint(&self) -> String {
        self.until("a message beside the field", async || match self.said(".wrong").await {
            said if said.is_empty() => Err(said),
            said => Ok(said),
        })
        .await
    }

    pub async fn no_complaint(&self) {
        self.until("no message beside a field", async || match self.said(".wrong").await {
            said if said.is_empty() => Ok(()),
            said => Err(said),
        })
        .await;
    }

    pub async fn field(&self, name: &str) -> String {
        let field = self.element(&format!("field-{name}")).await;
        field.prop("value").await.unwrap().unwrap_or_default()
    }

    pub async fn figure_is_painted(&self, figure: &str) {
        self.until(&format!("figure `{figure}` to be painted"), async || {
            match self.script(COLOURS, &[figure.into()]).await.as_u64() {
                Some(several) if several > 2 => Ok(()),
                colours => Err(format!("{colours:?} colours")),
            }
        })
        .await;
    }

    /// The reason that stands where a figure would.
    pub async fn figure_says(&self, figure: &str, words: &str) {
        self.says_with(&format!("figure-{figure}"), words).await;
    }

    pub async fn background(&self) -> String {
        let script = "return getComputedStyle(document.body).backgroundColor;";
        self.script(script, &[]).await.as_str().unwrap().to_owned()
    }

    /// How much wider the content is than the screen, in pixels.
    pub async fn overflow(&self) -> f64 {
        let script = "return document.documentElement.scrollWidth - screen.width;";
        self.script(script, &[]).await.as_f64().unwrap()
    }

    // What one can do.

    pub async fn press(&self, name: &str) {
        self.click(self.element(name).await).await;
    }

    /// Presses the button with these words on it.
    pub async fn press_button(&self, words: &str) {
        let button = format!("//button[normalize-space()='{words}']");
        let found = self.client.wait().at_most(PATIENCE).every(GLANCE).for_element(Locator::XPath(&button)).await;
        self.click(found.unwrap_or_else(|error| panic!("there is no button `{words}`: {error}"))).await;
    }

    /// Presses the button in a row of a table.
    pub async fn press_in_row(&self, row: &str) {
        let row = self.element(row).await;
        self.click(row.find(Locator::Css("button")).await.unwrap()).await;
    }

    /// Types a number into a field of the panel and leaves it.
    pub async fn set_field(&self, name: &str, value: &str) {
        self.type_into(&format!("field-{name}"), value).await;
    }

    /// Types a number into the sentence and leaves it.
    pub async fn set_in_sentence(&self, name: &str, value: &str) {
        self.type_into(&format!("inline-{name}"), value).await;
    }

    async fn type_into(&self, name: &str, value: &str) {
        let all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        self.element(name).await.send_keys(&format!("{all}{value}{}", char::from(Key::Tab))).await.unwrap();
    }

    /// Moves a slider by the keyboard.
    pub async fn move_slider(&self, name: &str, step: Step) {
        let key = |key: Key, times: usize| char::from(key).to_string().repeat(times);
        let keys = match step {
            Step::Up(times) => key(Key::Right, times),
            Step::Down(times) => key(Key::Left, times),
            Step::FarUp(times) => {
                format!("{}{}{}", char::from(Key::Shift), key(Key::Right, times), char::from(Key::Null))
            }
            Step::Undo => key(Key::Escape, 1),
        };
        self.element(&format!("slider-{name}")).await.send_keys(&keys).await.unwrap();
    }

    /// Chooses from a list by the id of the entry.
    pub async fn choose(&self, list: &str, id: &str) {
        self.element(list).await.select_by_value(id).await.unwrap();
    }

    /// Opens the arithmetic of the dollar in a row of a table.
    pub async fn click_dollar(&self, row: &str) {
        let row = self.element(row).await;
        self.click(row.find(Locator::Css("[data-opens]")).await.unwrap()).await;
    }

    /// The value in the open arithmetic, with all its digits.
    pub async fn explained_value(&self) -> String {
        self.until("the arithmetic", async || match self.said(&named("explain-value")).await {
            said if said.is_empty() => Err(said),
            said => Ok(said),
        })
        .await
    }

    pub async fn escape(&self) {
        let escape = char::from(Key::Escape);
        let press = KeyActions::new("keyboard".into());
        let press = press.then(KeyAction::Down { value: escape }).then(KeyAction::Up { value: escape });
        self.client.perform_actions(press).await.unwrap();
    }

    /// Grips what can be dragged in a figure, wherever it is, and drags it to the right by so many pixels.
    pub async fn drag(&self, figure: &str, by: f64) {
        let canvas = self.canvas(figure).await;
        let (_, _, width, _) = canvas.rectangle().await.unwrap();
        let grip = format!("{} .grip", named(&format!("figure-{figure}")));
        for place in (0..width as i32).step_by(8) {
            self.point(&canvas, f64::from(place) - width / 2.0, 0.0).await;
            if self.script("return document.querySelector(arguments[0]) !== null;", &[grip.clone().into()]).await
                == true
            {
                let pull = MouseActions::new("mouse".into()).then(PointerAction::Down { button: MOUSE_BUTTON_LEFT });
                let pull = pull.then(PointerAction::MoveBy { duration: None, x: by / 2.0, y: 0.0 });
                let pull = pull.then(PointerAction::MoveBy { duration: None, x: by / 2.0, y: 0.0 });
                let pull = pull.then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
                self.client.perform_actions(pull).await.unwrap();
                return;
            }
        }
        panic!("nothing in figure `{figure}` can be gripped");
    }

    /// What the first datum says that the pointer meets in a figure.
    pub async fn tip(&self, figure: &str) -> String {
        let canvas = self.canvas(figure).await;
        let (_, _, width, height) = canvas.rectangle().await.unwrap();
        for x in (0..width as i32).step_by(28) {
            for y in (0..height as i32).step_by(28) {
                self.point(&canvas, f64::from(x) - width / 2.0, f64::from(y) - height / 2.0).await;
                let tip = self.said(&format!("{} .tip", named(&format!("figure-{figure}")))).await;
                if !tip.is_empty() {
                    return tip;
                }
            }
        }
        panic!("nothing in figure `{figure}` has a tip");
    }

    async fn canvas(&self, figure: &str) -> Element {
        self.figure_is_painted(figure).await;
        let canvas = format!("{} canvas", named(&format!("figure-{figure}")));
        let middle = "document.querySelector(arguments[0]).scrollIntoView({ block: 'center' });";
        self.script(middle, &[canvas.clone().into()]).await;
        self.client.find(Locator::Css(&canvas)).await.unwrap()
    }

    /// Moves the pointer to a place, counted from the middle of an element.
    async fn point(&self, element: &Element, x: f64, y: f64) {
        let there =
            PointerAction::MoveToElement { element: element.clone(), duration: None, x: x.round(), y: y.round() };
        self.client.perform_actions(MouseActions::new("mouse".into()).then(there)).await.unwrap();
    }

    // How it is asked.

    async fn element(&self, name: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).every(GLANCE).for_element(Locator::Css(&named(name))).await;
        found.unwrap_or_else(|error| panic!("there is no `{name}`: {error}"))
    }

    /// A reader scrolls what they click to where the bar at the top does not cover it; the driver would not.
    async fn click(&self, element: Element) {
        let place = serde_json::to_value(&element).unwrap();
        self.script("arguments[0].scrollIntoView({ block: 'center', inline: 'center' });", &[place]).await;
        element.click().await.unwrap_or_else(|error| panic!("cannot be clicked: {error}"));
    }

    async fn said(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.innerText ?? '';";
        self.script(script, &[selector.into()]).await.as_str().unwrap_or_default().trim().to_owned()
    }

    async fn script(&self, script: &str, arguments: &[Value]) -> Value {
        self.client
            .execute(script, arguments.to_vec())
            .await
            .unwrap_or_else(|error: CmdError| panic!("{error}: {script}"))
    }

    pub async fn until<T>(&self, what: &str, mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
        let start = Instant::now();
        loop {
            match look().await {
                Ok(found) => return found,
                Err(instead) if start.elapsed() > PATIENCE => panic!("waited for {what}; there is: {instead}"),
                Err(_) => tokio::time::sleep(GLANCE).await,
            }
        }
    }
}

fn named(name: &str) -> String {
    format!("[data-testid='{name}']")
}
