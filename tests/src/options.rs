//! What each service of a story is told on its command line.

use crate::{Database, MailRoute, MailServer, Service, World, runtime, world::SHARDS};

/// After how long a killed service's work is given to another.
const ACK_WAIT_MS: u64 = 2_000;
/// After how long a letter that nobody told the end of is taken for lost.
const MAIL_DEADLINE_MS: u64 = 1_000;

impl World {
    /// What `service` is started with.
    pub(crate) fn options(&self, service: Service) -> Vec<String> {
        let state = self.folder.path().display().to_string();
        let providers = [
            ("--avito-base-url", self.providers.url()),
            ("--telegram-base-url", self.providers.url()),
            ("--sheets-base-url", self.providers.url()),
            ("--avito-per-second", "100".to_owned()),
        ];
        let mut options = vec![
            ("--nats-url", self.broker.url()),
            ("--nats-monitor-url", self.broker.monitor_url()),
            ("--log-shards", SHARDS.to_string()),
            ("--ack-wait-ms", ACK_WAIT_MS.to_string()),
        ];
        match service {
            Service::Ingest => {
                options.extend(providers);
                options.push(("--ingest-listen", format!("127.0.0.1:{}", self.ingest)));
                options.push(("--sheet-interval-ms", "100".to_owned()));
                options.push(("--sheet-link-interval-ms", "500".to_owned()));
                options.push(("--state-dir", state));
            }
            Service::Router => {
                options.push(("--runtime-dir", runtime().display().to_string()));
                if self.setup.model {
                    options.push(("--llm-base-url", format!("{}/v1", self.providers.url())));
                    options.push(("--llm-model", "stand-in".to_owned()));
                    let deadline = self.setup.model_deadline_ms.to_string();
                    options.push(("--llm-deadline-ms", deadline));
                    options.push(("--llm-phrases", "true".to_owned()));
                }
            }
            Service::Agents => {
                options.push(("--runtime-dir", runtime().display().to_string()));
                if let Some(model) = self.setup.embeddings {
                    options.push(("--embeddings-base-url", self.providers.model_url()));
                    options.push(("--embeddings-model", model.to_owned()));
                    options.push(("--embeddings-dimensions", "512".to_owned()));
                    options.push(("--embeddings-batch", "50".to_owned()));
                    options.push(("--search-deadline-ms", "1000".to_owned()));
                }
            }
            Service::Cart => {
                let url = self.database.as_ref().map(Database::url);
                let url = url.unwrap_or_else(|| "none".to_owned());
                options.push(("--database-url", url));
                options.push(("--cart-database-connections", "6".to_owned()));
            }
            Service::Dispatcher => {
                options.extend(providers);
                let deadline = self.setup.send_deadline_ms.to_string();
                options.push(("--send-deadline-ms", deadline));
                options.push(("--channel-pause-ms", "2000".to_owned()));
                options.push(("--webhook-deadline-ms", "1500".to_owned()));
                options.push(("--webhook-retries", self.setup.webhook_retries.to_owned()));
                options.push(("--state-dir", state));
                if self.setup.voice {
                    options.push(("--transcription-base-url", self.providers.model_url()));
                    options.push(("--transcription-model", "stand-in".to_owned()));
                    options.push(("--transcription-deadline-ms", "4000".to_owned()));
                }
            }
            Service::Invoicer => {
                options.push(("--state-dir", state));
                if let Some(server) = &self.mail {
                    options.push(("--smtp-url", server.url(self.mail_route)));
                    options.push(("--mail-from", "shop@example.org".to_owned()));
                    options.push(("--mail-deadline-ms", MAIL_DEADLINE_MS.to_string()));
                    if self.mail_route == MailRoute::Trusted {
                        let file = self.folder.path().join("authority.pem");
                        std::fs::write(&file, MailServer::AUTHORITY).unwrap();
                        options.push(("--smtp-ca", file.display().to_string()));
                    }
                }
            }
            Service::Escalation => {
                options.extend(providers);
                options.push(("--state-dir", state));
                options.push(("--public-url", self.ingest()));
            }
            Service::Console => {
                let url = self.database.as_ref().map(Database::url).unwrap();
                options.push(("--database-url", url));
                options.push(("--database-connections", "6".to_owned()));
                options.push(("--console-listen", format!("127.0.0.1:{}", self.console)));
                for (name, asked) in [
                    ("--cart-url", Service::Cart),
                    ("--invoice-url", Service::Invoicer),
                ] {
                    if self.runs(asked) {
                        options.push((name, self.grpc(asked)));
                    }
                }
                options.push(("--state-dir", state));
            }
        }
        let pairs = options.into_iter();
        let mut options: Vec<String> = pairs
            .flat_map(|(name, value)| [name.to_owned(), value])
            .collect();
        if service == Service::Dispatcher {
            options.push("--webhook-allow-private".to_owned());
        }
        options
    }
}
