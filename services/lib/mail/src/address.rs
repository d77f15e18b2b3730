//! E-mail addresses: what a buyer types, checked before a letter is written to it.

use std::fmt;
use std::str::FromStr;

use crate::error::LetterError;

/// The longest address that can be delivered to (RFC 5321, section 4.5.3.1).
const MAX_ADDRESS: usize = 254;
/// The longest name before an address.
const MAX_NAME: usize = 100;

/// An address that a letter can be sent to. Personal: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address(lettre::Address);

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Nothing there.
    #[error("the address is empty")]
    Empty,
    /// Longer than any that can be delivered to.
    #[error("the address is longer than 254 characters")]
    TooLong,
    /// Blanks, line ends, quotes and the like: more than an address, or part of an attack.
    #[error("the address has characters that no address has")]
    Characters,
    /// Not of the form `name@domain`.
    #[error("the address is not of the form name@domain")]
    Form,
    /// A domain without a dot, or one that cannot be.
    #[error("what follows the @ is not a domain such as example.org")]
    Domain,
}

/// Checks what somebody typed as an e-mail address; blanks around it are forgiven.
///
/// Stricter than the standard: no quoted names, no hosts by number, a dot in the domain, plain letters before the
/// `@`. Domains in other scripts are fine and travel in their ASCII form.
///
/// # Errors
/// [`AddressError`] says what to ask the buyer for.
pub fn address(text: &str) -> Result<Address, AddressError> {
    let text = text.trim_matches([' ', '\t', '\u{a0}']);
    if text.is_empty() {
        return Err(AddressError::Empty);
    }
    if text.len() > 4 * MAX_ADDRESS {
        return Err(AddressError::TooLong);
    }
    if text
        .chars()
        .any(|c| c.is_control() || c.is_whitespace() || "\"(),:;<>[\\]".contains(c))
    {
        return Err(AddressError::Characters);
    }
    let (name, domain) = text.rsplit_once('@').ok_or(AddressError::Form)?;
    if name.is_empty() || domain.is_empty() || name.contains('@') {
        return Err(AddressError::Form);
    }
    if !name.is_ascii() {
        return Err(AddressError::Characters);
    }
    if !domain
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '.'))
    {
        return Err(AddressError::Domain);
    }
    // The form in which a domain of another script is known to name servers; refuses what is none.
    let url = url::Url::parse(&format!("http://{domain}/")).map_err(|_| AddressError::Domain)?;
    let Some(url::Host::Domain(domain)) = url.host() else {
        return Err(AddressError::Domain);
    };
    let has_dot = domain.split('.').count() > 1 && domain.split('.').all(|part| !part.is_empty());
    if !has_dot {
        return Err(AddressError::Domain);
    }
    let address = lettre::Address::new(name, domain).map_err(|_| AddressError::Form)?;
    if AsRef::<str>::as_ref(&address).len() > MAX_ADDRESS {
        return Err(AddressError::TooLong);
    }
    Ok(Address(address))
}

impl Address {
    /// The address as text, to be used and not printed.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.as_ref()
    }

    pub(crate) fn inner(&self) -> lettre::Address {
        self.0.clone()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        address(text)
    }
}

/// An address with the name of who is there: `Магазин «Ромашка» <shop@example.org>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    name: Option<String>,
    address: Address,
}

impl Mailbox {
    /// A mailbox with a name.
    ///
    /// # Errors
    /// [`LetterError::Field`] when the name has control characters or is long.
    pub fn new(name: &str, address: Address) -> Result<Self, LetterError> {
        let name = name.trim();
        if name.chars().any(char::is_control) || name.chars().count() > MAX_NAME {
            return Err(LetterError::Field {
                field: "the sender's name",
                limit: MAX_NAME,
            });
        }
        Ok(Self {
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            address,
        })
    }

    pub(crate) fn inner(&self) -> lettre::message::Mailbox {
        lettre::message::Mailbox::new(self.name.clone(), self.address.inner())
    }
}

/// As it is written in options: `name <address>`, or an address alone.
impl FromStr for Mailbox {
    type Err = LetterError;

    fn from_str(text: &str) -> Result<Self, LetterError> {
        let text = text.trim();
        let parts = text
            .strip_suffix('>')
            .and_then(|rest| rest.rsplit_once('<'));
        let (name, text) = parts.unwrap_or(("", text));
        let name = name.trim().trim_matches('"');
        Self::new(name, address(text).map_err(LetterError::Address)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_understood() {
        for (typed, meant) in [
            ("ivan@example.org", "ivan@example.org"),
            (
                "  ivan.petrov+shop@mail.example.org \u{a0}",
                "ivan.petrov+shop@mail.example.org",
            ),
            ("IVAN@Example.ORG", "IVAN@example.org"),
            ("ivan_p-1@почта.рф", "ivan_p-1@xn--80a1acny.xn--p1ai"),
        ] {
            assert_eq!(
                address(typed).map(|address| address.text().to_owned()),
                Ok(meant.to_owned())
            );
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_reason() {
        use AddressError::{Characters, Domain, Empty, Form, TooLong};
        for (typed, reason) in [
            ("", Empty),
            (" \t", Empty),
            ("ivan", Form),
            ("@example.org", Form),
            ("ivan@", Form),
            ("a@b@example.org", Form),
            ("ivan@mail", Domain),
            ("ivan@example..org", Domain),
            ("ivan@.example.org", Domain),
            ("ivan@example.org/x", Domain),
            ("ivan@example.org?x", Domain),
            ("ivan@exam%70le.org", Domain),
            ("ivan@127.0.0.1", Domain),
            ("ivan@[127.0.0.1]", Characters),
            ("ivan@2130706433", Domain),
            ("иван@example.org", Characters),
            ("ivan petrov@example.org", Characters),
            ("\"ivan\"@example.org", Characters),
            ("ivan@example.org, eve@example.org", Characters),
            ("ivan@example.org\r\nBcc: eve@example.org", Characters),
            ("<ivan@example.org>", Characters),
            (".ivan@example.org", Form),
        ] {
            assert_eq!(address(typed).map(|_| ()), Err(reason), "{typed:?}");
        }
        assert_eq!(
            address(&format!("{}@example.org", "a".repeat(5000))).unwrap_err(),
            TooLong
        );
        assert!(address(&format!("{}@example.org", "a".repeat(65))).is_err());
    }

    #[test]
    fn neither_address_nor_mailbox_shows_itself_in_debug() {
        let mailbox: Mailbox = "Магазин <shop@example.org>".parse().unwrap();
        assert!(!format!("{mailbox:?}").contains("shop"));
        let bare: Mailbox = "shop@example.org".parse().unwrap();
        assert_eq!(bare.name, None);
        assert!("x <shop@example.org> y".parse::<Mailbox>().is_err());
    }
}
