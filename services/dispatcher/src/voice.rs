//! What voice notes say: fetched from the provider, written down by the transcription endpoint, recorded.
//!
//! The router waits for it only so long, and without words the note goes to the seller: whatever fails here is
//! recorded as the reason, at once or within [`PATIENCE`]. Neither the words nor the note are in any log line.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use channels::{FetchError, Recording};
use domain::Conversation;
use eventlog::Outcome;
use futures::StreamExt as _;
use llm::{Failure, Transcriber, TranscriptionOptions};
use schemas::{
    AggregateKey, EventId, ShopId,
    conversation::{ChatAddress, Language, ModelCall, Purpose, VoiceTranscribed},
};

use crate::react::{Dispatcher, append_trouble};

/// How long a note may take as a whole; the router waits three seconds longer.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long to wait before the second attempt to fetch a note.
const BREATH: Duration = Duration::from_millis(300);
/// How many notes of one chat are worked on at the same time.
const AT_ONCE: usize = 4;

/// Who writes notes down, if anybody does.
pub(crate) struct Ears {
    transcriber: Option<Transcriber>,
    /// Host of the endpoint, for the record.
    endpoint: String,
    /// How long a note may take to be fetched: what the endpoint's own deadline leaves.
    fetching: Duration,
}

impl Ears {
    /// Makes the client, if an endpoint is configured; calls nobody.
    ///
    /// # Errors
    /// What is wrong with the options.
    pub(crate) fn open(options: &TranscriptionOptions) -> anyhow::Result<Self> {
        let writing = Duration::from_millis(options.transcription_deadline_ms);
        let url = options.transcription_base_url.as_deref();
        let url = url.and_then(|url| url.trim().parse::<llm::Url>().ok());
        let host = url.and_then(|url| url.host_str().map(str::to_owned));
        Ok(Self {
            transcriber: options.connect()?,
            endpoint: host.unwrap_or_default(),
            fetching: PATIENCE.saturating_sub(writing),
        })
    }

    async fn write_down(
        &self,
        transcriber: &Transcriber,
        note: Recording,
        language: Option<Language>,
    ) -> (Result<String, Failure>, ModelCall) {
        let begun = Instant::now();
        let language = language.map(Language::as_str);
        let written = transcriber.transcribe(note.audio, &note.name, language);
        let words = written.await;
        let call = ModelCall {
            purpose: Purpose::Transcribe,
            endpoint: self.endpoint.clone(),
            model: transcriber.model().to_owned(),
            input_tokens: 0,
            output_tokens: 0,
            microrubles: None,
            took_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
            outcome: match &words {
                Ok(_) => "used".to_owned(),
                Err(failure) => failure.to_string(),
            },
        };
        (words, call)
    }
}

impl Dispatcher {
    /// Records what each voice note says that nobody has heard yet, or why nobody can tell. Returns the state behind
    /// it, or `None` when there was none.
    pub(crate) async fn hear(
        &self,
        key: &AggregateKey,
        to: &ChatAddress,
        state: &Conversation,
    ) -> Result<Option<Arc<Conversation>>, Outcome> {
        let language = state.spoken();
        let notes = state.unheard().map(|(message, file)| {
            let file = file.to_owned();
            async move { self.note(key.shop_id(), to, message, &file, language).await }
        });
        let notes: Vec<_> = notes.collect();
        let mut heard = futures::stream::iter(notes).buffer_unordered(AT_ONCE);
        let mut behind = None;
        while let Some(note) = heard.next().await {
            let decided = self
                .log
                .decide::<Conversation, _>(key, |state| {
                    Ok::<_, std::convert::Infallible>(state.hear(&note))
                })
                .await;
            let appended = decided.map_err(|error| append_trouble(&error))?;
            match &note.reason {
                Some(why) => tracing::warn!(message.id = %note.message, "not heard: {why}"),
                None => tracing::info!(message.id = %note.message, "a voice note is written down"),
            }
            behind = Some(appended.loaded.state);
        }
        Ok(behind)
    }

    async fn note(
        &self,
        shop: &ShopId,
        to: &ChatAddress,
        message: EventId,
        file: &str,
        language: Option<Language>,
    ) -> VoiceTranscribed {
        let unheard = |reason: String, call| VoiceTranscribed {
            message,
            text: None,
            reason: Some(reason),
            call,
        };
        let Some(transcriber) = &self.ears.transcriber else {
            return unheard("no transcription endpoint is configured".to_owned(), None);
        };
        let fetched = tokio::time::timeout(self.ears.fetching, self.fetch(shop, to, file)).await;
        let note = match fetched {
            Ok(Ok(note)) => note,
            Ok(Err(reason)) => return unheard(reason, None),
            Err(_) => return unheard("the voice note was not fetched in time".to_owned(), None),
        };
        let (words, call) = self.ears.write_down(transcriber, note, language).await;
        match words {
            Ok(words) => VoiceTranscribed {
                message,
                text: Some(words.into()),
                reason: None,
                call: Some(call),
            },
            Err(failure) => unheard(failure.to_string(), Some(call)),
        }
    }

    /// Fetches a note, with a second attempt when the first failure may pass.
    async fn fetch(
        &self,
        shop: &ShopId,
        to: &ChatAddress,
        file: &str,
    ) -> Result<Recording, String> {
        let client = self.doors.client(shop, to);
        let client = client.map_err(|error| format!("{error:#}"))?;
        let error = match client.voice(file).await {
            Ok(note) => return Ok(note),
            Err(error) => error,
        };
        let pause = match &error {
            FetchError::NotNow { retry_after, .. } => retry_after.unwrap_or(BREATH),
            FetchError::Never { .. } => return Err(error.to_string()),
        };
        if pause >= self.ears.fetching {
            return Err(error.to_string());
        }
        tokio::time::sleep(pause).await;
        client.voice(file).await.map_err(|error| error.to_string())
    }
}
