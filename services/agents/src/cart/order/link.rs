//! Being one customer in several chats: a mail address is shown to be theirs by a code, and whoever has confirmed the same
//! address is the same person (decision 0027).
//!
//! What is said is the same whatever the address is: typing somebody else's tells nothing about it.

use domain::customer::{ContactRefusal, Tried};
use language::{Arg, Link, SayError, details, link, mail_code};
use schemas::{
    Cause, CustomerId, EventId,
    conversation::{Asked, FactSource},
    customer::{CodeAsked, code_digest},
};

use super::talk::{Talk, cannot, given, plain_fact};
use crate::{
    answer::{ContactDeed, ContactStep, Step},
    general::about::Said,
};

/// Answers what is said of being one customer; `None`: nothing is.
pub(super) fn answer(talk: &Talk<'_>) -> Result<Option<Step>, SayError> {
    let question = talk.question;
    let wish = link(&question.text);
    let waits = matches!(question.asked, Some(Asked::MailAddress | Asked::MailCode));
    let code = mail_code(&question.text).filter(|_| question.asked == Some(Asked::MailCode));
    let email = details(&question.text, None).email;
    let email = email.filter(|_| waits || wish == Some(Link::Join));
    if wish.is_none() && code.is_none() && email.is_none() {
        return Ok(None);
    }
    let sale = &question.sale;
    let (Some(conversation), Some((turn, _)), Some(customer)) =
        (sale.conversation, &sale.turn, sale.customer)
    else {
        let why = "the buyer wants to be known from another chat, and this chat is a person's";
        return Ok(Some(cannot(why.to_owned())));
    };
    let id = EventId::from_uuid(turn.uuid());
    let cause = Cause {
        id,
        correlation: Some(id),
    };
    let step = |deed| {
        Step::Contact(Box::new(ContactStep {
            customer,
            cause,
            deed,
        }))
    };
    let person = &talk.world.person;
    let me = &person.own;
    let said = |id: &str, asked| Ok(Some(given(talk.plain(id)?, asked, None)));
    if wish == Some(Link::Part) {
        if me.has_parted(id) {
            return said("link-parted", None);
        }
        if me.contacts().next().is_none() {
            return said("link-nothing", None);
        }
        return Ok(Some(step(ContactDeed::Part { conversation })));
    }
    if let Some(email) = email {
        let asked = CodeAsked {
            contact: CustomerId::of_email(&question.shop, email.text()),
            email,
            conversation,
            language: question.language,
        };
        return match me.ask_code(&asked, cause, question.now) {
            Ok(decision) if decision.events.is_empty() => {
                said("link-code-sent", Some(Asked::MailCode))
            }
            Ok(_) => Ok(Some(step(ContactDeed::Ask(asked)))),
            Err(ContactRefusal::TooOften) => said("link-too-often", None),
            Err(ContactRefusal::NoCode) => said("link-no-code", Some(Asked::MailAddress)),
        };
    }
    let Some(code) = code else {
        return said("link-ask-address", Some(Asked::MailAddress));
    };
    match me.tried(id) {
        Some(Tried::Right(contact)) if person.unnoted.contains(&contact) => {
            Ok(Some(step(ContactDeed::Join { contact })))
        }
        Some(Tried::Right(_)) if person.others.is_empty() => said("link-first", None),
        Some(Tried::Right(_)) => said("link-done", None),
        Some(Tried::Wrong(0)) => said("link-no-code", Some(Asked::MailAddress)),
        Some(Tried::Wrong(left)) => wrong(talk, left).map(Some),
        None => {
            let ask = me.proof().map(|proof| proof.ask);
            let digest = ask.map_or_else(String::new, |ask| code_digest(ask, &code));
            match me.try_code(conversation, &digest, cause, question.now) {
                Ok(_) => Ok(Some(step(ContactDeed::Try {
                    conversation,
                    digest,
                }))),
                Err(ContactRefusal::NoCode | ContactRefusal::TooOften) => {
                    said("link-no-code", Some(Asked::MailAddress))
                }
            }
        }
    }
}

/// It is not the code, and something may be typed so many more times.
fn wrong(talk: &Talk<'_>, left: u32) -> Result<Step, SayError> {
    let counted = FactSource::Computed("the tries of this code that are left".to_owned());
    let said = Said {
        text: talk.say("link-code-wrong", &[("left", Arg::Count(u64::from(left)))])?,
        facts: vec![plain_fact("code.tries_left", left.to_string(), counted)],
    };
    Ok(given(said, Some(Asked::MailCode), None))
}
