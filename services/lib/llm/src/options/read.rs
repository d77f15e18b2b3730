//! What the three kinds of options have in common: reading them into an endpoint, with every fault named at once.

use std::{error::Error as _, fs, path::Path, str::FromStr as _, time::Duration};

use reqwest::{Certificate, Url, header::HeaderName};

use super::Faults;
use crate::{
    endpoint::{BuildError, EndpointConfig, is_loopback},
    secret::Secret,
};

/// Headers that are ours or the HTTP library's to set.
const OURS: [&str; 8] = [
    "host",
    "content-length",
    "content-type",
    "transfer-encoding",
    "connection",
    "accept-encoding",
    "user-agent",
    "accept",
];
/// Longest name of a model.
const LONGEST_MODEL: usize = 256;

/// The options of one kind, as they were given.
pub(super) struct Given<'a> {
    pub(super) prefix: &'static str,
    pub(super) base_url: Option<&'a str>,
    pub(super) key: Option<&'a Secret>,
    pub(super) key_file: Option<&'a Path>,
    pub(super) model: Option<&'a str>,
    pub(super) root_cert: Option<&'a Path>,
    pub(super) headers: Option<&'a Secret>,
    pub(super) deadline_ms: u64,
}

fn set(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn set_path(path: Option<&Path>) -> Option<&Path> {
    path.filter(|path| !path.as_os_str().is_empty())
}

impl Given<'_> {
    /// Whether there is to be such a model at all.
    pub(super) fn is_on(&self) -> bool {
        set(self.base_url).is_some()
    }

    /// That an option stands alone.
    pub(super) fn without_base_url(&self, option: &str) -> String {
        let prefix = self.prefix;
        format!(
            "{prefix}_{option} is set and {prefix}_BASE_URL is not: set the endpoint too, or remove it"
        )
    }

    /// The endpoint and the model. What is wrong is added to `faults`, and the result is then of no use.
    pub(super) fn read(&self, faults: &mut Vec<String>) -> Option<(EndpointConfig, String)> {
        let prefix = self.prefix;
        let Some(base_url) = set(self.base_url) else {
            let alone = [
                ("KEY", self.key().is_some()),
                ("KEY_FILE", set_path(self.key_file).is_some()),
                ("MODEL", set(self.model).is_some()),
                ("ROOT_CERT", set_path(self.root_cert).is_some()),
                ("HEADERS", self.headers().is_some()),
            ];
            faults.extend(
                alone
                    .iter()
                    .filter(|(_, set)| *set)
                    .map(|(option, _)| self.without_base_url(option)),
            );
            return None;
        };
        let mut note = |result: Result<(), String>| {
            if let Err(fault) = result {
                faults.push(format!("{prefix}_{fault}"));
            }
        };
        let mut model = String::new();
        note(self.read_model().map(|name| model = name));
        let mut key = None;
        note(self.read_key().map(|found| key = found));
        let mut roots = Vec::new();
        note(self.read_roots().map(|found| roots = found));
        let mut headers = Vec::new();
        note(self.read_headers().map(|found| headers = found));
        let mut base = None;
        note(read_base_url(base_url).map(|url| base = Some(url)));
        let mut config = EndpointConfig::new(base?, Duration::from_millis(self.deadline_ms));
        if config.base_url.scheme() == "http" && key.is_some() && !is_loopback(&config.base_url) {
            tracing::warn!(
                "the key of {prefix}_BASE_URL travels without encryption, because its address is http"
            );
        }
        (config.key, config.roots, config.headers) = (key, roots, headers);
        Some((config, model))
    }

    fn key(&self) -> Option<&Secret> {
        self.key.filter(|key| set(Some(key.expose())).is_some())
    }

    fn headers(&self) -> Option<&Secret> {
        self.headers
            .filter(|headers| set(Some(headers.expose())).is_some())
    }

    fn read_model(&self) -> Result<String, String> {
        let model =
            set(self.model).ok_or("MODEL is not set: name the model as the endpoint does")?;
        if model.len() > LONGEST_MODEL || model.chars().any(char::is_control) {
            return Err(format!(
                "MODEL must be one line of at most {LONGEST_MODEL} bytes"
            ));
        }
        Ok(model.to_owned())
    }

    fn read_key(&self) -> Result<Option<Secret>, String> {
        let key = match (self.key(), set_path(self.key_file)) {
            (Some(_), Some(_)) => {
                return Err("KEY and its KEY_FILE are both set: remove one".to_owned());
            }
            (Some(key), None) => key.expose().trim().to_owned(),
            (None, Some(file)) => {
                let shown = file.display();
                let text = fs::read_to_string(file).map_err(|error| {
                    format!(
                        "KEY_FILE {shown} cannot be read ({error}): mend the path or its rights"
                    )
                })?;
                match text.trim() {
                    "" => return Err(format!("KEY_FILE {shown} is empty: put the key into it")),
                    key => key.to_owned(),
                }
            }
            (None, None) => return Ok(None),
        };
        if !key.chars().all(|c| c.is_ascii_graphic()) {
            return Err(
                "KEY must be one word of visible ASCII characters: copy it again".to_owned(),
            );
        }
        Ok(Some(key.as_str().into()))
    }

    fn read_roots(&self) -> Result<Vec<Certificate>, String> {
        let Some(file) = set_path(self.root_cert) else {
            return Ok(Vec::new());
        };
        let shown = file.display();
        let pem = fs::read(file).map_err(|error| {
            format!("ROOT_CERT {shown} cannot be read ({error}): mend the path or its rights")
        })?;
        match Certificate::from_pem_bundle(&pem) {
            Ok(certificates) if !certificates.is_empty() => Ok(certificates),
            Ok(_) | Err(_) => Err(format!(
                "ROOT_CERT {shown} holds no certificate in PEM: it must begin with -----BEGIN CERTIFICATE-----"
            )),
        }
    }

    fn read_headers(&self) -> Result<Vec<(HeaderName, Secret)>, String> {
        let text = self.headers().map_or("", Secret::expose);
        let parts = text
            .split(';')
            .map(str::trim)
            .filter(|part| !part.is_empty());
        parts
            .enumerate()
            .map(|(at, part)| header(at + 1, part))
            .collect()
    }
}

/// One header. A fault tells its number and, once that is sure to be a name, its name, and never its value.
fn header(number: usize, part: &str) -> Result<(HeaderName, Secret), String> {
    let form = || format!("HEADERS: part {number} is not of the form `Name: value`");
    let (name, value) = part.split_once(':').ok_or_else(form)?;
    let name = HeaderName::from_str(name.trim()).map_err(|_| form())?;
    let value = value.trim();
    if OURS.contains(&name.as_str()) {
        return Err(format!(
            "HEADERS: {name} is set by the program itself: remove it"
        ));
    }
    if value.is_empty() || !value.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        return Err(format!(
            "HEADERS: the value of {name} must be visible ASCII characters"
        ));
    }
    Ok((name, value.into()))
}

fn read_base_url(text: &str) -> Result<Url, String> {
    // The address is not repeated: it may hold a key by mistake.
    let form = || "BASE_URL must look like https://api.openai.com/v1".to_owned();
    let url: Url = text.parse().map_err(|_| form())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return Err(form());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "BASE_URL holds a user or a password: put the key into the option for it".to_owned(),
        );
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("BASE_URL has something behind ? or #: remove it".to_owned());
    }
    let path = url.path().trim_end_matches('/');
    let operations = ["/chat/completions", "/embeddings", "/audio/transcriptions"];
    if let Some(operation) = operations
        .into_iter()
        .find(|operation| path.ends_with(operation))
    {
        return Err(format!(
            "BASE_URL ends with {operation}, which is added by the program: remove it"
        ));
    }
    Ok(url)
}

/// The client, when the options name one and nothing is wrong with them.
pub(super) fn finish<G, T>(
    found: Option<G>,
    mut faults: Vec<String>,
    prefix: &str,
    build: impl FnOnce(G) -> Result<T, BuildError>,
) -> Result<Option<T>, Faults> {
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    let Some(found) = found else { return Ok(None) };
    match build(found) {
        Ok(client) => Ok(Some(client)),
        Err(error) => {
            let cause = error
                .source()
                .map(|cause| format!(" ({cause})"))
                .unwrap_or_default();
            faults.push(format!("{prefix}: {error}{cause}"));
            Err(Faults(faults))
        }
    }
}
