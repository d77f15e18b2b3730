//! Writes those parts of the READMEs under `services/` that code or files already say: the help of each command, the
//! topology table, the index of decisions.
//!
//! A generated part stands between `<!-- generated: NAME -->` and `<!-- end -->`. Everything around it is left alone.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use schemas::topology::{EVENTS, PARKED, REACTORS, SHARDS, TIMERS};

/// Columns of a help page, whatever terminal this runs in.
const WIDTH: usize = 100;
const BEGIN: &str = "<!-- generated: ";
const END: &str = "<!-- end -->";

fn main() -> anyhow::Result<()> {
    let services = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("this crate is in no folder")?;
    let mut written = 0;
    for path in readmes(services)? {
        let text = fs::read_to_string(&path)?;
        let (filled, parts) =
            fill(&text, services).with_context(|| format!("while filling {}", path.display()))?;
        // An unchanged file keeps its time.
        if filled != text {
            fs::write(&path, filled)?;
        }
        written += parts;
    }
    report(written);
    Ok(())
}

/// `services/README.md` and the README of each service.
fn readmes(services: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = vec![services.join("README.md")];
    for entry in fs::read_dir(services)? {
        let path = entry?.path().join("README.md");
        if path.is_file() {
            found.push(path);
        }
    }
    Ok(found)
}

/// The text with every generated part written anew, and how many there are.
fn fill(text: &str, services: &Path) -> anyhow::Result<(String, usize)> {
    let (mut filled, mut rest, mut parts) = (String::new(), text, 0);
    while let Some((before, part)) = rest.split_once(BEGIN) {
        let (name, body) = part.split_once(" -->").context("a marker has no end")?;
        let (_, after) = body
            .split_once(END)
            .with_context(|| format!("{name:?} has no {END}"))?;
        let content = content(name, services)?;
        filled.push_str(&format!(
            "{before}{BEGIN}{name} -->\n{}\n{END}",
            content.trim_end()
        ));
        rest = after;
        parts += 1;
    }
    filled.push_str(rest);
    Ok((filled, parts))
}

fn content(name: &str, services: &Path) -> anyhow::Result<String> {
    match name {
        "topology" => Ok(topology()),
        "decisions" => decisions(&services.join("decisions")),
        command => help(command),
    }
}

/// What a command prints when it is asked with `--help`.
fn help(command: &str) -> anyhow::Result<String> {
    let torg = without_environment(torg::command()).term_width(WIDTH);
    let words = command.split(' ').chain(["--help"]);
    let page = match torg.try_get_matches_from(words) {
        Err(page) if page.kind() == clap::error::ErrorKind::DisplayHelp => page.to_string(),
        _ => anyhow::bail!("there is no command {command:?}"),
    };
    let lines: Vec<&str> = page.lines().map(str::trim_end).collect();
    Ok(format!("```text\n{}\n```", lines.join("\n").trim_end()))
}

/// Names variables and never says what they hold here.
fn without_environment(command: clap::Command) -> clap::Command {
    command
        .mut_args(|argument| argument.hide_env_values(true))
        .mut_subcommands(without_environment)
}

fn topology() -> String {
    let mut text = format!(
        "Streams: `LOG_00` … `LOG_{:02}`, `{TIMERS}`, `{PARKED}`.\n\n| event type | its one writer | wakes |\n|---|---|---|\n",
        SHARDS.saturating_sub(1)
    );
    for event in EVENTS {
        let woken = REACTORS
            .iter()
            .filter(|reactor| reactor.reacts_to.contains(&event.name))
            .map(|reactor| format!("`{}`", reactor.consumer))
            .collect::<Vec<_>>();
        text.push_str(&format!(
            "| `{}` | {} | {} |\n",
            event.name,
            event.writer,
            woken.join(" ")
        ));
    }
    text.push_str("\n| durable consumer | run by | reacts to |\n|---|---|---|\n");
    for reactor in REACTORS {
        let names = reactor.reacts_to.iter().map(|name| {
            let short = name
                .trim_start_matches("torg.conversation.")
                .trim_end_matches(".v1");
            format!("`{short}`")
        });
        text.push_str(&format!(
            "| `{}` | {} | {} |\n",
            reactor.consumer,
            reactor.service,
            names.collect::<Vec<_>>().join(" ")
        ));
    }
    text
}

/// One line for each decision: the file's own title.
fn decisions(folder: &Path) -> anyhow::Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let mut text = String::new();
    for name in names.iter().filter(|name| name.ends_with(".md")) {
        let page = fs::read_to_string(folder.join(name))?;
        let title = page.lines().next().and_then(|line| line.strip_prefix("# "));
        let title = title.with_context(|| format!("{name} does not begin with a title"))?;
        text.push_str(&format!("- [{title}](decisions/{name})\n"));
    }
    Ok(text)
}

#[expect(
    clippy::print_stdout,
    reason = "whoever runs this wants to know that it did something"
)]
fn report(count: usize) {
    println!("services: {count} generated parts");
}
