//! `torg.agent.v1`: ask a specialist by hand. Nothing is recorded and nothing is sent.

use proto::agent::{
    Answer, AnswerRequest, AnswerResponse, Fact, Offer, answer_response::Outcome,
    specialist_server::Specialist as Contract,
};
use schemas::{
    Kopecks, ListingId, ShopId, Sku,
    conversation::{FactSource, Intent, Language, Specialist},
};
use tonic::{Request, Response, Status};

use crate::answer::{self, Answered, Desk, Question, Step};

/// Answers by the function that answers conversations.
pub(crate) struct Service {
    desk: Desk,
}

impl Service {
    pub(crate) const fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[tonic::async_trait]
impl Contract for Service {
    async fn answer(
        &self,
        request: Request<AnswerRequest>,
    ) -> Result<Response<AnswerResponse>, Status> {
        let question = question(request.into_inner())?;
        let answered = self
            .desk
            .answer(&question)
            .await
            .map_err(|error| Status::unavailable(error.to_string()))?;
        let outcome = match answered {
            Step::Answer(Answered::Given(answer)) => Outcome::Answer(response(answer)),
            Step::Answer(Answered::Cannot(reason)) => Outcome::CannotAnswer(reason),
            Step::Submit(_) | Step::Cancel(_) | Step::Contact(_) | Step::Wait => {
                Outcome::CannotAnswer(
                    "asked by hand, nothing is ordered, cancelled or recorded".to_owned(),
                )
            }
        };
        Ok(Response::new(AnswerResponse {
            outcome: Some(outcome),
        }))
    }
}

fn question(request: AnswerRequest) -> Result<Question, Status> {
    let shop =
        ShopId::new(request.shop).map_err(|error| Status::invalid_argument(error.to_string()))?;
    let specialist = match request.specialist.as_str() {
        "" => Specialist::Stock,
        name => Specialist::parse(name).ok_or_else(|| {
            let known: Vec<_> = Specialist::ALL.iter().map(|one| one.as_str()).collect();
            Status::invalid_argument(format!(
                "no specialist {name:?}; there are {}",
                known.join(", ")
            ))
        })?,
    };
    let intent = match request.intent.as_str() {
        "" => Intent::StockInquiry,
        label => Intent::parse(label)
            .ok_or_else(|| Status::invalid_argument(format!("no intent {label:?}")))?,
    };
    let language = match request.language.as_str() {
        "" => language::detect(&request.text, None).unwrap_or(Language::Ru),
        code => Language::parse(code)
            .ok_or_else(|| Status::invalid_argument(format!("no language {code:?}")))?,
    };
    let given = |text: String| (!text.is_empty()).then_some(text);
    Ok(Question {
        shop,
        specialist,
        text: request.text,
        intent,
        language,
        listing: given(request.listing).map(ListingId::new),
        focus: given(request.focus).map(Sku::new),
        list: request.list.into_iter().map(Sku::new).collect(),
        ordinal: (request.ordinal > 0).then_some(request.ordinal),
        entities: request
            .entities
            .iter()
            .map(|entity| {
                serde_json::from_str(entity)
                    .map_err(|error| Status::invalid_argument(format!("entity {entity}: {error}")))
            })
            .collect::<Result<_, _>>()?,
        offers: request.offers.iter().map(offer).collect::<Result<_, _>>()?,
        said: Vec::new(),
        arms: Vec::new(),
        asked: None,
        anew: request.earlier,
        last_time: given(request.last_time).map(Sku::new),
        sale: Box::default(),
        now: boot::clock::now(),
    })
}

/// An offer that the buyer has. A broken one is refused and not left out: without it the answer would be dearer.
fn offer(offer: &Offer) -> Result<schemas::conversation::Offer, Status> {
    let refuse = |what: &str| Err(Status::invalid_argument(format!("offer: {what}")));
    if offer.sku.is_empty() {
        return refuse("its sku is missing");
    }
    let Ok(valid_until) = offer.valid_until.parse() else {
        return refuse("valid_until is no time; write it as 2026-01-31T18:00:00Z");
    };
    if offer.price_kopecks <= 0 {
        return refuse("price_kopecks is not more than 0");
    }
    if offer.list_price_kopecks < offer.price_kopecks {
        return refuse("list_price_kopecks is less than price_kopecks");
    }
    Ok(schemas::conversation::Offer {
        sku: Sku::new(offer.sku.clone()),
        from_pieces: offer.from_pieces.max(1),
        price: Kopecks::new(offer.price_kopecks),
        list_price: Kopecks::new(offer.list_price_kopecks),
        valid_until,
    })
}

fn response(answer: answer::Answer) -> Answer {
    Answer {
        text: answer.text,
        facts: answer.facts.into_iter().map(fact).collect(),
        focus: answer.focus.map_or_else(String::new, |sku| sku.to_string()),
        list: answer.list.map_or_else(Vec::new, |list| {
            list.items.into_iter().map(|sku| sku.to_string()).collect()
        }),
        offer: answer.offer.map(|offer| Offer {
            sku: offer.sku.to_string(),
            from_pieces: offer.from_pieces,
            price_kopecks: offer.price.kopecks(),
            list_price_kopecks: offer.list_price.kopecks(),
            valid_until: offer.valid_until.to_string(),
        }),
    }
}

fn fact(fact: schemas::conversation::Fact) -> Fact {
    let source = match fact.source {
        FactSource::Sheet(row) => format!("sheet {}@{} row {}", row.tab, row.revision, row.row),
        FactSource::Settings(name) => format!("settings {name}"),
        FactSource::Buyer(event) => format!("message {event}"),
        FactSource::Seller(event) => format!("the seller's words {event}"),
        FactSource::Counted => "counted".to_owned(),
        FactSource::Computed(how) => format!("computed {how}"),
        FactSource::Order(order) => format!("order {order}"),
        FactSource::Offer(turn) => format!("offer of turn {turn}"),
    };
    Fact {
        name: fact.name,
        value: fact.value,
        sku: fact.sku.map_or_else(String::new, |sku| sku.to_string()),
        source,
    }
}
