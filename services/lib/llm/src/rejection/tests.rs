use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn of_an_error_nothing_is_kept_but_words_of_the_list(
        status in 400_u16..600, code in "\\PC{0,20}", message in "\\PC{0,60}", bare in any::<bool>(),
    ) {
        let error = serde_json::json!({"code": code, "message": format!("{message} max_tokens"), "param": message});
        let body = if bare { error } else { serde_json::json!([{"error": error}]) };
        let failure = of(status, &body.to_string());
        if let Failure::BadRequest { said, .. } = failure {
            prop_assert!(said.split(' ').all(|word| TELLING.contains(&word)), "{}", said);
            prop_assert!(said.contains("max_tokens"));
        }
    }
}

fn of(status: u16, body: &str) -> Failure {
    read(
        StatusCode::from_u16(status).unwrap(),
        &HeaderMap::new(),
        body.as_bytes(),
    )
}

#[test]
fn errors_of_every_known_shape_are_told_apart() {
    for (status, body, expected) in [
        (
            401,
            r#"{"error":{"code":"invalid_api_key","message":"no"}}"#,
            Failure::Unauthorized,
        ),
        (
            400,
            r#"[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]"#,
            Failure::Unauthorized,
        ),
        (
            402,
            r#"{"status":402,"message":"Payment Required"}"#,
            Failure::QuotaUsed,
        ),
        (
            403,
            r#"{"error":{"code":"unsupported_country_region_territory"}}"#,
            Failure::Forbidden,
        ),
        (
            400,
            r#"[{"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}]"#,
            Failure::Forbidden,
        ),
        (
            404,
            r#"{"error":{"code":"model_not_found","message":"The model `x` does not exist"}}"#,
            Failure::ModelUnknown,
        ),
        (
            404,
            r#"{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","code":404}"#,
            Failure::ModelUnknown,
        ),
        (
            404,
            r#"{"error":"model \"x\" not found, try pulling it first"}"#,
            Failure::ModelUnknown,
        ),
        (
            404,
            r#"{"detail":"Not Found"}"#,
            Failure::WrongAddress { status: 404 },
        ),
        (404, "<html>", Failure::WrongAddress { status: 404 }),
        (301, "", Failure::WrongAddress { status: 301 }),
        (400, "<html>", Failure::WrongAddress { status: 400 }),
        (
            413,
            r#"{"status":413,"message":"too large"}"#,
            Failure::InputTooLarge,
        ),
        (
            400,
            r#"{"error":{"code":"context_length_exceeded"}}"#,
            Failure::InputTooLarge,
        ),
        (
            400,
            r#"{"error":{"code":"content_filter"}}"#,
            Failure::Filtered,
        ),
        (503, "<html>", Failure::Unavailable { status: Some(503) }),
        (
            500,
            r#"{"error":{"message":"oops"}}"#,
            Failure::Unavailable { status: Some(500) },
        ),
    ] {
        assert_eq!(of(status, body), expected, "{status} {body}");
    }
}

#[test]
fn a_quota_that_is_used_up_is_not_a_limit_that_passes() {
    let limited = |seconds| Failure::RateLimited {
        retry_after: Some(Duration::from_secs(seconds)),
    };
    for (status, body, expected) in [
        (
            429,
            r#"{"error":{"code":"insufficient_quota","type":"insufficient_quota"}}"#,
            Failure::QuotaUsed,
        ),
        (
            429,
            r#"{"error":{"code":"rate_limit_exceeded"}}"#,
            Failure::RateLimited { retry_after: None },
        ),
        (
            429,
            r#"{"status":429,"message":"Too Many Requests"}"#,
            Failure::RateLimited { retry_after: None },
        ),
        (
            429,
            r#"[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"You exceeded your current quota","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"28s"}]}}]"#,
            limited(28),
        ),
    ] {
        assert_eq!(of(status, body), expected, "{status} {body}");
    }
}

#[test]
fn a_rejected_option_is_named_and_the_prompt_in_the_error_is_not() {
    let body = r#"{"error":{"code":"unsupported_parameter","param":"max_tokens","type":"invalid_request_error","message":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead. Input was: Иван, +79161234567"}}"#;
    let failure = of(400, body);
    let shown = format!("{failure} {failure:?}");
    assert!(
        shown.contains("max_completion_tokens max_tokens"),
        "{shown}"
    );
    assert!(
        !shown.contains("7916") && !shown.contains("Иван"),
        "{shown}"
    );
    let other = of(422, r#"{"status":422,"message":"Иван, +79161234567"}"#);
    assert_eq!(
        other,
        Failure::BadRequest {
            status: 422,
            said: "no reason that can be shown".to_owned()
        }
    );
}

#[test]
fn waiting_times_are_read_from_either_header_and_never_exceed_an_hour() {
    for (name, value, expected) in [
        ("retry-after", "2", Some(2_000)),
        ("retry-after-ms", "150", Some(150)),
        ("retry-after", "999999999", Some(3_600_000)),
        ("retry-after", "-1", None),
        ("retry-after", "NaN", None),
        ("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT", None),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        let retry_after = expected.map(Duration::from_millis);
        let failure = read(StatusCode::TOO_MANY_REQUESTS, &headers, b"{}");
        assert_eq!(
            failure,
            Failure::RateLimited { retry_after },
            "{name}: {value}"
        );
    }
}

#[test]
fn an_error_under_a_good_status_is_an_error() {
    let body = serde_json::json!({"error": {"code": 429, "message": "slow down"}});
    assert_eq!(
        in_good_answer(&body),
        Some(Failure::RateLimited { retry_after: None })
    );
    let plain = serde_json::json!({"error": {"message": "x"}});
    assert!(matches!(
        in_good_answer(&plain),
        Some(Failure::BadRequest { status: 400, .. })
    ));
    assert_eq!(
        in_good_answer(&serde_json::json!({"error": null, "choices": []})),
        None
    );
}
