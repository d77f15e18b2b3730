//! Whether credentials open what they should: the provider is asked, and nothing changes there.

use std::time::Duration;

use crate::{
    avito::{AvitoClient, AvitoConfig},
    desk::AvitoKeys,
    error::{BuildError, SendError},
    options::Options,
};

/// The account that keys belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvitoAccount {
    /// Its numeric id.
    pub user_id: String,
    /// Its name.
    pub name: String,
}

/// Why keys are good for nothing, or nobody knows.
#[derive(Debug, thiserror::Error)]
pub enum KeysFault {
    /// Avito does not know them.
    #[error("Avito does not accept these keys ({0})")]
    Refused(String),
    /// They are somebody else's.
    #[error("these keys are of account {actual}, not of {expected}")]
    Foreign {
        /// Whose they should be.
        expected: String,
        /// Whose they are.
        actual: String,
    },
    /// They are the account's, and its chats stay shut: there is no subscription that has the messenger in it, or the
    /// keys are an employee's.
    #[error("the keys are good, but the account's chats are closed to them ({0})")]
    NoMessenger(String),
    /// Avito cannot be asked now; try again later.
    #[error("Avito cannot be asked now ({reason})")]
    Unreachable {
        /// What happened.
        reason: String,
        /// How long Avito wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// Avito answered, and nobody knows what that means.
    #[error("Avito's answer is not understood ({0})")]
    Odd(String),
    /// There is nobody to ask with.
    #[error(transparent)]
    Client(#[from] BuildError),
}

/// Tries the keys of an Avito account: whether they are accepted, whose they are, whether they open its chats.
///
/// Chats are asked for as well, because an account without the subscription gives a token and its name all the same.
/// Where there is a chat its messages are asked for, too: they were seen to be shut while the list was open.
///
/// # Errors
/// [`KeysFault`]; show it to whoever gave the keys.
pub async fn avito_keys(
    keys: &AvitoKeys,
    providers: &Options,
    deadline: Duration,
) -> Result<AvitoAccount, KeysFault> {
    let client = |user_id: &str| {
        AvitoClient::new(AvitoConfig {
            per_second: providers.avito_per_second,
            deadline,
            ..AvitoConfig::new(
                providers.avito_base_url.clone(),
                user_id,
                keys.client_id.as_str(),
                keys.client_secret.clone(),
            )
        })
    };
    let expected = keys.user_id.as_deref();
    // Without a number the account has to be asked for, and nothing of it is called before that.
    let asking = client(expected.unwrap_or_default())?;
    let told = asking.self_account().await;
    let (user_id, name) = told.map_err(|error| fault(error, KeysFault::Refused))?;
    if let Some(expected) = expected.filter(|expected| *expected != user_id) {
        return Err(KeysFault::Foreign {
            expected: expected.to_owned(),
            actual: user_id,
        });
    }
    let client = match expected {
        Some(_) => asking,
        None => client(&user_id)?,
    };
    let shut = |error| fault(error, KeysFault::NoMessenger);
    let chats = client.chats(false, 1, 0).await.map_err(shut)?;
    if let Some(chat) = chats.first() {
        client.history(&chat.id, 1, 0).await.map_err(shut)?;
    }
    Ok(AvitoAccount { user_id, name })
}

/// Sorts a failure; `shut` says what it means not to be let in.
fn fault(error: SendError, shut: impl FnOnce(String) -> KeysFault) -> KeysFault {
    match error {
        SendError::NotSent {
            reason,
            retry_after,
        } => KeysFault::Unreachable {
            reason,
            retry_after,
        },
        SendError::Uncertain { reason } => KeysFault::Unreachable {
            reason,
            retry_after: None,
        },
        SendError::PaymentRequired { reason } => KeysFault::NoMessenger(reason),
        SendError::Unauthorised { reason } => shut(reason),
        SendError::Refused { status, reason } => KeysFault::Odd(format!("{status} {reason}")),
    }
}
