//! Making sense of a chat's answer.

use serde_json::Value;

use crate::{failure::Failure, message::Request, rejection, usage::Usage};

/// What was learnt from an answer beside its content.
#[derive(Default)]
pub(crate) struct Learnt {
    pub(crate) usage: Option<Usage>,
    pub(crate) model: Option<String>,
}

/// Makes sense of an answer, in the order that tells most: refusal, reason of the end, content, shape.
pub(crate) fn read(
    body: &[u8],
    request: &Request<'_>,
    learnt: &mut Learnt,
) -> Result<(Value, Usage), Failure> {
    let body: Value = serde_json::from_slice(body).map_err(|_| rejection::unreadable(body))?;
    if let Some(failure) = rejection::in_good_answer(&body) {
        return Err(failure);
    }
    learnt.usage = usage(&body);
    learnt.model = body.get("model").and_then(Value::as_str).map(str::to_owned);
    let choices = body.get("choices").and_then(Value::as_array);
    let choices = choices.ok_or_else(|| Failure::shape("choices", "missing"))?;
    let choice = choices.first().ok_or(Failure::Empty)?;
    let content = content(choice)?;
    let counted = learnt.usage.unwrap_or_else(|| {
        let asked = request
            .messages
            .iter()
            .map(|message| message.content.chars().count());
        let schema = request.schema.wire().to_string().chars().count();
        Usage::estimated(asked.sum::<usize>() + schema, content.chars().count())
    });
    learnt.usage = Some(counted);
    let value: Value = serde_json::from_str(bare(content)).map_err(|_| Failure::NotJson)?;
    let shape = request.schema.check(&value);
    shape.map_err(|wrong| Failure::WrongShape {
        path: wrong.path,
        problem: wrong.problem,
    })?;
    Ok((value, counted))
}

fn content(choice: &Value) -> Result<&str, Failure> {
    let message = choice
        .get("message")
        .ok_or_else(|| Failure::shape("choices[0].message", "missing"))?;
    if message
        .get("refusal")
        .and_then(Value::as_str)
        .is_some_and(|words| !words.is_empty())
    {
        return Err(Failure::Refused);
    }
    match choice.get("finish_reason").and_then(Value::as_str) {
        Some("length") => return Err(Failure::Truncated),
        // The second is GigaChat's word for it.
        Some("content_filter" | "blacklist") => return Err(Failure::Filtered),
        Some("tool_calls" | "function_call") => return Err(Failure::ToolCall),
        _ => {}
    }
    match message.get("content") {
        Some(Value::String(content)) if content.trim().is_empty() => Err(Failure::Empty),
        Some(Value::String(content)) => Ok(content),
        None | Some(Value::Null) if message.get("tool_calls").is_some_and(Value::is_array) => {
            Err(Failure::ToolCall)
        }
        None | Some(Value::Null) => Err(Failure::Empty),
        Some(_) => Err(Failure::shape("choices[0].message.content", "not a string")),
    }
}

fn usage(body: &Value) -> Option<Usage> {
    let usage = body.get("usage")?;
    Some(Usage {
        input_tokens: usage.get("prompt_tokens")?.as_u64()?,
        output_tokens: usage.get("completion_tokens")?.as_u64()?,
        counted: true,
    })
}

/// The JSON without what some models put around it: a block of thoughts before, a Markdown fence around.
fn bare(content: &str) -> &str {
    let text = content.trim().trim_start_matches('\u{feff}');
    let text = match text
        .strip_prefix("<think>")
        .and_then(|rest| rest.split_once("</think>"))
    {
        Some((_, rest)) => rest.trim(),
        None => text,
    };
    let Some(fenced) = text
        .strip_prefix("```")
        .and_then(|rest| rest.strip_suffix("```"))
    else {
        return text;
    };
    let language = |c: char| c.is_ascii_alphanumeric();
    fenced.trim_start_matches(language).trim()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use serde_json::json;

    use super::*;
    use crate::schema::Schema;

    proptest! {
        #[test]
        fn whatever_an_endpoint_answers_is_of_the_shape_or_a_failure_without_its_words(
            content in "\\PC{0,20}|\\{\"a\":[0-9\"x]{0,4}\\}|```json\n\\{\"a\":1\\}\n```", end in "stop|length|other",
        ) {
            let schema = json!({"type": "object", "additionalProperties": false, "required": ["a"],
                "properties": {"a": {"type": "integer"}}});
            let schema = Schema::new("a", &schema).expect("a schema");
            let request = Request { schema: &schema, messages: Vec::new(), max_tokens: 1 };
            let message = json!({"content": format!("{content}СЕКРЕТ")});
            let answer = |message: &Value| json!({"choices": [{"message": message, "finish_reason": end}]}).to_string();
            let mut learnt = Learnt::default();
            let failure = read(answer(&message).as_bytes(), &request, &mut learnt).expect_err("words behind the JSON");
            let shown = format!("{failure} {failure:?}");
            prop_assert!(!shown.contains("СЕКРЕТ"));
            let message = json!({"content": content});
            if let Ok((value, usage)) = read(answer(&message).as_bytes(), &request, &mut learnt) {
                prop_assert!(value["a"].is_i64() || value["a"].is_u64());
                prop_assert!(!usage.counted);
            }
        }
    }

    #[test]
    fn fences_and_thoughts_around_the_json_are_taken_off_and_nothing_inside_it() {
        for text in [
            r#"{"a":1}"#,
            "  {\"a\":1}\n",
            "```json\n{\"a\":1}\n```",
            "```\n{\"a\":1}```",
            "```JSON {\"a\":1} ```",
            "<think>so ```json``` then</think>\n```json\n{\"a\":1}\n```",
            "\u{feff}{\"a\":1}",
        ] {
            assert_eq!(bare(text), r#"{"a":1}"#, "{text:?}");
        }
        let inside = r#"{"a":"```json x ``` <think>"}"#;
        assert_eq!(bare(inside), inside);
        let prose = "Sure! ```json\n{}\n```";
        assert_eq!(bare(prose), prose);
    }
}
