//! One look at a customer who wants to show that a mail address is theirs: draw a code and mail it, once.
//!
//! The code stands in the letter and nowhere else. So a letter that nobody knows the end of is not written again: the
//! buyer asks for another code. A mail server that certainly did not take it is asked again for a little while.

use std::{convert::Infallible, time::Duration};

use domain::{
    Customer, Shop,
    customer::{CODE_HOLDS, Contact, Proof, ProofStage},
    invoice::Mailing,
};
use eventlog::{AppendError, Outcome};
use language::{Arg, say};
use mail::{Letter, Mailbox};
use schemas::{
    AggregateKey, Decision,
    customer::{CodeMade, CustomerEvent, code_digest},
};

use super::{OUTAGE, PostOffice};

/// How often a mail server that did not take the letter is asked, and how long between.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(3);

/// The address has had enough letters today.
struct Enough;

impl PostOffice {
    pub(crate) async fn look_at_codes(&self, key: AggregateKey) -> Outcome {
        let loaded = match self.office.log.load::<Customer>(&key).await {
            Ok(loaded) => loaded,
            Err(error) => {
                tracing::warn!("the log does not answer: {error}");
                return Outcome::RetryIn(OUTAGE);
            }
        };
        if let Some(poison) = &loaded.poison {
            return Outcome::Park(poison.to_string());
        }
        let proof = loaded.state.proof();
        let Some(proof) = proof.filter(|proof| proof.stage == ProofStage::Asked) else {
            return Outcome::Done;
        };
        match self.prove(&key, proof).await {
            Ok(()) => Outcome::Done,
            Err(outcome) => outcome,
        }
    }

    async fn prove(&self, key: &AggregateKey, proof: &Proof) -> Result<(), Outcome> {
        let now = boot::clock::now();
        if now.duration_since(proof.at) > CODE_HOLDS {
            let why = "it was asked for too long ago";
            return self.ended(key, proof, Err(why.to_owned())).await;
        }
        let address = AggregateKey::customer(key.shop_id(), proof.contact);
        let counted = self
            .office
            .log
            .decide::<Contact, Enough>(&address, |address| {
                address.count_letter(proof.ask, now).ok_or(Enough)
            });
        match counted.await {
            Ok(_) => {}
            Err(AppendError::Refused(Enough)) => {
                let why = "the address has had enough letters today";
                return self.ended(key, proof, Err(why.to_owned())).await;
            }
            Err(error) => return Err(failed(error)),
        }
        let code = match code(&boot::id::token()) {
            Ok(code) => code,
            Err(why) => return Err(Outcome::Park(why)),
        };
        let letter = match self.code_letter(key, proof, &code).await {
            Ok(letter) => letter,
            Err(why) => return self.ended(key, proof, Err(why)).await,
        };
        let made = CodeMade {
            ask: proof.ask,
            digest: code_digest(proof.ask, &code),
            expires_at: now.saturating_add(CODE_HOLDS).unwrap_or(now),
        };
        // Another instance may have been faster: then its code is the one.
        if !self.note(key, |customer| customer.make_code(&made)).await? {
            return Ok(());
        }
        let mut ended = self.call(&letter).await;
        for _ in 1..ATTEMPTS {
            let Mailing::Failed {
                retryable: true, ..
            } = ended
            else {
                break;
            };
            tokio::time::sleep(PAUSE).await;
            ended = self.call(&letter).await;
        }
        let ended = match ended {
            Mailing::Accepted(_) => Ok(()),
            Mailing::Failed { reason, .. } | Mailing::Uncertain(reason) => Err(reason),
        };
        self.ended(key, proof, ended).await
    }

    async fn code_letter(
        &self,
        key: &AggregateKey,
        proof: &Proof,
        code: &str,
    ) -> Result<Letter, String> {
        let shop = key.shop_id();
        let known = self
            .office
            .log
            .load::<Shop>(&AggregateKey::shop(shop))
            .await;
        let known = known.map_err(|error| error.to_string())?;
        let name = known.state.settings().map(|settings| settings.name.clone());
        let name = name.ok_or("the shop is not known")?;
        let from = mail::address(&self.sender(shop).await?).map_err(|error| error.to_string())?;
        let args = [
            ("shop", Arg::Text(name.as_str())),
            ("code", Arg::Text(code)),
        ];
        let words = |id: &str| say(proof.language, id, &args).map_err(|error| error.to_string());
        Ok(Letter {
            from: Mailbox::new(&name, from).map_err(|error| error.to_string())?,
            // What is wrong with the address is not told: its words could name it.
            to: mail::address(proof.email.text()).map_err(|_| "it is no mail address")?,
            subject: words("mail-code-subject")?,
            body: words("mail-code-body")?,
            attachments: Vec::new(),
            message_id: format!("code-{}.{shop}@torg.invalid", proof.ask),
            date: proof.at,
        })
    }

    async fn ended(
        &self,
        key: &AggregateKey,
        proof: &Proof,
        ended: Result<(), String>,
    ) -> Result<(), Outcome> {
        if let Err(why) = &ended {
            tracing::warn!(shop.id = %key.shop_id(), "a code was not mailed: {why}");
        }
        let ended = |customer: &Customer| customer.code_letter_ended(proof.ask, ended.clone());
        self.note(key, ended).await?;
        Ok(())
    }

    async fn note(
        &self,
        key: &AggregateKey,
        decide: impl Fn(&Customer) -> Decision<CustomerEvent> + Send + Sync,
    ) -> Result<bool, Outcome> {
        let decided = self
            .office
            .log
            .decide::<Customer, Infallible>(key, |customer| Ok(decide(customer)));
        let appended = decided.await.map_err(failed)?;
        Ok(!appended.recorded.is_empty())
    }
}

fn failed<R>(error: AppendError<R>) -> Outcome {
    match error {
        AppendError::Poisoned(poison) => Outcome::Park(poison.to_string()),
        AppendError::Contended(_) | AppendError::Log(_) | AppendError::Refused(_) => {
            Outcome::RetryIn(OUTAGE)
        }
    }
}

/// Six digits of a random token, which is hexadecimal.
fn code(token: &str) -> Result<String, String> {
    // Twelve digits are 48 bits: no code is likelier than another by more than one in a hundred million.
    let bits = token
        .get(..12)
        .and_then(|digits| u64::from_str_radix(digits, 16).ok());
    let bits = bits.ok_or("the random token is not hexadecimal")?;
    Ok(format!("{:06}", bits % 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_six_digits_and_is_not_the_same_twice() {
        let codes: std::collections::BTreeSet<_> = (0..200)
            .map(|_| code(&boot::id::token()).unwrap())
            .collect();
        assert!(codes.len() > 190, "{}", codes.len());
        let six = |code: &String| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
        assert!(codes.iter().all(six));
        assert_eq!(code("00000000000f").unwrap(), "000015");
        assert!(code("not hexadecimal").is_err());
    }
}
