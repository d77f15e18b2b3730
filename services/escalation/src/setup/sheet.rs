//! The link of a sheet.

use channels::{
    desk::{self, SheetLink},
    sheets::{SheetFault, SheetReader},
};
use domain::desk::Input;
use schemas::{desk::SellerSaid, shop::SheetAddress};

use super::{CHECK, Checked};
use crate::{
    desk::Trouble,
    hands::{Answer, Hands},
};

impl Hands<'_> {
    /// Tries the link that a seller pasted, and has the shop's sheet read from there.
    pub(super) async fn sheet_link(
        &self,
        input: &Input,
        said: &SellerSaid,
        late: bool,
    ) -> Result<Checked, Trouble> {
        let Some(link) = desk::sheet_link(said.text.text()) else {
            // Only a link comes here.
            return Ok(Checked::Done(self.answer("desk-what", "not_a_reply")?));
        };
        let reader = SheetReader::new(&self.look.setup.providers.sheets_base_url, CHECK);
        let read = match reader {
            Ok(reader) => reader.read(&link).await.map(|sheet| sheet.len()),
            Err(error) => Err(SheetFault::Unreachable {
                reason: error.to_string(),
                retry_after: None,
            }),
        };
        let fault = match read {
            Ok(0) => return self.done("desk-setup-sheet-empty", "sheet_empty"),
            Ok(_) => return Ok(Checked::Done(self.name_sheet(input, &link).await?)),
            Err(fault) => fault,
        };
        tracing::info!(shop.id = %self.look.shop, "a pasted sheet was not read: {fault}");
        match fault {
            SheetFault::NotShared => self.done("desk-setup-sheet-not-shared", "sheet_not_shared"),
            SheetFault::Missing => self.done("desk-setup-sheet-missing", "sheet_missing"),
            SheetFault::NotASheet(_) => self.done("desk-setup-sheet-other", "not_a_sheet"),
            SheetFault::TooLarge(_) => self.done("desk-setup-sheet-large", "sheet_too_large"),
            SheetFault::Unreachable { .. } if late => {
                self.done("desk-setup-sheet-given-up", "google_away")
            }
            SheetFault::Unreachable {
                reason,
                retry_after,
            } => Ok(Checked::Later {
                text: self.look.words.plain("desk-setup-sheet-away")?,
                reason,
                pause: retry_after,
            }),
        }
    }

    fn done(&self, id: &str, outcome: &str) -> Result<Checked, Trouble> {
        Ok(Checked::Done(self.answer(id, outcome)?))
    }

    async fn name_sheet(&self, input: &Input, link: &SheetLink) -> Result<Answer, Trouble> {
        let link = link.to_string();
        let address = SheetAddress::Link(link.clone());
        if self.look.file.settings.sheet == address {
            return self.answer("desk-setup-sheet-same", "sheet_is_read_already");
        }
        let changed = self
            .change_file(input, move |told| {
                told.name_sheet(&link, &channels::environment)
            })
            .await?;
        match changed {
            Ok(_) => {
                tracing::info!(shop.id = %self.look.shop, "a seller named another sheet");
                self.answer("desk-setup-sheet-named", "sheet_named")
            }
            Err(problem) => Ok(Answer {
                text: self.words_with("desk-setup-file-refused", &[("problem", &problem)])?,
                outcome: "file_refused".to_owned(),
            }),
        }
    }
}
