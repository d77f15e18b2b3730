//! The encoder answers what the reference implementation answers.

use std::path::Path;

use language::{DIMENSIONS, Encoder, EncoderError};

use crate::model;

fn base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u32> = text
        .bytes()
        .filter(|byte| *byte != b'=')
        .map(|byte| u32::from(value(byte)))
        .collect();
    let mut bytes = Vec::new();
    for four in digits.chunks(4) {
        let word = four.iter().fold(0, |word, digit| word << 6 | digit) << (6 * (4 - four.len()));
        bytes.extend(&word.to_be_bytes()[1..four.len()]);
    }
    bytes
}

fn reference() -> Vec<(String, Vec<f32>)> {
    let rows: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../reference_vectors.json")).unwrap();
    rows.iter()
        .map(|row| {
            let bytes = base64(row["vector"].as_str().unwrap());
            let vector = bytes
                .chunks_exact(4)
                .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
                .collect();
            (row["text"].as_str().unwrap().to_owned(), vector)
        })
        .collect()
}

#[test]
fn every_vector_is_the_one_of_the_reference() {
    let encoder = Encoder::open(&model()).unwrap();
    let rows = reference();
    assert!(rows.len() >= 120, "{} texts", rows.len());
    for (text, expected) in rows {
        let vector = encoder.encode(&text);
        assert_eq!((vector.len(), expected.len()), (DIMENSIONS, DIMENSIONS));
        let cosine: f32 = vector.iter().zip(&expected).map(|(a, b)| a * b).sum();
        let length: f32 = vector.iter().map(|a| a * a).sum();
        assert!(cosine >= 0.999_99, "{cosine} for {text:?}");
        assert!((length - 1.0).abs() < 1e-5, "length {length} for {text:?}");
    }
}

#[test]
fn a_missing_model_names_the_file_and_the_fix() {
    let error = Encoder::open(Path::new("/nonexistent")).unwrap_err();
    assert!(matches!(error, EncoderError::Unreadable { .. }));
    let message = error.to_string();
    assert!(message.contains("/nonexistent/sp.model") && message.contains("make setup"));
}

#[test]
fn a_damaged_model_is_refused() {
    let dir = std::env::temp_dir().join(format!("torg-damaged-model-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("sp.model"), b"not the model").unwrap();
    let error = Encoder::open(&dir).unwrap_err();
    std::fs::remove_dir_all(&dir).unwrap();
    assert!(matches!(error, EncoderError::WrongDigest { .. }), "{error}");
}
