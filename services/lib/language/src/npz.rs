//! Reading arrays out of a NumPy `.npz` file: a zip of `.npy` files, version 1 headers.
//!
//! Only what the encoder's weights need: row-major `u8`, `f32` and `f64` of a known length.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::layers::Packed;

/// An open `.npz` file.
pub(crate) struct Npz {
    archive: ZipArchive<Cursor<Vec<u8>>>,
}

/// What is wrong with an array.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NpzError {
    #[error("not a zip file, or array {0} is missing or torn")]
    Zip(String, #[source] zip::result::ZipError),
    #[error("array {0} is torn")]
    Read(String, #[source] std::io::Error),
    #[error("array {0} is not what the encoder expects")]
    Shape(String),
}

impl Npz {
    pub(crate) fn open(bytes: Vec<u8>) -> Result<Self, NpzError> {
        let archive = ZipArchive::new(Cursor::new(bytes))
            .map_err(|error| NpzError::Zip("index".to_owned(), error))?;
        Ok(Self { archive })
    }

    /// The bytes of an array of the given element type, without its header.
    fn data(&mut self, name: &str, element: &str) -> Result<Vec<u8>, NpzError> {
        let mut file = self
            .archive
            .by_name(&format!("{name}.npy"))
            .map_err(|error| NpzError::Zip(name.to_owned(), error))?;
        let mut bytes = Vec::with_capacity(usize::try_from(file.size()).unwrap_or_default());
        file.read_to_end(&mut bytes)
            .map_err(|error| NpzError::Read(name.to_owned(), error))?;
        let wrong = || NpzError::Shape(name.to_owned());
        let length = bytes
            .get(8..10)
            .and_then(|length| length.first_chunk::<2>())
            .map(|length| usize::from(u16::from_le_bytes(*length)))
            .ok_or_else(wrong)?;
        let header = bytes.get(10..10 + length).ok_or_else(wrong)?;
        let header = str::from_utf8(header).map_err(|_| wrong())?;
        if !header.contains(element) || !header.contains("'fortran_order': False") {
            return Err(wrong());
        }
        bytes.drain(..10 + length);
        Ok(bytes)
    }

    pub(crate) fn bytes(&mut self, name: &str, length: usize) -> Result<Vec<u8>, NpzError> {
        let data = self.data(name, "'|u1'")?;
        check(name, data.len() == length)?;
        Ok(data)
    }

    pub(crate) fn floats(&mut self, name: &str, length: usize) -> Result<Vec<f32>, NpzError> {
        let data = self.data(name, "'<f4'")?;
        check(name, data.len() == length * 4)?;
        Ok(data
            .chunks_exact(4)
            .filter_map(|four| four.first_chunk::<4>().copied().map(f32::from_le_bytes))
            .collect())
    }

    pub(crate) fn double(&mut self, name: &str) -> Result<f64, NpzError> {
        let data = self.data(name, "'<f8'")?;
        data.first_chunk::<8>()
            .copied()
            .map(f64::from_le_bytes)
            .ok_or_else(|| NpzError::Shape(name.to_owned()))
    }

    /// Weights of the given shape, laid out for products.
    pub(crate) fn matrix(
        &mut self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Packed, NpzError> {
        let data = self.floats(name, rows * columns)?;
        Ok(Packed::new(columns, &data))
    }
}

fn check(name: &str, fits: bool) -> Result<(), NpzError> {
    if fits {
        Ok(())
    } else {
        Err(NpzError::Shape(name.to_owned()))
    }
}
