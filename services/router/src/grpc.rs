//! `torg.router.v1`: what would these words be taken for?

use std::sync::Arc;

use eventlog::EventLog;
use language::Classifier;
use proto::router::{Ask, UnderstandRequest, UnderstandResponse, router_server::Router};
use schemas::ShopId;
use tonic::{Request, Response, Status};

use crate::{
    faqs::Faqs,
    policy::{self, Mind, Verdict},
    react,
};

/// Answers by the function that routes conversations.
pub(crate) struct Service {
    log: EventLog,
    classifier: Arc<Classifier>,
    faqs: Faqs,
}

impl Service {
    pub(crate) fn new(log: EventLog, classifier: Arc<Classifier>) -> Self {
        Self {
            log,
            faqs: Faqs::new(Arc::clone(&classifier)),
            classifier,
        }
    }
}

#[tonic::async_trait]
impl Router for Service {
    async fn understand(
        &self,
        request: Request<UnderstandRequest>,
    ) -> Result<Response<UnderstandResponse>, Status> {
        let request = request.into_inner();
        let shop = ShopId::new(request.shop)
            .map_err(|error| Status::invalid_argument(error.to_string()))?;
        let known = react::shop(&self.log, &shop)
            .await
            .map_err(|_| Status::unavailable("the log does not answer"))?;
        let settings = known
            .settings()
            .ok_or_else(|| Status::not_found(format!("shop {shop} was never added")))?;
        let threshold = settings.policy.confidence;
        let situation = policy::Situation {
            has_focus: request.has_focus,
            list_length: request.list_length,
            language: None,
            languages: crate::situation::languages(Some(settings)),
            threshold,
            ..policy::Situation::default()
        };
        let (classifier, faqs) = (Arc::clone(&self.classifier), self.faqs.clone());
        let (reading, verdict) = tokio::task::spawn_blocking(move || {
            let texts: Vec<&str> = request.messages.iter().map(String::as_str).collect();
            let faq = faqs.of(known.faq());
            let mind = Mind {
                classifier: &classifier,
                faq: faq.as_deref(),
            };
            let reading = policy::read(mind, &texts, &situation);
            let verdict = policy::fallback(&reading, &situation);
            (reading, verdict)
        })
        .await
        .map_err(|_| Status::internal("understanding was interrupted"))?;
        let (handoff, asks_back) = match verdict {
            Verdict::Seller(reason, detail) => (format!("{reason:?}: {detail}"), String::new()),
            Verdict::AskBack(asked) => (
                String::new(),
                crate::compose::question(reading.language, &asked)
                    .map_err(|_| Status::internal("a message is missing"))?,
            ),
            Verdict::Act | Verdict::Unsure(_) => (String::new(), String::new()),
        };
        Ok(Response::new(UnderstandResponse {
            asks: reading.asks.into_iter().map(ask).collect(),
            language: reading.language.as_str().to_owned(),
            greeted: reading.greeted,
            threshold,
            model: self.classifier.model_id().to_owned(),
            bank: self.classifier.bank_id().to_owned(),
            handoff,
            asks_back,
        }))
    }
}

fn ask(ask: schemas::conversation::Ask) -> Ask {
    Ask {
        text: ask.text.text().to_owned(),
        intent: ask.intent.as_str().to_owned(),
        confidence: ask.confidence,
        by: ask.by,
        specialist: ask
            .specialist
            .map_or_else(String::new, |who| who.as_str().to_owned()),
        ordinal: ask.ordinal.unwrap_or(0),
        entities: ask
            .entities
            .iter()
            .filter_map(|entity| serde_json::to_string(entity).ok())
            .collect(),
    }
}
