//! `torg.router.v1`: what would these words be taken for?

use std::sync::Arc;

use eventlog::EventLog;
use language::Classifier;
use proto::router::{Ask, UnderstandRequest, UnderstandResponse, router_server::Router};
use schemas::ShopId;
use tonic::{Request, Response, Status};

use crate::{policy, react};

/// Answers by the function that routes conversations.
pub(crate) struct Service {
    log: EventLog,
    classifier: Arc<Classifier>,
}

impl Service {
    pub(crate) const fn new(log: EventLog, classifier: Arc<Classifier>) -> Self {
        Self { log, classifier }
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
        let settings = react::settings(&self.log, &shop)
            .await
            .map_err(|_| Status::unavailable("the log does not answer"))?
            .ok_or_else(|| Status::not_found(format!("shop {shop} was never added")))?;
        let threshold = settings.policy.confidence;
        let situation = policy::Situation {
            has_focus: request.has_focus,
            list_length: request.list_length,
            language: None,
            languages: react::languages(Some(&settings)),
            threshold,
        };
        let classifier = Arc::clone(&self.classifier);
        let reading = tokio::task::spawn_blocking(move || {
            let texts: Vec<&str> = request.messages.iter().map(String::as_str).collect();
            policy::read(&classifier, &texts, &situation)
        })
        .await
        .map_err(|_| Status::internal("understanding was interrupted"))?;
        Ok(Response::new(UnderstandResponse {
            asks: reading.asks.into_iter().map(ask).collect(),
            language: reading.language.as_str().to_owned(),
            greeted: reading.greeted,
            threshold,
            model: self.classifier.model_id().to_owned(),
            bank: self.classifier.bank_id().to_owned(),
            handoff: reading
                .handoff
                .map_or_else(String::new, |(reason, detail)| {
                    format!("{reason:?}: {detail}")
                }),
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
    }
}
