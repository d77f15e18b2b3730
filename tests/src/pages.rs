//! Somebody at the console, in a browser without scripts: follows links, fills in forms.

use reqwest::{Response, StatusCode, header, redirect::Policy};

use crate::{World, until};

/// A browser with its own cookies.
pub struct Browser {
    http: reqwest::Client,
    /// Where the console is.
    pub base: String,
    /// The session's cookie, as `name=value`.
    pub cookie: Option<String>,
    /// What is sent as `Accept-Language`.
    pub language: &'static str,
}

/// A page as it came.
#[derive(Clone, Debug)]
pub struct Page {
    /// What the server said.
    pub status: StatusCode,
    /// The markup.
    pub html: String,
    /// Its address, without the console's.
    pub at: String,
}

impl Browser {
    fn new(base: String) -> Self {
        let client = reqwest::Client::builder().redirect(Policy::none());
        Self {
            http: client.build().unwrap(),
            base,
            cookie: None,
            language: "ru",
        }
    }

    /// Signs in with a token.
    pub async fn signs_in(&mut self, token: &str, name: &str) -> StatusCode {
        let form = [("token", token), ("name", name), ("next", "/")];
        self.enters("/sign-in", &form).await
    }

    /// Names a code that the shop's bot told; how that was answered.
    pub async fn signs_in_by_code(&mut self, code: &str) -> StatusCode {
        let form = [("code", code), ("next", "/")];
        self.enters("/sign-in/code", &form).await
    }

    async fn enters(&mut self, door: &str, form: &[(&str, &str)]) -> StatusCode {
        let answer = self.posts(door, form).await;
        if let Some(cookie) = answer.headers().get(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            self.cookie = Some(pair.to_owned());
        }
        answer.status()
    }

    /// Asks for a page, and follows where it leads.
    pub async fn opens(&self, address: &str) -> Page {
        let mut at = address.to_owned();
        loop {
            let mut asked = self
                .http
                .get(format!("{}{at}", self.base))
                .header(header::ACCEPT, "text/html")
                .header(header::ACCEPT_LANGUAGE, self.language);
            if let Some(cookie) = &self.cookie {
                asked = asked.header(header::COOKIE, cookie);
            }
            let answer = asked.send().await.unwrap();
            if let Some(next) = answer.headers().get(header::LOCATION) {
                at = next.to_str().unwrap().to_owned();
                continue;
            }
            return Page {
                status: answer.status(),
                html: answer.text().await.unwrap(),
                at,
            };
        }
    }

    /// Sends a form as a page of the console does.
    pub async fn posts(&self, address: &str, form: &[(&str, &str)]) -> Response {
        self.posts_from(address, form, Some(&self.base)).await
    }

    /// Sends a form as a page of `origin` does.
    pub async fn posts_from(
        &self,
        address: &str,
        form: &[(&str, &str)],
        origin: Option<&str>,
    ) -> Response {
        let mut asked = self
            .http
            .post(format!("{}{address}", self.base))
            .header(header::ACCEPT_LANGUAGE, self.language)
            .form(form);
        if let Some(origin) = origin {
            asked = asked.header(header::ORIGIN, origin);
        }
        if let Some(cookie) = &self.cookie {
            asked = asked.header(header::COOKIE, cookie);
        }
        asked.send().await.unwrap()
    }

    /// Sends a form, and opens the page that it leads to.
    pub async fn sends(&self, address: &str, form: &[(&str, &str)]) -> Page {
        let answer = self.posts(address, form).await;
        let status = answer.status();
        let Some(next) = answer.headers().get(header::LOCATION) else {
            return Page {
                status,
                html: answer.text().await.unwrap(),
                at: address.to_owned(),
            };
        };
        let next = next.to_str().unwrap().to_owned();
        self.opens(&next).await
    }

    /// Waits until a page holds every part.
    pub async fn sees(&self, address: &str, parts: &[&str]) -> Page {
        until(&format!("{address} shows {parts:?}"), || async {
            let page = self.opens(address).await;
            parts
                .iter()
                .all(|part| page.text().contains(part))
                .then_some(page)
        })
        .await
    }
}

impl Page {
    /// What a person reads: without markup, each kind of space as one.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut inside = false;
        for one in self.html.chars() {
            match one {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    text.push(' ');
                }
                one if !inside => text.push(one),
                _ => {}
            }
        }
        let text = text
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#38;", "&");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The value of the first field with this name after `after`.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn field_after(&self, after: &str, name: &str) -> String {
        let from = self.html.find(after).expect("it is on the page");
        let marker = format!("name=\"{name}\" value=\"");
        let rest = &self.html[from..];
        let begin = rest.find(&marker).expect("there is such a field") + marker.len();
        rest[begin..].split('"').next().unwrap().to_owned()
    }
}

impl World {
    /// Where the console's pages are.
    #[must_use]
    pub fn console(&self) -> String {
        format!("http://127.0.0.1:{}", self.console)
    }

    /// A browser in which nobody is signed in.
    #[must_use]
    pub fn browser(&self) -> Browser {
        Browser::new(self.console())
    }

    /// A browser in which somebody is.
    ///
    /// # Panics
    /// When the door stays closed.
    pub async fn browser_of(&self, name: &str) -> Browser {
        let token = console::token(self.state_dir()).unwrap();
        let mut browser = self.browser();
        assert_eq!(browser.signs_in(&token, name).await, StatusCode::SEE_OTHER);
        browser
    }
}
