//! Google spreadsheets that are shared by link, read as CSV without a key: one tab for each link.
//!
//! Only the exporting address is used. The one for charts guesses a type for each column and leaves out the cells that
//! do not fit, which loses articles.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::{Client, Response, StatusCode, Url, header};

use crate::{
    desk::SheetLink,
    error::{BuildError, SendError},
    http,
};

/// More is no shop's sheet, bytes.
pub const LARGEST: usize = 16 * 1024 * 1024;
/// Redirects that are followed. Google needs one or two.
const REDIRECTS: u32 = 5;
/// Where Google hands the content out: any host below this. Source: addresses that the export redirects to.
const CONTENT: &str = ".googleusercontent.com";
/// Where Google sends those who have to say who they are.
const LOGIN: &str = "accounts.google.com";

/// Why a sheet was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetFault {
    /// Only those who are invited can read it: share it by link.
    #[error("the sheet is not shared by link")]
    NotShared,
    /// There is no such spreadsheet, or no such tab.
    #[error("there is no such sheet")]
    Missing,
    /// It is something else, as an uploaded file of Excel.
    #[error("this is no Google spreadsheet ({0})")]
    NotASheet(String),
    /// Larger than any sheet.
    #[error("the sheet is larger than {0} bytes")]
    TooLarge(usize),
    /// It cannot be read now; try again later.
    #[error("the sheet cannot be read now ({reason})")]
    Unreachable {
        /// What happened.
        reason: String,
        /// How long Google wants to be left alone.
        retry_after: Option<Duration>,
    },
}

impl From<SendError> for SheetFault {
    fn from(error: SendError) -> Self {
        Self::Unreachable {
            reason: error.to_string(),
            retry_after: None,
        }
    }
}

/// Reads sheets by their links.
pub struct SheetReader {
    http: Client,
    base: Url,
}

impl SheetReader {
    /// Makes a reader; calls nobody yet. `base`: usually `https://docs.google.com`.
    ///
    /// # Errors
    /// [`BuildError`] when the process has no TLS provider.
    pub fn new(base: &Url, deadline: Duration) -> Result<Self, BuildError> {
        Ok(Self {
            http: http::client(base, deadline)?,
            base: base.clone(),
        })
    }

    /// The tab that the link shows, as CSV, of at most [`LARGEST`] bytes.
    ///
    /// # Errors
    /// [`SheetFault`]; repeating it is harmless, but Google limits how often.
    pub async fn read(&self, link: &SheetLink) -> Result<Bytes, SheetFault> {
        let mut url = address(&self.base, link);
        for _ in 0..=REDIRECTS {
            let response = self.http.get(url.clone()).send().await;
            let response = response.map_err(http::broken)?;
            if !response.status().is_redirection() {
                return csv(response).await;
            }
            let target = response.headers().get(header::LOCATION);
            let target = target.and_then(|target| target.to_str().ok());
            let target = target.and_then(|target| url.join(target).ok());
            let Some(target) = target else { break };
            if target.host_str() == Some(LOGIN) || target.path().contains("ServiceLogin") {
                return Err(SheetFault::NotShared);
            }
            if !may_follow(&self.base, &target) {
                break;
            }
            url = target;
        }
        Err(SheetFault::NotASheet(
            "it leads to somewhere else".to_owned(),
        ))
    }
}

/// Whether a redirect may be followed: what a seller pastes must not make us ask any other server.
fn may_follow(base: &Url, target: &Url) -> bool {
    let host = target.host_str();
    let content = host.is_some_and(|host| host.ends_with(CONTENT));
    target.origin() == base.origin() || (target.scheme() == "https" && content)
}

/// Where a tab is exported. Without a tab it is the first one.
fn address(base: &Url, link: &SheetLink) -> Url {
    let mut url = if link.published {
        http::url(base, &["spreadsheets", "d", "e", &link.id, "pub"])
    } else {
        http::url(base, &["spreadsheets", "d", &link.id, "export"])
    };
    let mut query = url.query_pairs_mut();
    if link.published {
        query
            .append_pair("output", "csv")
            .append_pair("single", "true");
    } else {
        query.append_pair("format", "csv");
    }
    if let Some(gid) = link.gid {
        query.append_pair("gid", &gid.to_string());
    }
    drop(query);
    url
}

async fn csv(mut response: Response) -> Result<Bytes, SheetFault> {
    let status = response.status();
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(SheetFault::NotShared),
        StatusCode::NOT_FOUND | StatusCode::GONE => return Err(SheetFault::Missing),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {}
        status if status.is_success() || status.is_server_error() => {}
        status => return Err(SheetFault::NotASheet(status.as_u16().to_string())),
    }
    if !status.is_success() {
        return Err(SheetFault::Unreachable {
            reason: format!("Google answered {}", status.as_u16()),
            retry_after: http::retry_after(response.headers()),
        });
    }
    let kind = response.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_csv = kind.starts_with("text/csv");
    let kind = kind.to_owned();
    let mut sheet = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(http::broken)? {
        if sheet.len().saturating_add(chunk.len()) > LARGEST {
            return Err(SheetFault::TooLarge(LARGEST));
        }
        sheet.extend_from_slice(&chunk);
    }
    // A page to log in at comes with status 200, and has been seen under the type of a file.
    let start = sheet.iter().find(|byte| !byte.is_ascii_whitespace());
    if start == Some(&b'<') || kind.starts_with("text/html") {
        return Err(SheetFault::NotShared);
    }
    if !is_csv {
        return Err(SheetFault::NotASheet(kind));
    }
    Ok(sheet.freeze())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::sheet_link;

    #[test]
    fn a_link_of_any_shape_becomes_the_address_of_its_export() {
        let id = "1AbCdEfGhIjKlMnOpQrStUvWxYz012345";
        let base = Url::parse("https://docs.google.com").unwrap();
        for (pasted, expected) in [
            (
                format!("d/{id}/edit#gid=7"),
                format!("d/{id}/export?format=csv&gid=7"),
            ),
            (
                format!("d/{id}/edit?usp=sharing"),
                format!("d/{id}/export?format=csv"),
            ),
            (
                format!("d/e/{id}/pubhtml?gid=0"),
                format!("d/e/{id}/pub?output=csv&single=true&gid=0"),
            ),
        ] {
            let link = sheet_link(&format!("https://docs.google.com/spreadsheets/{pasted}"));
            let address = address(&base, &link.unwrap()).to_string();
            assert_eq!(
                address,
                format!("https://docs.google.com/spreadsheets/{expected}")
            );
        }
    }

    #[test]
    fn a_pasted_link_makes_us_ask_nobody_but_google() {
        let base = Url::parse("https://docs.google.com").unwrap();
        for (target, follow) in [
            ("https://docs.google.com/x", true),
            ("https://doc-0k-sheets.googleusercontent.com/export/x", true),
            ("http://doc-0k-sheets.googleusercontent.com/export/x", false),
            ("https://googleusercontent.com.evil.example/x", false),
            ("https://evilgoogleusercontent.com/x", false),
            ("http://127.0.0.1:5432/", false),
            ("http://169.254.169.254/latest", false),
        ] {
            assert_eq!(
                may_follow(&base, &Url::parse(target).unwrap()),
                follow,
                "{target}"
            );
        }
    }
}
