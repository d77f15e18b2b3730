//! The arithmetic of the encoder: products, layer normalisation, n-gram convolutions.
//!
//! Weights never change, so they are laid out once in panels of 16 columns; a product then walks
//! each panel once, some rows of the input at a time, in registers as wide as the processor has
//! them. Sums run in a fixed order without fused operations: the result has the same bits on
//! every processor.

use fearless_simd::{Level, Simd, SimdBase, SimdFrom as _, dispatch, f32x16};

/// Columns of a panel: the lanes of one sum.
const PANEL: usize = 16;

/// A row-major matrix of numbers that are computed.
#[derive(Clone)]
pub(crate) struct Rows {
    pub(crate) width: usize,
    pub(crate) values: Vec<f32>,
}

/// A matrix of weights, in panels.
pub(crate) struct Packed {
    height: usize,
    width: usize,
    panels: Vec<[f32; PANEL]>,
}

impl Rows {
    pub(crate) fn zeros(height: usize, width: usize) -> Self {
        Self {
            width,
            values: vec![0.0; height * width],
        }
    }

    pub(crate) const fn height(&self) -> usize {
        self.values.len() / self.width
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.width)
    }

    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.values.chunks_exact_mut(self.width)
    }

    /// `width` columns from `start`, as a matrix of their own.
    pub(crate) fn columns(&self, start: usize, width: usize) -> Self {
        let part = |row: &[f32]| {
            row.iter()
                .skip(start)
                .take(width)
                .copied()
                .collect::<Vec<_>>()
        };
        Self {
            width,
            values: self.rows().flat_map(part).collect(),
        }
    }

    /// Writes `from` over the columns that begin at `start`.
    pub(crate) fn put(&mut self, start: usize, from: &Self) {
        for (to, from) in self.rows_mut().zip(from.rows()) {
            for (to, from) in to.iter_mut().skip(start).zip(from) {
                *to = *from;
            }
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (value, other) in self.values.iter_mut().zip(&other.values) {
            *value += other;
        }
    }

    pub(crate) fn add_to_rows(&mut self, bias: &[f32]) {
        for row in self.rows_mut() {
            for (value, bias) in row.iter_mut().zip(bias) {
                *value += bias;
            }
        }
    }

    pub(crate) fn relu(&mut self) {
        self.values
            .iter_mut()
            .for_each(|value| *value = value.max(0.0));
    }

    /// The sum of all rows.
    pub(crate) fn sum(&self) -> Self {
        let mut sum = Self::zeros(1, self.width);
        for row in self.rows() {
            for (sum, value) in sum.values.iter_mut().zip(row) {
                *sum += value;
            }
        }
        sum
    }
}

impl Packed {
    /// Lays out a row-major matrix; `width` must be a multiple of the panel, as all here are.
    pub(crate) fn new(width: usize, values: &[f32]) -> Self {
        let mut panels = Vec::with_capacity(values.len() / PANEL);
        for start in (0..width).step_by(PANEL) {
            let rows = values.chunks_exact(width);
            panels.extend(rows.filter_map(|row| row.get(start..)?.first_chunk().copied()));
        }
        Self {
            height: values.len() / width,
            width,
            panels,
        }
    }

    /// `x` times these weights.
    pub(crate) fn times(&self, x: &Rows) -> Rows {
        self.times_in(Level::new(), x)
    }

    fn times_in(&self, registers: Level, x: &Rows) -> Rows {
        let mut out = Rows::zeros(x.height(), self.width);
        dispatch!(registers, simd => self.fill(simd, x, &mut out));
        out
    }

    /// Where registers are narrow, a sum takes four of them, and there are no more than sixteen.
    #[inline(always)]
    fn fill<S: Simd>(&self, simd: S, x: &Rows, out: &mut Rows) {
        match (x.height(), <S::f32s as SimdBase<S>>::LEN) {
            (1, _) => self.product::<S, 1>(simd, x, out),
            (_, 0..8) => self.product::<S, 2>(simd, x, out),
            _ => self.product::<S, 4>(simd, x, out),
        }
    }

    /// `N` rows of the input at a time. Each sum is a lane of its own and runs in the order of the input, so that it has
    /// the same bits however wide the registers are.
    #[inline(always)]
    fn product<S: Simd, const N: usize>(&self, simd: S, x: &Rows, out: &mut Rows) {
        let blocks = x.values.chunks(N * self.height);
        let blocks: Vec<Vec<[f32; N]>> =
            blocks.map(|rows| side_by_side(rows, self.height)).collect();
        for (place, panel) in self.panels.chunks_exact(self.height).enumerate() {
            for (block, out) in blocks.iter().zip(out.values.chunks_mut(N * self.width)) {
                let mut sums: [f32x16<S>; N] = [f32x16::splat(simd, 0.0); N];
                for (weights, inputs) in panel.iter().zip(block) {
                    let weights = f32x16::simd_from(simd, *weights);
                    for (sum, input) in sums.iter_mut().zip(inputs) {
                        *sum += weights * *input;
                    }
                }
                for (row, sum) in out.chunks_exact_mut(self.width).zip(sums) {
                    if let Some(to) = row.get_mut(place * PANEL..(place + 1) * PANEL) {
                        sum.store_slice(to);
                    }
                }
            }
        }
    }
}

/// `N` rows or fewer, column by column; rows that are missing are zeros.
fn side_by_side<const N: usize>(rows: &[f32], width: usize) -> Vec<[f32; N]> {
    let mut block = vec![[0.0; N]; width];
    for (place, row) in rows.chunks_exact(width).enumerate() {
        for (to, value) in block.iter_mut().zip(row) {
            if let Some(to) = to.get_mut(place) {
                *to = *value;
            }
        }
    }
    block
}

/// Layer normalisation of every row.
pub(crate) struct Norm {
    pub(crate) gain: Vec<f32>,
    pub(crate) shift: Vec<f32>,
    pub(crate) eps: f32,
}

impl Norm {
    pub(crate) fn apply(&self, x: &mut Rows) {
        let width = x.width as f32;
        for row in x.rows_mut() {
            let mean = row.iter().sum::<f32>() / width;
            let variance = row.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / width;
            let scale = (variance + self.eps).sqrt().recip();
            for ((value, gain), shift) in row.iter_mut().zip(&self.gain).zip(&self.shift) {
                *value = (*value - mean) * scale * gain + shift;
            }
        }
    }
}

/// Two residual convolutions over the same window of tokens.
pub(crate) struct Branch {
    pub(crate) order: usize,
    pub(crate) left: usize,
    pub(crate) w1: Packed,
    pub(crate) b1: Vec<f32>,
    pub(crate) w2: Packed,
    pub(crate) b2: Vec<f32>,
}

impl Branch {
    pub(crate) fn apply(&self, x: &Rows) -> Rows {
        let h = self.convolve(x, &self.w1, &self.b1);
        self.convolve(&h, &self.w2, &self.b2)
    }

    /// `relu(window(x)·w + b) + x`.
    fn convolve(&self, x: &Rows, w: &Packed, b: &[f32]) -> Rows {
        let mut y = w.times(&self.window(x));
        y.add_to_rows(b);
        y.relu();
        y.add(x);
        y
    }

    /// Puts the rows around each token side by side; beyond the ends of the text there are zeros.
    fn window(&self, x: &Rows) -> Rows {
        let mut window = Rows::zeros(x.height(), self.order * x.width);
        for (token, slots) in window.rows_mut().enumerate() {
            for (slot, to) in slots.chunks_exact_mut(x.width).enumerate() {
                let row = (token + slot).checked_sub(self.left);
                let from = row.and_then(|row| x.values.get(row * x.width..(row + 1) * x.width));
                if let Some(from) = from {
                    to.copy_from_slice(from);
                }
            }
        }
        window
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_has_the_bits_of_the_textbook_product_in_all_registers() {
        let (inner, width) = (37, 48);
        let number = |i: usize| (i * 7_919 % 1_000) as f32 / 999.0 - 0.5;
        let w: Vec<f32> = (0..inner * width).map(number).collect();
        let packed = Packed::new(width, &w);
        for height in 1..=9 {
            let x: Vec<f32> = (0..height * inner).map(|i| number(i + height)).collect();
            let input = Rows {
                width: inner,
                values: x.clone(),
            };
            let product = packed.times(&input);
            let narrow = packed.times_in(Level::baseline(), &input);
            assert_eq!(narrow.values, product.values);
            assert_eq!(product.height(), height);
            for (i, value) in product.values.iter().enumerate() {
                let (row, column) = (i / width, i % width);
                let terms = (0..inner).map(|k| x[row * inner + k] * w[k * width + column]);
                let expected = terms.fold(0.0_f32, |sum, term| sum + term);
                assert_eq!(
                    value.to_bits(),
                    expected.to_bits(),
                    "{height}: {row}, {column}"
                );
            }
        }
    }
}
