//! The keys of an Avito account.

use std::{io, sync::Arc};

use channels::{
    check::{self, AvitoAccount, KeysFault},
    desk::{self, AvitoKeys, DeskError, MessageRef},
    shop_file::ShopFile,
    webhook::{self, RegisterError},
};
use domain::desk::Input;
use schemas::{conversation::ChannelKind, desk::SellerSaid};

use super::{CHECK, Checked, disk};
use crate::{
    desk::Trouble,
    hands::{Answer, Hands},
};

impl Hands<'_> {
    /// Takes the seller's own message away; `false` when only the seller can.
    pub(super) async fn take_away(&self, said: &SellerSaid) -> Result<bool, Trouble> {
        let at = MessageRef {
            chat: said.seller,
            message_id: said.message,
        };
        match self.look.bot.delete(&at).await {
            Ok(()) => Ok(true),
            Err(DeskError::Refused(_) | DeskError::Blocked) => Ok(false),
            Err(error) => Err(Trouble::Telegram(said.seller, error)),
        }
    }

    pub(super) async fn drop_kept(&self, name: &str) -> Result<(), Trouble> {
        let state_dir = self.look.setup.state_dir.clone();
        let (shop, name) = (self.look.shop.clone(), name.to_owned());
        let dropping =
            tokio::task::spawn_blocking(move || desk::drop_kept(&state_dir, &shop, &name));
        let dropped = dropping.await.map_err(io::Error::other);
        dropped
            .and_then(|dropped| dropped)
            .map_err(|error| disk(&error.into()))
    }

    async fn kept(&self, name: &str) -> io::Result<AvitoKeys> {
        let state_dir = self.look.setup.state_dir.clone();
        let (shop, name) = (self.look.shop.clone(), name.to_owned());
        let reading = tokio::task::spawn_blocking(move || desk::kept(&state_dir, &shop, &name));
        reading.await.map_err(io::Error::other)?
    }

    /// Tries the keys that a seller pasted, and connects the account that they open.
    pub(super) async fn avito_keys(
        &self,
        input: &Input,
        _said: &SellerSaid,
        name: &str,
        late: bool,
    ) -> Result<Checked, Trouble> {
        let keys = match self.kept(name).await {
            Ok(keys) => keys,
            // Seen to before a crash, or nothing that ingest wrote.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound
                        | io::ErrorKind::InvalidData
                        | io::ErrorKind::InvalidInput
                ) =>
            {
                let answer = self.answer("desk-setup-keys-gone", "keys_gone")?;
                return Ok(Checked::Done(answer));
            }
            Err(error) => return Err(disk(&error.into())),
        };
        let tried = check::avito_keys(&keys, &self.look.setup.providers, CHECK).await;
        let account = match tried {
            Ok(account) => account,
            Err(fault) => return self.keys_are_wrong(fault, late),
        };
        let theirs = |file: &Arc<ShopFile>| {
            let known = &file.credentials;
            file.settings.id != *self.look.shop
                && known
                    .channel(ChannelKind::Avito, &account.user_id)
                    .is_some()
        };
        if self.look.bots.files().iter().any(theirs) {
            let answer = self.answer("desk-setup-elsewhere", "account_of_another_shop")?;
            return Ok(Checked::Done(answer));
        }
        Ok(Checked::Done(self.connect(input, keys, &account).await?))
    }

    fn keys_are_wrong(&self, fault: KeysFault, late: bool) -> Result<Checked, Trouble> {
        let plain = |id: &str, outcome: &str| Ok(Checked::Done(self.answer(id, outcome)?));
        tracing::info!(shop.id = %self.look.shop, "pasted keys are good for nothing: {fault}");
        match fault {
            KeysFault::Refused(_) => plain("desk-setup-keys-refused", "keys_refused"),
            KeysFault::NoMessenger(_) => plain("desk-setup-no-messenger", "no_messenger"),
            KeysFault::Foreign { expected, actual } => {
                let texts = [("expected", expected.as_str()), ("actual", &actual)];
                Ok(Checked::Done(Answer {
                    text: self.words_with("desk-setup-foreign", &texts)?,
                    outcome: "keys_of_another_account".to_owned(),
                }))
            }
            KeysFault::Odd(_) => plain("desk-setup-avito-odd", "avito_not_understood"),
            KeysFault::Unreachable { .. } | KeysFault::Client(_) if late => {
                plain("desk-setup-avito-given-up", "avito_away")
            }
            KeysFault::Unreachable {
                reason,
                retry_after,
            } => Ok(Checked::Later {
                text: self.look.words.plain("desk-setup-avito-away")?,
                reason,
                pause: retry_after,
            }),
            KeysFault::Client(error) => Ok(Checked::Later {
                text: self.look.words.plain("desk-setup-avito-away")?,
                reason: error.to_string(),
                pause: None,
            }),
        }
    }

    async fn connect(
        &self,
        input: &Input,
        keys: AvitoKeys,
        account: &AvitoAccount,
    ) -> Result<Answer, Trouble> {
        let user_id = account.user_id.clone();
        let fresh = boot::id::token().into();
        let changed = self
            .change_file(input, move |told| {
                told.connect_avito(&user_id, &keys, fresh, &channels::environment)
            })
            .await?;
        let file = match changed {
            Ok(file) => file,
            Err(problem) => {
                let texts = [("problem", problem.as_str())];
                return Ok(Answer {
                    text: self.words_with("desk-setup-file-refused", &texts)?,
                    outcome: "file_refused".to_owned(),
                });
            }
        };
        tracing::info!(shop.id = %self.look.shop, account = %account.user_id, "a seller connected an account of Avito's");
        let texts = [
            ("name", account.name.as_str()),
            ("account", &account.user_id),
        ];
        let connected = self.words_with("desk-setup-connected", &texts)?;
        let heard = self.register(&file, &account.user_id).await?;
        Ok(Answer {
            text: format!("{connected}\n{heard}"),
            outcome: "account_connected".to_owned(),
        })
    }

    /// Has Avito send what buyers write, and says what is left to do.
    async fn register(&self, file: &ShopFile, account: &str) -> Result<String, Trouble> {
        let shop = self.look.shop.as_str();
        let credentials = file.credentials.channel(ChannelKind::Avito, account);
        let (Some(public), Some(credentials)) = (&self.look.setup.public_url, credentials) else {
            return self.words_with("desk-setup-webhook-step", &[("shop", shop)]);
        };
        let providers = &self.look.setup.providers;
        let registering =
            webhook::register(credentials, self.look.shop, public, false, providers, CHECK);
        match registering.await {
            Ok(_) => Ok(self.look.words.plain("desk-setup-webhook-done")?),
            Err(RegisterError::OtherProgram) => {
                self.words_with("desk-setup-webhook-other", &[("shop", shop)])
            }
            Err(error) => {
                tracing::warn!(shop.id = %shop, "Avito was not told the webhook: {:#}", anyhow::Error::from(error));
                self.words_with("desk-setup-webhook-failed", &[("shop", shop)])
            }
        }
    }
}
