//! Files that people send to a bot: `getFile`, and the file behind it.

use axum::{
    extract::{ConnectInfo, Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    error::{self, Refusal},
    methods::{Parameters, field},
    state::Bot,
};
use crate::{
    chance,
    faults::Provider,
    line::Line,
    world::{Call, World},
};

/// Largest file that a bot can have. Source: Bot API, `getFile`.
const LARGEST: usize = 20 * 1024 * 1024;

impl Bot {
    /// Keeps a voice note whose file is `words`, and returns what its message holds.
    pub(crate) fn keep_voice(&mut self, words: &str) -> Value {
        let id = format!("AwACAgI{}", chance::hex32());
        let path = format!("voice/file_{}.oga", self.files.len());
        self.files.insert(id.clone(), (path, words.to_owned()));
        json!({
            "file_id": id, "file_unique_id": chance::hex32(), "file_size": words.len(),
            "mime_type": "audio/ogg", "duration": 2,
        })
    }
}

/// What `getFile` answers.
pub(super) fn find(bot: &Bot, parameters: &Parameters) -> Result<Value, Refusal> {
    let id = field(parameters, "file_id").unwrap_or_default();
    let (path, content) = bot.files.get(id).ok_or(error::NO_SUCH_FILE)?;
    if content.len() > LARGEST {
        return Err(error::FILE_TOO_BIG);
    }
    Ok(json!({
        "file_id": id, "file_unique_id": id, "file_size": content.len(), "file_path": path,
    }))
}

/// The file itself, below `/file/bot<token>/`.
pub(super) async fn download(
    State(world): State<World>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path((bot, path)): Path<(String, String)>,
) -> Response {
    let apply = async {
        let mut bots = world.telegram();
        let token = bot.strip_prefix("bot").ok_or(error::NOT_FOUND);
        let opened = token.and_then(|token| bots.open(token));
        let file = opened.and_then(|bot| {
            let mut files = bot.files.values();
            let found = files.find(|(place, _)| *place == path);
            found
                .map(|(_, content)| content.clone())
                .ok_or(error::NOT_FOUND)
        });
        match file {
            Ok(file) => {
                ([(header::CONTENT_TYPE, "application/octet-stream")], file).into_response()
            }
            Err(refusal) => refusal.into_response(),
        }
    };
    let call = Call {
        provider: Provider::Telegram,
        operation: "file",
        chat: None,
        line: &line,
    };
    world.answer(call, apply).await
}
