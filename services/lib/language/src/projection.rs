//! Sentence vectors of 384 numbers: the principal components of the encoder's 512.
//!
//! The matrix is `data/use_multilingual_v3_384.bin`; `data/fit_projection.py` beside it says how
//! it came about. A search index is a quarter smaller and finds the same.

use std::sync::LazyLock;

use crate::encoder::DIMENSIONS;

/// Length of a projected vector.
pub const PROJECTED: usize = 384;

const MATRIX: &[u8] = include_bytes!("../data/use_multilingual_v3_384.bin");
/// A row of the file: its scale, and a signed byte for each number.
const ROW: usize = size_of::<f32>() + DIMENSIONS;

struct Component {
    scale: f32,
    weights: Vec<f32>,
}

static COMPONENTS: LazyLock<Vec<Component>> = LazyLock::new(|| {
    MATRIX
        .chunks_exact(ROW)
        .filter_map(|row| {
            let (scale, bytes) = row.split_first_chunk()?;
            Some(Component {
                scale: f32::from_le_bytes(*scale),
                weights: bytes
                    .iter()
                    .map(|byte| f32::from(byte.cast_signed()))
                    .collect(),
            })
        })
        .collect()
});

/// The vector of [`PROJECTED`] numbers, of Euclidean length 1, of a vector of [`DIMENSIONS`].
#[must_use]
pub fn project(vector: &[f32]) -> Vec<f32> {
    let mut projected: Vec<f32> = COMPONENTS
        .iter()
        .map(|component| {
            let products = component.weights.iter().zip(vector);
            component.scale * products.map(|(weight, value)| weight * value).sum::<f32>()
        })
        .collect();
    let length = projected.iter().map(|value| value * value).sum::<f32>();
    let length = length.sqrt().max(f32::MIN_POSITIVE);
    projected.iter_mut().for_each(|value| *value /= length);
    projected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_has_as_many_rows_as_a_vector_has_numbers() {
        assert_eq!(MATRIX.len(), PROJECTED * ROW);
        assert_eq!(COMPONENTS.len(), PROJECTED);
    }

    #[test]
    fn the_components_are_at_right_angles_to_each_other() {
        let row = |i: usize| {
            let Component { scale, weights } = &COMPONENTS[i];
            weights.iter().map(move |weight| weight * scale)
        };
        for (i, j) in [(0, 0), (0, 1), (7, 200), (383, 383), (382, 383)] {
            let dot: f32 = row(i).zip(row(j)).map(|(a, b)| a * b).sum();
            let expected = f32::from(u8::from(i == j));
            assert!((dot - expected).abs() < 0.02, "{i} {j}: {dot}");
        }
    }

    #[test]
    fn a_vector_of_nothing_has_no_direction_and_no_rogue_numbers() {
        let projected = project(&[0.0; DIMENSIONS]);
        assert!(projected.iter().all(|value| *value == 0.0));
    }
}
