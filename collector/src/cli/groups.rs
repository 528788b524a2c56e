//! The help of `collector --help`: the verbs in groups, each with its line, and two examples.
//!
//! The lines are those of the verbs themselves; only the groups are said here.

use std::fmt::Write as _;

use clap::Subcommand as _;
use clap::builder::Styles;

use crate::cli::Command;

/// Each group with its verbs, in the order in which a reader meets them.
const GROUPS: [(&str, &[&str]); 5] = [
    ("Measure", &["sweep", "rehearse", "selfcheck"]),
    ("Files", &["import", "export", "merge", "dataset", "index", "check"]),
    ("Cost", &["cost", "breakeven", "bill", "sensitivity", "prices"]),
    ("Choose", &["fit", "advise", "estimate", "size", "decide"]),
    ("Page", &["explore", "render"]),
];

/// What stands at the end of the help.
pub const EXAMPLES: &str = "\
Examples:
  collector rehearse --out out/rehearsal
  collector breakeven --slo 'ttft:p99<2s' --api openai/gpt-4o-mini

`collector COMMAND --help` shows the flags of a command and more examples.";

/// The help's template, with the groups in place of clap's list of all verbs.
pub fn help_template() -> String {
    let styles = Styles::default();
    let (header, literal) = (styles.get_header(), styles.get_literal());
    let verbs = Command::augment_subcommands(clap::Command::new("collector"));
    let mut groups = String::new();
    for (group, names) in GROUPS {
        let _ = writeln!(groups, "{header}{group}:{header:#}");
        for name in names {
            let about = verbs.find_subcommand(name).and_then(clap::Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(groups, "  {literal}{name:<13}{literal:#}{about}");
        }
        groups.push('\n');
    }
    format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}{header}Options:{header:#}\n{{options}}{{after-help}}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    use crate::cli::Cli;

    #[test]
    fn every_visible_verb_stands_in_exactly_one_group() {
        let command = Cli::command();
        let visible = command.get_subcommands().filter(|verb| !verb.is_hide_set()).map(clap::Command::get_name);
        let mut visible: Vec<&str> = visible.collect();
        let mut grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        visible.sort_unstable();
        grouped.sort_unstable();
        assert_eq!(grouped, visible);
    }

    #[test]
    fn the_help_has_one_line_a_verb_and_fits_80_columns() {
        let help = Cli::command().render_help().to_string();
        for (_, names) in GROUPS {
            for name in names {
                let found = help.lines().filter(|line| line.starts_with(&format!("  {name} "))).count();
                assert_eq!(found, 1, "{name}: {help}");
            }
        }
        let wide: Vec<&str> = help.lines().filter(|line| line.chars().count() > 80).collect();
        assert!(wide.is_empty(), "{wide:#?}");
        assert!(help.contains("\nExamples:\n  collector "), "{help}");
    }

    #[test]
    fn the_old_name_of_prerendering_still_works() {
        use clap::Parser as _;
        for verb in ["bake", "prerender"] {
            let cli = Cli::try_parse_from(["collector", verb, "--dist", "site"]).expect(verb);
            assert!(matches!(cli.command, Command::Prerender(args) if args.dist.as_os_str() == "site"));
        }
        assert!(!Cli::command().render_help().to_string().contains("prerender"));
    }
}
