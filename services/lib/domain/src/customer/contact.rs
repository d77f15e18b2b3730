//! How a customer shows that a mail address is theirs: a code that is mailed to it and typed in the chat.
//!
//! A code has six digits, holds ten minutes, bears five wrong tries and is used once, by the customer who asked for it,
//! in the chat where they did. What is limited is limited by what this very customer did, and told; what is limited for
//! the sake of the address's owner is not told: nobody learns anything about an address by typing it.

use std::collections::{BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use schemas::{
    Cause, ConversationId, CustomerId, Decision, EventId, Fold, Personal, Recorded,
    conversation::Language,
    customer::{
        CodeAsked, CodeFailed, CodeMade, CodeMailed, CodeMissed, ContactConfirmed, CustomerEvent,
        CustomerParted, CustomersJoined, LetterCounted,
    },
};

use super::Customer;

/// How long a code can be typed.
pub const HOLDS: SignedDuration = SignedDuration::from_mins(10);
/// How often something else may be typed.
const TRIES: u32 = 5;
/// How many codes a customer may ask for in a day.
const ASKS: usize = 3;
/// How many letters an address gets in a day, whoever asks for them.
const LETTERS: usize = 5;
const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a customer has asked for and shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Proofs {
    /// The newest ask: only its code counts.
    open: Option<Proof>,
    /// When codes were asked for lately, oldest first.
    asked: VecDeque<Timestamp>,
    confirmed: BTreeSet<CustomerId>,
    /// What came of the newest try, and what caused it.
    tried: Option<(EventId, Tried)>,
    /// What the newest parting was caused by.
    parted: Option<EventId>,
}

/// An address that is to be shown to be theirs.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The `code_asked` event.
    pub ask: EventId,
    /// What caused it.
    pub cause: Option<EventId>,
    /// When.
    pub at: Timestamp,
    /// The address's own history.
    pub contact: CustomerId,
    /// The address.
    pub email: Personal<String>,
    /// Where.
    pub conversation: ConversationId,
    /// What the letter is written in.
    pub language: Language,
    /// How far it is.
    pub stage: ProofStage,
    /// The last event about it.
    last: Cause,
}

/// How far a proof is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofStage {
    /// A code is to be drawn and mailed.
    Asked,
    /// The code can be typed.
    Made {
        /// What it is known by.
        digest: String,
        /// Until when.
        expires_at: Timestamp,
        /// How often something else may still be typed.
        tries: u32,
        /// Whether what became of the letter is known.
        settled: bool,
    },
    /// Nothing can be typed any more: the code was used, missed too often, or never written.
    Over,
}

/// What came of something that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It is the code: this address is theirs.
    Right(CustomerId),
    /// It is not; so many more times something may be typed.
    Wrong(u32),
}

/// Why nothing comes of it. It is about what this customer did, and may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContactRefusal {
    /// They have asked for too many codes today.
    TooOften,
    /// There is no code to be typed here: none was asked for in this chat, its time is over, or it was used.
    NoCode,
}

impl Proofs {
    pub(super) fn confirmed(&self) -> impl Iterator<Item = CustomerId> {
        self.confirmed.iter().copied()
    }

    pub(super) fn evolve(&mut self, recorded: &Recorded<CustomerEvent>) {
        let last = recorded.meta.as_cause();
        match &recorded.event {
            CustomerEvent::CodeAsked(event) => {
                self.asked.push_back(recorded.meta.time);
                if self.asked.len() > ASKS {
                    self.asked.pop_front();
                }
                self.open = Some(Proof {
                    ask: recorded.meta.id,
                    cause: recorded.meta.causation,
                    at: recorded.meta.time,
                    contact: event.contact,
                    email: event.email.clone(),
                    conversation: event.conversation,
                    language: event.language,
                    stage: ProofStage::Asked,
                    last,
                });
            }
            CustomerEvent::CodeMade(event) => self.on(event.ask, last, |stage| {
                *stage = ProofStage::Made {
                    digest: event.digest.clone(),
                    expires_at: event.expires_at,
                    tries: TRIES,
                    settled: false,
                };
            }),
            CustomerEvent::CodeMailed(event) => self.on(event.ask, last, settle),
            CustomerEvent::CodeFailed(event) => self.on(event.ask, last, settle),
            CustomerEvent::CodeMissed(event) => {
                let mut left = 0;
                self.on(event.ask, last, |stage| {
                    if let ProofStage::Made { tries, .. } = stage {
                        *tries = tries.saturating_sub(1);
                        left = *tries;
                    }
                    if left == 0 {
                        *stage = ProofStage::Over;
                    }
                });
                let cause = recorded.meta.causation;
                self.tried = cause.map(|cause| (cause, Tried::Wrong(left)));
            }
            CustomerEvent::ContactConfirmed(event) => {
                self.on(event.ask, last, |stage| *stage = ProofStage::Over);
                self.confirmed.insert(event.contact);
                let cause = recorded.meta.causation;
                self.tried = cause.map(|cause| (cause, Tried::Right(event.contact)));
            }
            CustomerEvent::CustomerParted(_) => {
                self.confirmed.clear();
                self.open = None;
                self.parted = recorded.meta.causation;
            }
            CustomerEvent::CustomerOrdered(_)
            | CustomerEvent::CustomerOrderChanged(_)
            // Those of an address's own history.
            | CustomerEvent::LetterCounted(_)
            | CustomerEvent::CustomersJoined(_) => {}
        }
    }

    fn on(&mut self, ask: EventId, last: Cause, change: impl FnOnce(&mut ProofStage)) {
        if let Some(proof) = self.open.as_mut().filter(|proof| proof.ask == ask) {
            change(&mut proof.stage);
            proof.last = last;
        }
    }
}

/// What became of the letter is known. A code that was never drawn is not drawn any more.
fn settle(stage: &mut ProofStage) {
    match stage {
        ProofStage::Made { settled, .. } => *settled = true,
        ProofStage::Asked | ProofStage::Over => *stage = ProofStage::Over,
    }
}

impl Customer {
    /// The newest address that is to be shown to be theirs.
    #[must_use]
    pub const fn proof(&self) -> Option<&Proof> {
        self.proofs.open.as_ref()
    }

    /// What came of what was typed because of `cause`; `None`: nothing was, or long ago.
    #[must_use]
    pub fn tried(&self, cause: EventId) -> Option<Tried> {
        let (known, tried) = self.proofs.tried?;
        (known == cause).then_some(tried)
    }

    /// Whether they have parted because of `cause`.
    #[must_use]
    pub fn has_parted(&self, cause: EventId) -> bool {
        self.proofs.parted == Some(cause)
    }

    /// Asks for a code. The same cause again adds nothing.
    ///
    /// # Errors
    /// [`ContactRefusal::TooOften`].
    pub fn ask_code(
        &self,
        asked: &CodeAsked,
        cause: Cause,
        now: Timestamp,
    ) -> Result<Decision<CustomerEvent>, ContactRefusal> {
        if self
            .proof()
            .is_some_and(|proof| proof.cause == Some(cause.id))
        {
            return Ok(Decision::nothing());
        }
        let lately = self.proofs.asked.iter();
        let lately = lately.filter(|at| now.duration_since(**at) < A_DAY);
        if lately.count() >= ASKS {
            return Err(ContactRefusal::TooOften);
        }
        let event = CustomerEvent::CodeAsked(asked.clone());
        Ok(Decision::new(cause, vec![event]))
    }

    /// Takes what was typed in a chat as the code. The same cause again adds nothing.
    ///
    /// # Errors
    /// [`ContactRefusal::NoCode`].
    pub fn try_code(
        &self,
        conversation: ConversationId,
        digest: &str,
        cause: Cause,
        now: Timestamp,
    ) -> Result<Decision<CustomerEvent>, ContactRefusal> {
        if self.tried(cause.id).is_some() {
            return Ok(Decision::nothing());
        }
        let here = self
            .proof()
            .filter(|proof| proof.conversation == conversation);
        let proof = here.ok_or(ContactRefusal::NoCode)?;
        match &proof.stage {
            ProofStage::Made {
                digest: known,
                expires_at,
                ..
            } if now < *expires_at => {
                let ask = proof.ask;
                let event = if known == digest {
                    let contact = proof.contact;
                    CustomerEvent::ContactConfirmed(ContactConfirmed { contact, ask })
                } else {
                    CustomerEvent::CodeMissed(CodeMissed { ask })
                };
                Ok(Decision::new(cause, vec![event]))
            }
            ProofStage::Made { .. } | ProofStage::Asked | ProofStage::Over => {
                Err(ContactRefusal::NoCode)
            }
        }
    }

    /// Becomes a customer of their own again. The same cause again adds nothing.
    #[must_use]
    pub fn part(&self, conversation: ConversationId, cause: Cause) -> Decision<CustomerEvent> {
        if self.has_parted(cause.id) {
            return Decision::nothing();
        }
        let event = CustomerEvent::CustomerParted(CustomerParted { conversation });
        Decision::new(cause, vec![event])
    }

    /// Records that a code was drawn, before it is mailed: it is mailed once, or not at all.
    #[must_use]
    pub fn make_code(&self, made: &CodeMade) -> Decision<CustomerEvent> {
        match self.proof_of(made.ask) {
            Some(proof) if proof.stage == ProofStage::Asked => {
                Decision::new(proof.last, vec![CustomerEvent::CodeMade(made.clone())])
            }
            Some(_) | None => Decision::nothing(),
        }
    }

    /// Records what became of the letter: `Err` says why there is none, or why nobody can know.
    #[must_use]
    pub fn code_letter_ended(
        &self,
        ask: EventId,
        ended: Result<(), String>,
    ) -> Decision<CustomerEvent> {
        let Some(proof) = self.proof_of(ask) else {
            return Decision::nothing();
        };
        match proof.stage {
            ProofStage::Over | ProofStage::Made { settled: true, .. } => Decision::nothing(),
            ProofStage::Asked | ProofStage::Made { settled: false, .. } => {
                let event = match ended {
                    Ok(()) => CustomerEvent::CodeMailed(CodeMailed { ask }),
                    Err(reason) => CustomerEvent::CodeFailed(CodeFailed { ask, reason }),
                };
                Decision::new(proof.last, vec![event])
            }
        }
    }

    fn proof_of(&self, ask: EventId) -> Option<&Proof> {
        self.proof().filter(|proof| proof.ask == ask)
    }
}

/// A mail address: who has confirmed it, and how many letters it got.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contact {
    members: BTreeSet<CustomerId>,
    letters: VecDeque<(EventId, Timestamp)>,
}

impl Contact {
    /// Who has confirmed it. Whoever has parted since says so in their own history.
    pub fn members(&self) -> impl Iterator<Item = CustomerId> {
        self.members.iter().copied()
    }

    /// Notes that a customer has confirmed it. The same again adds nothing.
    #[must_use]
    pub fn join(&self, customer: CustomerId, cause: Cause) -> Decision<CustomerEvent> {
        if self.members.contains(&customer) {
            return Decision::nothing();
        }
        let event = CustomerEvent::CustomersJoined(CustomersJoined { customer });
        Decision::new(cause, vec![event])
    }

    /// Counts a letter for this ask. `None`: it has had enough for today.
    #[must_use]
    pub fn count_letter(&self, ask: EventId, now: Timestamp) -> Option<Decision<CustomerEvent>> {
        if self.letters.iter().any(|(known, _)| *known == ask) {
            return Some(Decision::nothing());
        }
        let lately = self.letters.iter();
        let lately = lately.filter(|(_, at)| now.duration_since(*at) < A_DAY);
        (lately.count() < LETTERS).then(|| {
            let event = CustomerEvent::LetterCounted(LetterCounted { ask });
            Decision::new(Cause::outside(ask), vec![event])
        })
    }
}

impl Fold for Contact {
    type Event = CustomerEvent;

    fn evolve(&mut self, recorded: &Recorded<CustomerEvent>) {
        match &recorded.event {
            CustomerEvent::LetterCounted(event) => {
                if self.letters.len() >= LETTERS {
                    self.letters.pop_front();
                }
                self.letters.push_back((event.ask, recorded.meta.time));
            }
            CustomerEvent::CustomersJoined(event) => {
                self.members.insert(event.customer);
            }
            CustomerEvent::CustomerOrdered(_)
            | CustomerEvent::CustomerOrderChanged(_)
            | CustomerEvent::CodeAsked(_)
            | CustomerEvent::CodeMade(_)
            | CustomerEvent::CodeMailed(_)
            | CustomerEvent::CodeFailed(_)
            | CustomerEvent::CodeMissed(_)
            | CustomerEvent::ContactConfirmed(_)
            | CustomerEvent::CustomerParted(_) => {}
        }
    }
}
