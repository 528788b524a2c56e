//! A small built page is prerendered, by the old name of the verb: what it then shows, what lies beside it, what is refused.

use crate::folder::{Folder, Said};
use crate::imported;

const STYLE: &str = "h1{color:red}";
const PAGE: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Forge</title>\
    <meta data-prerender=title property=og:description><link href=./style-1.css rel=stylesheet>\
    <script type=module>import a from\"./app-1.js\"</script></head><body><div id=app></div><div class=start>\
    <p data-prerender=question>Loading</p><h1 data-prerender=headline></h1><ul data-prerender=reasons></ul><div data-prerender=beside></div>\
    <div class=plot data-prerender=figure></div></div></body></html>";
const BAKE: &str = "bake --dist dist --results out";

/// Imported results, and a page that was built with them.
fn built() -> Folder {
    let folder = imported();
    assert!(folder.run("index out").ok);
    folder.write("dist/index.html", PAGE);
    folder.write("dist/style-1.css", STYLE);
    folder.write("dist/app-1.js", "export default () => {}");
    folder.write("dist/results/index.json", &folder.read("out/index.json"));
    folder
}

fn refused(said: &Said, why: &str) {
    assert!(!said.ok && said.talk.starts_with(&format!("error: {why}")), "{}", said.talk);
    assert!(said.talk.contains("\nhint: "), "{}", said.talk);
}

#[test]
fn a_prerendered_page_answers_without_its_program() {
    let folder = built();
    let said = folder.run(BAKE);
    assert!(said.ok, "{}", said.talk);
    assert_eq!(said.data, "dist/index.html\ndist/sw.js\n");
    let html = folder.read("dist/index.html");
    for words in [
        "<h1>At <span class=\"whole\"><span class=\"inline\">10,000</span></span> requests a day of ",
        " one RTX A5000 at ",
        "GPT-4o",
        "class=\"badge measured\"",
        "<strong>",
        "<ul><li>Self-hosting costs less than ",
    ] {
        assert!(html.contains(words), "{words}: {html}");
    }
    assert!(html.contains("<meta content=\"At 10,000 requests a day"), "{html}");
    assert!(html.contains("<summary>One thing to know about this run</summary>"), "{html}");
    for class in ["narrow", "wide"] {
        assert_eq!(html.matches(&format!("<svg class=\"{class}\"")).count(), 1, "{html}");
    }
    assert!(!html.contains("data-prerender") && !html.contains("<link"), "{html}");
}

#[test]
fn a_prerendered_page_carries_its_style_and_its_policy() {
    let folder = built();
    assert!(folder.run(BAKE).ok);
    let html = folder.read("dist/index.html");
    assert!(html.contains(&format!("<style>{STYLE}.start{{--f0:#ffffff;")), "{html}");
    assert!(!folder.exists("dist/style-1.css"));
    let policy = collector::page_policy::for_document(&html);
    assert!(html.contains(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">")), "{html}");
    assert!(policy.contains("style-src-elem 'self' 'sha256-") && policy.contains("'wasm-unsafe-eval' 'sha256-"));
}

#[test]
fn the_page_is_kept_for_visits_without_a_network() {
    let folder = built();
    assert!(folder.run(BAKE).ok);
    let script = folder.read("dist/sw.js");
    assert!(script.contains("const FILES = [\"./\",\"app-1.js\"];"), "{script}");
    let again = built();
    again.write("dist/app-1.js", "export default () => 1");
    assert!(again.run(BAKE).ok);
    assert_ne!(again.read("dist/sw.js"), script, "another page is another version");
}

#[test]
fn a_page_is_prerendered_once() {
    let folder = built();
    assert!(folder.run(BAKE).ok);
    let before = [folder.read("dist/index.html"), folder.read("dist/sw.js")];
    refused(&folder.run(BAKE), "the page cannot be prerendered: it has been prerendered already");
    assert_eq!([folder.read("dist/index.html"), folder.read("dist/sw.js")], before);
}

#[test]
fn what_cannot_be_prerendered_stays_as_it_was() {
    let pages = [
        (
            PAGE.replace(" data-prerender=figure", ""),
            "the page cannot be prerendered: no element is marked data-prerender=\"figure\"",
        ),
        (PAGE.replace("rel=stylesheet", "rel=icon"), "the page cannot be prerendered: it does not link one style"),
        (PAGE.replace("<meta charset=utf-8>", ""), "the page cannot be prerendered: it does not say its character set"),
    ];
    for (page, why) in pages {
        let folder = built();
        folder.write("dist/index.html", &page);
        refused(&folder.run(BAKE), why);
        assert_eq!(folder.read("dist/index.html"), page);
        assert!(folder.exists("dist/style-1.css") && !folder.exists("dist/sw.js"));
    }
    refused(&Folder::new().run(BAKE), "there is no built page in `dist`: ");
}

#[test]
fn a_first_screen_with_other_numbers_than_the_page_is_refused() {
    let folder = built();
    let index = folder.read("dist/results/index.json");
    folder.write("dist/results/index.json", &index.replacen("usd_per_1m_input\": ", "usd_per_1m_input\": 9", 1));
    refused(&folder.run(BAKE), "the page would show other numbers than its first screen: dist/results/index.json: ");
    assert_eq!(folder.read("dist/index.html"), PAGE);
}
