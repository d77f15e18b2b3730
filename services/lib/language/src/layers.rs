//! The arithmetic of the encoder: products, layer normalisation, n-gram convolutions.
//!
//! Weights never change, so they are laid out once in panels of 16 columns; a product then walks
//! each panel once, two rows of the input at a time, in registers. Sums run in a fixed order
//! without fused operations: the result has the same bits on every x86-64 processor.

/// Columns of a panel.
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
        let mut out = Rows::zeros(x.height(), self.width);
        for (place, panel) in self.panels.chunks_exact(self.height).enumerate() {
            let pairs = x.values.chunks(2 * x.width);
            for (x, out) in pairs.zip(out.values.chunks_mut(2 * self.width)) {
                let (first, second) = x.split_at(self.height);
                let (to_first, to_second) = out.split_at_mut(self.width);
                if second.is_empty() {
                    write(to_first, place, &one(panel, first));
                } else {
                    let (a, b) = two(panel, first, second);
                    write(to_first, place, &a);
                    write(to_second, place, &b);
                }
            }
        }
        out
    }
}

fn write(row: &mut [f32], panel: usize, values: &[f32; PANEL]) {
    if let Some(to) = row.get_mut(panel * PANEL..(panel + 1) * PANEL) {
        to.copy_from_slice(values);
    }
}

fn one(panel: &[[f32; PANEL]], x: &[f32]) -> [f32; PANEL] {
    let mut sums = [0.0; PANEL];
    for (weights, x) in panel.iter().zip(x) {
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += weight * x;
        }
    }
    sums
}

fn two(panel: &[[f32; PANEL]], x: &[f32], y: &[f32]) -> ([f32; PANEL], [f32; PANEL]) {
    let (mut a, mut b) = ([0.0; PANEL], [0.0; PANEL]);
    for ((weights, x), y) in panel.iter().zip(x).zip(y) {
        for ((a, b), weight) in a.iter_mut().zip(&mut b).zip(weights) {
            *a += weight * x;
            *b += weight * y;
        }
    }
    (a, b)
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
    fn a_product_is_the_textbook_product() {
        let (height, inner, width) = (3, 5, 32);
        let x: Vec<f32> = (0..height * inner).map(|i| i as f32).collect();
        let w: Vec<f32> = (0..inner * width).map(|i| (i % 7) as f32).collect();
        let product = Packed::new(width, &w).times(&Rows {
            width: inner,
            values: x.clone(),
        });
        for (i, value) in product.values.iter().enumerate() {
            let (row, column) = (i / width, i % width);
            let expected: f32 = (0..inner)
                .map(|k| x[row * inner + k] * w[k * width + column])
                .sum();
            assert_eq!(*value, expected);
        }
    }
}
