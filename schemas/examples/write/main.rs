//! Writes the JSON Schema of every event type to `schemas/json`, and removes what belongs to none.

mod generate;

use std::{collections::BTreeSet, ffi::OsString, fs, io, path::Path};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("json");
    fs::create_dir_all(&folder)?;
    let mut written = BTreeSet::new();
    for (event_type, schema) in generate::all() {
        let file = format!("{}.json", generate::file_stem(&event_type));
        fs::write(folder.join(&file), generate::print(&schema))?;
        written.insert(OsString::from(file));
    }
    for entry in fs::read_dir(&folder)? {
        let entry = entry?;
        if !written.contains(&entry.file_name()) {
            fs::remove_file(entry.path())?;
        }
    }
    report(written.len());
    Ok(())
}

#[expect(
    clippy::print_stdout,
    reason = "whoever runs this wants to know that it did something"
)]
fn report(count: usize) {
    println!("schemas/json: {count} event types");
}
