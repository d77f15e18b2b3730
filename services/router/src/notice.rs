//! What a buyer is told when the seller goes on: that the words were passed on, and when somebody will answer.

use domain::{
    Conversation, Presence, Shop,
    conversation::Notice,
    hours::{self, NoticeKind},
};
use jiff::{Timestamp, Zoned};
use language::{Arg, SayError, say, when};
use schemas::{
    conversation::{Fact, FactSource, HandoffReason, Language},
    shop::Setting,
    stock::SheetRow,
};

/// When somebody will answer.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    /// `None`: the shop's hours are not known, and nobody's absence is assumed.
    known: Option<Known>,
}

#[derive(Clone, Debug)]
struct Known {
    kind: NoticeKind,
    /// Since when nobody is there.
    away_since: Option<Timestamp>,
    /// By the shop's clocks.
    now: Zoned,
    /// The settings that say so.
    facts: Vec<Fact>,
}

impl Answers {
    /// By the shop's hours and holidays. `told_since` is the closed stretch that the buyer was told of last.
    pub(crate) fn at(shop: &Shop, now: Timestamp, told_since: Option<Timestamp>) -> Self {
        let known = shop.schedule().map(|schedule| {
            let presence = schedule.at(now);
            Known {
                kind: hours::notice(&presence, told_since),
                away_since: match presence {
                    // A stretch without a beginning is one all the same, and is told of once.
                    Presence::Closed { since, .. } => Some(since.unwrap_or(Timestamp::UNIX_EPOCH)),
                    Presence::Open { .. } => None,
                },
                now: now.to_zoned(schedule.zone),
                facts: [Setting::WorkHours, Setting::WorkDays, Setting::Holidays]
                    .into_iter()
                    .filter_map(|setting| fact(shop, setting))
                    .collect(),
            }
        });
        Self { known }
    }

    /// That a turn goes to the seller, for this reason.
    ///
    /// # Errors
    /// [`SayError`] when a message is missing or broken: a bug, to be parked and seen.
    pub(crate) fn notice(
        &self,
        language: Language,
        reason: HandoffReason,
    ) -> Result<Notice, SayError> {
        let id = match reason {
            HandoffReason::Complaint => "handoff-complaint-notice",
            HandoffReason::Unreadable => "unreadable-notice",
            HandoffReason::LowConfidence
            | HandoffReason::NoSpecialist
            | HandoffReason::ComplexBundle
            | HandoffReason::Ambiguous
            | HandoffReason::HumanRequested
            | HandoffReason::CannotAnswer
            | HandoffReason::GuardRefused
            | HandoffReason::ReplyUncertain
            | HandoffReason::ReplyFailed
            | HandoffReason::BudgetSpent
            | HandoffReason::Paused
            | HandoffReason::OrderApproval
            | HandoffReason::HoldOut => "handoff-notice",
        };
        self.passed_on(language, id, None)
    }

    /// What a buyer is told who has waited in vain; `None`: the buyer knows already that nobody is there.
    ///
    /// # Errors
    /// [`SayError`] when a message is missing or broken.
    pub(crate) fn still_waiting(&self, language: Language) -> Result<Option<Notice>, SayError> {
        let free = || say(language, "waiting-still-free", &[]);
        let Some(known) = &self.known else {
            return Ok(Some(words(free()?)));
        };
        Ok(match known.kind {
            NoticeKind::Again => None,
            NoticeKind::Soon => Some(words(free()?)),
            NoticeKind::Away(None) => Some(Notice {
                away_since: known.away_since,
                ..words(free()?)
            }),
            NoticeKind::Away(Some(opens)) => {
                let (when, facts) = known.opening(language, opens)?;
                let text = say(language, "waiting-still", &[("when", Arg::Text(&when))])?;
                Some(Notice {
                    text,
                    facts,
                    away_since: known.away_since,
                })
            }
        })
    }

    /// The notice `id`, ended by when somebody answers. `what` is its subject, where it has one. Whoever was told already
    /// that nobody is there hears only that this went on, too.
    ///
    /// # Errors
    /// [`SayError`] when a message is missing or broken.
    pub(crate) fn passed_on(
        &self,
        language: Language,
        id: &str,
        what: Option<&str>,
    ) -> Result<Notice, SayError> {
        let mut facts = Vec::new();
        let mut away_since = None;
        let answers = match &self.known {
            None => say(language, "answers-here", &[])?,
            Some(known) => match known.kind {
                NoticeKind::Soon => say(language, "answers-soon", &[])?,
                NoticeKind::Again => {
                    let text = say(language, "handoff-again", &[])?;
                    return Ok(Notice {
                        text,
                        facts,
                        away_since,
                    });
                }
                NoticeKind::Away(None) => {
                    away_since = known.away_since;
                    say(language, "answers-away-someday", &[])?
                }
                NoticeKind::Away(Some(opens)) => {
                    away_since = known.away_since;
                    let (when, from) = known.opening(language, opens)?;
                    facts = from;
                    say(language, "answers-away", &[("when", Arg::Text(&when))])?
                }
            },
        };
        let mut args = vec![("answers", Arg::Text(answers.as_str()))];
        args.extend(what.map(|what| ("what", Arg::Text(what))));
        let text = say(language, id, &args)?;
        Ok(Notice {
            text,
            facts,
            away_since,
        })
    }
}

impl Known {
    /// When somebody is there again, in words, and what that is from.
    fn opening(
        &self,
        language: Language,
        opens: Timestamp,
    ) -> Result<(String, Vec<Fact>), SayError> {
        let opens = opens.to_zoned(self.now.time_zone().clone());
        let when = when(language, &self.now, &opens)?;
        let mut facts = self.facts.clone();
        facts.push(Fact {
            name: "shop.opens".to_owned(),
            value: when.clone(),
            sku: None,
            source: FactSource::Computed(format!("{} → {opens}", self.now)),
        });
        Ok((when, facts))
    }
}

/// What a buyer is told who has waited in vain; `None`: the buyer knows already that nobody is there.
///
/// # Errors
/// [`SayError`] when a message is missing or broken.
pub(crate) fn still_waiting(
    state: &Conversation,
    shop: &Shop,
    now: Timestamp,
) -> Result<Option<Notice>, SayError> {
    let language = state
        .language()
        .or_else(|| {
            crate::situation::languages(shop.settings())
                .first()
                .copied()
        })
        .unwrap_or(Language::Ru);
    Answers::at(shop, now, state.told_away()).still_waiting(language)
}

const fn words(text: String) -> Notice {
    Notice {
        text,
        facts: Vec::new(),
        away_since: None,
    }
}

/// A setting of the shop's as a fact.
fn fact(shop: &Shop, setting: Setting) -> Option<Fact> {
    let row = shop.setting(setting)?;
    let name = match setting {
        Setting::WorkHours => "shop.work_hours",
        Setting::WorkDays => "shop.work_days",
        Setting::Holidays => "shop.holidays",
        Setting::ShopName
        | Setting::Greeting
        | Setting::Signature
        | Setting::Address
        | Setting::Phone
        | Setting::Tone => return None,
    };
    Some(Fact {
        name: name.to_owned(),
        value: row.value.clone(),
        sku: None,
        source: FactSource::Sheet(SheetRow {
            tab: "settings".to_owned(),
            revision: shop.about().revision.clone(),
            row: row.row,
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(kind: NoticeKind) -> Answers {
        let now: Zoned = "2026-12-31T21:00[Europe/Moscow]".parse().unwrap();
        let facts = Vec::new();
        Answers {
            known: Some(Known {
                kind,
                now,
                facts,
                away_since: None,
            }),
        }
    }

    fn said(answers: &Answers, language: Language, reason: HandoffReason) -> String {
        let notice = answers.notice(language, reason).unwrap();
        crate::guard::judge(&notice.text, &notice.facts, None).unwrap();
        notice.text
    }

    #[test]
    fn a_buyer_at_night_is_told_when_somebody_will_be_there_and_every_number_is_from_a_fact() {
        let opens: Zoned = "2027-01-09T10:00[Europe/Moscow]".parse().unwrap();
        let away = known(NoticeKind::Away(Some(opens.timestamp())));
        assert_eq!(
            said(&away, Language::Ru, HandoffReason::LowConfidence),
            "Передал ваш вопрос продавцу. Сейчас никого нет, продавец ответит 9 января в 10:00."
        );
        assert_eq!(
            said(&away, Language::En, HandoffReason::Complaint),
            "I am sorry this happened. I have passed your message on to the seller. Nobody is there right now; the \
             seller will answer on 9 January at 10:00."
        );
    }

    #[test]
    fn by_day_somebody_answers_soon_and_without_hours_nothing_is_promised() {
        let (ru, reason) = (Language::Ru, HandoffReason::HumanRequested);
        let notice = |answers: &Answers| said(answers, ru, reason);
        assert_eq!(
            notice(&known(NoticeKind::Soon)),
            "Передал ваш вопрос продавцу, он скоро ответит здесь."
        );
        assert_eq!(
            notice(&known(NoticeKind::Again)),
            "Передал и это, продавец увидит."
        );
        assert_eq!(
            notice(&Answers { known: None }),
            "Передал ваш вопрос продавцу, он ответит здесь."
        );
    }
}
