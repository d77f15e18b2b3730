//! Taking fields out of a TOML table one by one, so that what is left is unknown and every fault is collected.

use std::{
    cell::RefCell,
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use toml::{Table, Value};

use super::{Env, Fault};

/// What every section of one file shares.
pub(super) struct File<'a> {
    folder: PathBuf,
    env: Env<'a>,
    faults: RefCell<Vec<Fault>>,
}

impl<'a> File<'a> {
    pub(super) fn new(path: &Path, env: Env<'a>) -> Self {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Self {
            folder: absolute.parent().map(Path::to_owned).unwrap_or_default(),
            env,
            faults: RefCell::default(),
        }
    }

    /// Notes a fault.
    pub(super) fn fault(&self, key: &str, problem: impl Into<String>, fix: impl Into<String>) {
        self.faults.borrow_mut().push(Fault {
            key: key.to_owned(),
            problem: problem.into(),
            fix: fix.into(),
        });
    }

    pub(super) fn faults(self) -> Vec<Fault> {
        self.faults.into_inner()
    }

    pub(super) fn has_faults(&self) -> bool {
        !self.faults.borrow().is_empty()
    }

    /// `path` as seen from the file, without `.` in it.
    pub(super) fn resolve(&self, path: &str) -> PathBuf {
        self.folder.join(path).components().collect()
    }

    /// Reads a secret; the fault never holds any of it.
    pub(super) fn secret(&self, key: &str, value: Value) -> Option<SecretString> {
        match value {
            Value::String(text) => self.filled(key, &text, "the secret is empty"),
            Value::Table(mut table) if table.len() == 1 => {
                match (table.remove("env"), table.remove("file")) {
                    (Some(Value::String(name)), None) => match (self.env)(&name) {
                        Some(text) => {
                            self.filled(key, &text, &format!("the variable {name} is empty"))
                        }
                        None => {
                            let problem = format!("the variable {name} is not set");
                            self.fault(key, problem, "set it where Torg is started");
                            None
                        }
                    },
                    (None, Some(Value::String(path))) => self.secret_file(key, &path),
                    _ => self.no_secret(key),
                }
            }
            _ => self.no_secret(key),
        }
    }

    pub(super) fn secret_file(&self, key: &str, path: &str) -> Option<SecretString> {
        let path = self.resolve(path);
        match std::fs::read_to_string(&path) {
            Ok(text) => self.filled(key, &text, &format!("the file {} is empty", path.display())),
            Err(error) => {
                let problem = format!("the file {} cannot be read ({error})", path.display());
                self.fault(key, problem, "paths are relative to the shop's file");
                None
            }
        }
    }

    fn filled(&self, key: &str, text: &str, otherwise: &str) -> Option<SecretString> {
        let text = text.trim();
        if text.is_empty() {
            self.fault(key, otherwise, "put the secret there");
            return None;
        }
        Some(SecretString::from(text))
    }

    fn no_secret(&self, key: &str) -> Option<SecretString> {
        let fix = "write a text in quotes, { env = \"NAME\" } or { file = \"path\" }";
        self.fault(key, "this is not a secret", fix);
        None
    }
}

/// One table of the file.
pub(super) struct Section<'f, 'a> {
    pub(super) file: &'f File<'a>,
    path: String,
    table: Table,
    asked: Vec<&'static str>,
}

impl<'f, 'a> Section<'f, 'a> {
    pub(super) fn new(file: &'f File<'a>, path: impl Into<String>, table: Table) -> Self {
        Self {
            file,
            path: path.into(),
            table,
            asked: Vec::new(),
        }
    }

    /// The full name of `key`.
    pub(super) fn name(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    pub(super) fn fault(&self, key: &str, problem: impl Into<String>, fix: impl Into<String>) {
        self.file.fault(&self.name(key), problem, fix);
    }

    pub(super) fn missing(&self, key: &str, fix: &str) {
        self.fault(key, "it is missing", fix);
    }

    /// Takes a field of any type.
    pub(super) fn take(&mut self, key: &'static str) -> Option<Value> {
        self.asked.push(key);
        self.table.remove(key)
    }

    /// Takes a text that is not empty; `fix` says how to write it.
    pub(super) fn text(&mut self, key: &'static str, fix: &str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::String(_) => {
                self.fault(key, "it is empty", fix);
                None
            }
            _ => {
                self.fault(key, "it is not a text in quotes", fix);
                None
            }
        }
    }

    /// Takes a text that must be there.
    pub(super) fn required(&mut self, key: &'static str, fix: &str) -> Option<String> {
        if !self.table.contains_key(key) {
            self.asked.push(key);
            self.missing(key, fix);
            return None;
        }
        self.text(key, fix)
    }

    /// Takes a secret that must be there.
    pub(super) fn secret(&mut self, key: &'static str, fix: &str) -> Option<SecretString> {
        match self.take(key) {
            Some(value) => self.file.secret(&self.name(key), value),
            None => {
                self.missing(key, fix);
                None
            }
        }
    }

    /// Takes a secret that may be absent.
    pub(super) fn optional_secret(&mut self, key: &'static str) -> Option<SecretString> {
        let value = self.take(key)?;
        self.file.secret(&self.name(key), value)
    }

    /// Takes a whole number within `bounds`.
    pub(super) fn number(
        &mut self,
        key: &'static str,
        bounds: std::ops::RangeInclusive<u64>,
        unit: &str,
    ) -> Option<u64> {
        let value = self.take(key)?;
        let number = value.as_integer().and_then(|n| u64::try_from(n).ok());
        let fits = number.filter(|number| bounds.contains(number));
        if fits.is_none() {
            let (least, most) = (bounds.start(), bounds.end());
            let fix = format!("write a whole number from {least} to {most}{unit}");
            self.fault(key, "it is out of bounds", fix);
        }
        fits
    }

    /// Takes a table; `None` when it is absent or is none.
    pub(super) fn section(&mut self, key: &'static str) -> Option<Section<'f, 'a>> {
        match self.take(key)? {
            Value::Table(table) => Some(Section::new(self.file, self.name(key), table)),
            _ => {
                self.fault(
                    key,
                    "it is not a table",
                    format!("write [{key}] on a line of its own"),
                );
                None
            }
        }
    }

    /// Every field that is left, for tables whose fields are the seller's own.
    pub(super) fn rest(&mut self) -> Table {
        std::mem::take(&mut self.table)
    }

    /// Complains of every field that nobody took.
    pub(super) fn finish(self) {
        for key in self.table.keys() {
            let known = self.asked.join(", ");
            let fix = format!("remove it, or spell one of: {known}");
            self.fault(key, "this key is not known", fix);
        }
    }
}
