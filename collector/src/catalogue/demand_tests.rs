//! What a demand file says, and what none can say.

use super::*;
use crate::catalogue::Catalogue;

const RUN: Mix = Mix { input: 300.0, cached: 30.0, output: 200.0 };
const WORDS: &str = "name = \"n\"\nabout = \"a\"\nsource = \"s\"\n";

fn file(text: &str) -> DemandFile {
    DemandFile::parse("demand/a.toml", &format!("{WORDS}{text}"), None).unwrap()
}

fn refused(text: &str, expected: &[&str]) {
    let problems = DemandFile::parse("demand/a.toml", &format!("{WORDS}{text}"), None).unwrap_err();
    let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let expected: Vec<String> = expected.iter().map(|problem| format!("demand/a.toml: {problem}")).collect();
    assert_eq!(found, expected, "of {text}");
}

fn own(name: &str) -> DemandFile {
    Catalogue::load(None).unwrap().demand(name).unwrap()
}

#[test]
fn every_example_has_the_volume_that_its_source_states() {
    let per_day = |name: &str| own(name).demand(RUN).unwrap().requests_per_day;
    assert_eq!(per_day("saas-chatbot"), 10_000.0);
    assert_eq!(per_day("consumer-app"), 50_000.0);
    let month = own("million-requests").demand(RUN).unwrap().per_month();
    assert!((month - 1e6).abs() < 1e-6, "{month}");
    let documents = own("document-pipeline");
    for run in [RUN, Mix { input: 4000.0, cached: 0.0, output: 100.0 }] {
        let tokens = documents.demand(run).unwrap().mean_rate().value() * documents.mix(run).total();
        assert!((tokens - 2777.8).abs() < 0.1, "{tokens} tokens a second");
    }
}

#[test]
fn the_examples_say_what_they_assume() {
    let assumed = |name: &str| own(name).assumed;
    assert_eq!(assumed("saas-chatbot"), ["hours"]);
    assert!(assumed("document-pipeline").is_empty());
    assert!(assumed("million-requests").is_empty());
    assert_eq!(assumed("consumer-app"), ["requests_per_user_per_day"]);
    assert_eq!(own("saas-chatbot").shape().slots().last().unwrap().weight, 100.0 / (1160.0 / 24.0));
    assert_eq!(own("consumer-app").mix(RUN), Mix { input: 500.0, cached: 50.0, output: 200.0 });
}

#[test]
fn developers_are_counted() {
    let team = own("developers");
    assert_eq!((team.count(), team.heads().unwrap().who.word()), (Some(8.0), "developer"));
    let more = team.with_count(20.0).unwrap();
    assert_eq!(more.demand(RUN).unwrap().requests_per_day, 5000.0);
    assert_eq!(more.assumed, ["requests_per_developer_per_day", "cached_input_tokens", "peak_to_mean", "api.cached"]);
    assert_eq!(more.api_use(), ApiUse { cached: 0.94, ..ApiUse::default() });
    let none = more.with_count(0.0).unwrap_err().to_string();
    assert_eq!(none, "`developers` must be a number from 1 to 1000000000, not 0");
    let chatbot = own("saas-chatbot");
    assert_eq!(chatbot.count(), None);
    let error = chatbot.with_count(3.0).unwrap_err().to_string();
    assert_eq!(error, "the demand `SaaS chatbot` does not count users or developers");
}

#[test]
fn the_page_is_told_of_every_demand() {
    let chatbot = own("saas-chatbot").preset("saas-chatbot");
    assert_eq!((chatbot.requests_per_day, chatbot.tokens_per_day, chatbot.input_tokens), (Some(10_000.0), None, None));
    assert!((chatbot.peak_to_mean.unwrap() - 2.069).abs() < 1e-3);
    let pipeline = own("document-pipeline").preset("document-pipeline");
    assert_eq!((pipeline.requests_per_day, pipeline.tokens_per_day), (None, Some(240_000_000.0)));
    assert_eq!(pipeline.peak_to_mean, None);
    let department = own("developers-50").preset("developers-50");
    assert_eq!((department.requests_per_day, department.cached), (Some(12_500.0), 0.94));
    assert_eq!((department.input_tokens, department.output_tokens), (Some(68_700.0), Some(520.0)));
    assert!(department.assumed.contains(&"developers".to_owned()));
}

#[test]
fn a_volume_is_given_in_one_way() {
    assert_eq!(file("requests_per_month = 730").demand(RUN).unwrap().requests_per_day, 24.0);
    refused(
        "peak_to_mean = 2",
        &["volume: is missing; give one of `requests_per_day`, `requests_per_month`, `tokens_per_hour`, `users`, \
           `developers`, or a `csv`"],
    );
    refused(
        "requests_per_day = 1\nrequests_per_month = 30",
        &["`requests_per_month`: gives a volume, and so does `requests_per_day`; keep one"],
    );
    refused("users = 3", &["`users`: needs `requests_per_user_per_day` too"]);
    refused(
        "requests_per_day = 1\nrequests_per_developer_per_day = 3",
        &["`requests_per_developer_per_day`: needs `developers` too"],
    );
}

#[test]
fn a_volume_in_tokens_needs_tokens_a_request() {
    let unsaid = file("tokens_per_hour = 1000");
    assert_eq!(unsaid.demand(RUN).unwrap().requests_per_day, 48.0);
    let empty = Mix { input: 0.0, cached: 0.0, output: 0.0 };
    assert_eq!(unsaid.demand(empty).unwrap_err().field, "tokens_per_request");
    let said = file("tokens_per_hour = 1000\ninput_tokens = 90\noutput_tokens = 10");
    assert_eq!(said.demand(empty).unwrap().requests_per_day, 240.0);
    // So few tokens of so large requests that it is no demand.
    assert_eq!(file("tokens_per_hour = 1\ninput_tokens = 1e7").demand(RUN).unwrap_err().field, "requests_per_day");
}

#[test]
fn numbers_lie_in_their_ranges() {
    refused("requests_per_day = -1", &["`requests_per_day`: must be a number from 0.001 to 1000000000000, not -1"]);
    refused("requests_per_month = nan", &["`requests_per_month`: must be a number from 1 to 1000000000000, not NaN"]);
    refused(
        "users = inf\nrequests_per_user_per_day = 0\ninput_tokens = 0\npeak_to_mean = 25",
        &[
            "`input_tokens`: must be a number from 1 to 10000000, not 0",
            "`users`: must be a number from 1 to 1000000000, not inf",
            "`requests_per_user_per_day`: must be a number from 0.001 to 100000, not 0",
            "`peak_to_mean`: must be a number from 1 to 24, not 25",
        ],
    );
    refused(
        "requests_per_day = 1\ninput_tokens = 10\ncached_input_tokens = 11",
        &["`cached_input_tokens`: must be a number from 0 to 10, not 11"],
    );
    refused(
        "requests_per_day = 1\ncached_input_tokens = 11",
        &["`cached_input_tokens`: is a part of `input_tokens`, which is missing"],
    );
}

#[test]
fn what_is_left_open_is_as_in_the_run() {
    let mix = |text: &str| file(&format!("requests_per_day = 1\n{text}")).mix(RUN);
    assert_eq!(mix(""), RUN);
    assert_eq!(mix("output_tokens = 7"), Mix { output: 7.0, ..RUN });
    assert_eq!(mix("input_tokens = 1000"), Mix { input: 1000.0, cached: 100.0, ..RUN });
    assert_eq!(mix("input_tokens = 1000\ncached_input_tokens = 0"), Mix { input: 1000.0, cached: 0.0, ..RUN });
}

#[test]
fn hours_may_be_of_any_stretch() {
    let hours = |hours: &str| file(&format!("requests_per_day = 1\nhours = {hours}"));
    assert_eq!(hours("[0, 1, 2]").shape().peak_to_mean(), 2.0);
    assert_eq!(hours("[5]").shape().peak_to_mean(), 1.0);
    refused("requests_per_day = 1\nhours = []", &["`hours`: must be from 1 to 100000 numbers, not 0"]);
    refused("requests_per_day = 1\nhours = [0, 0]", &["`hours`: at least one hour must be above 0"]);
    refused(
        "requests_per_day = 1\nhours = [1, -2]",
        &["`hours`: each must be a number from 0 to 1000000000000, not -2"],
    );
    refused(
        "requests_per_day = 1\nhours = [1]\npeak_to_mean = 2",
        &["`peak_to_mean`: says how requests are spread, and so does `hours`; keep one"],
    );
}

#[test]
fn an_api_is_used_in_shares() {
    let usage = file("requests_per_day = 1\napi = { cached = 0.5, written = 0.5, reasoning = 3, batch = 1 }").api_use();
    assert_eq!(usage, ApiUse { cached: 0.5, written: 0.5, reasoning: 3.0, batch: 1.0 });
    let wrong = |api: &str, expected: &str| refused(&format!("requests_per_day = 1\napi = {{ {api} }}"), &[expected]);
    wrong("cached = 2", "`api.cached`: must be a number from 0 to 1, not 2");
    wrong("cached = 0.75, written = 0.5", "`api.written`: must be a number from 0 to 0.25, not 0.5");
    wrong("batch = nan", "`api.batch`: must be a number from 0 to 1, not NaN");
}

#[test]
fn unknown_keys_and_assumptions_about_nothing_are_refused() {
    let problems = DemandFile::parse("demand/a.toml", &format!("{WORDS}request_per_day = 1\n"), None).unwrap_err();
    assert!(problems[0].to_string().starts_with("demand/a.toml: line 4: unknown field `request_per_day`"));
    refused(
        "requests_per_day = 1\nassumed = [\"peak_to_mean\", \"requests_per_day\", \"colour\"]",
        &["`assumed`: the file has no number `peak_to_mean`", "`assumed`: the file has no number `colour`"],
    );
}

#[test]
fn a_csv_lies_beside_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        std::fs::create_dir_all(folder.path().join("demand")).unwrap();
        std::fs::write(folder.path().join("demand").join(path), text).unwrap();
    };
    let problems =
        || -> Vec<String> { Catalogue::read(Some(folder.path())).unwrap().1.iter().map(ToString::to_string).collect() };
    write("hours.csv", "hour,requests\n0,10\n1,30\n");
    write("own.toml", &format!("{WORDS}csv = \"hours.csv\"\n"));
    write("scaled.toml", &format!("{WORDS}csv = \"hours.csv\"\nrequests_per_day = 7\n"));
    assert!(problems().is_empty());
    let catalogue = Catalogue::load(Some(folder.path())).unwrap();
    let demand = |name: &str| catalogue.demand(name).unwrap().demand(RUN).unwrap();
    assert_eq!((demand("own").requests_per_day, demand("own").shape.peak_to_mean()), (480.0, 1.5));
    // With a volume of its own, a file takes only the shape.
    assert_eq!((demand("scaled").requests_per_day, demand("scaled").shape.peak_to_mean()), (7.0, 1.5));

    let path = |name: &str| folder.path().join("demand").join(name).display().to_string();
    assert_eq!(demand(&path("own.toml")), demand("own"));
    assert_eq!(demand(&path("hours.csv")), demand("own"));

    write("hours.csv", "hour,requests\n0,10\n1,many\n");
    std::fs::remove_file(path("scaled.toml")).unwrap();
    assert_eq!(problems(), ["demand/own.toml: `csv`: `hours.csv`: line 3: `many` is not a number of requests"]);
    assert!(catalogue.demand(&path("own.toml")).is_err());
    refused("csv = \"hours.csv\"", &["`csv`: only a file on disk can name a CSV, not one that the program carries"]);
}

#[test]
fn a_name_that_is_not_known_is_refused() {
    let error = Catalogue::load(None).unwrap().demand("chatbot.toml").unwrap_err();
    assert_eq!(error.to_string(), "unknown demand `chatbot.toml`");
}
