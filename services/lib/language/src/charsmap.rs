//! The character normaliser inside a SentencePiece model (`nmt_nfkc`).
//!
//! It is a double-array trie (darts-clone) over UTF-8 bytes whose values point into a blob of
//! zero-terminated replacements. White space becomes `▁`, runs of it one, and the text gets one
//! in front. Source: sentencepiece, `normalizer.cc`.

/// How a space is written in the vocabulary.
const SPACE: &[u8] = "\u{2581}".as_bytes();

/// The trie and its replacements.
pub(crate) struct Charsmap {
    units: Vec<u32>,
    replacements: Vec<u8>,
}

impl Charsmap {
    /// Reads the precompiled blob; `None` when it is torn.
    pub(crate) fn read(blob: &[u8]) -> Option<Self> {
        let (size, rest) = blob.split_first_chunk::<4>()?;
        let size = usize::try_from(u32::from_le_bytes(*size)).ok()?;
        let (trie, replacements) = rest.split_at_checked(size)?;
        let units = trie
            .chunks_exact(4)
            .filter_map(|unit| unit.first_chunk::<4>().copied().map(u32::from_le_bytes))
            .collect();
        Some(Self {
            units,
            replacements: replacements.to_vec(),
        })
    }

    /// Normalises a text into the bytes that the vocabulary is matched against.
    pub(crate) fn normalise(&self, text: &str) -> Vec<u8> {
        let mut rest = text.as_bytes();
        let mut out = Vec::with_capacity(rest.len() + rest.len() / 2 + SPACE.len());
        out.extend_from_slice(SPACE);
        let mut after_space = true;
        while !rest.is_empty() {
            let (mut piece, used) = self.prefix(rest);
            rest = rest.get(used..).unwrap_or_default();
            while after_space && let Some(tail) = piece.strip_prefix(b" ") {
                piece = tail;
            }
            for &byte in piece {
                if byte == b' ' {
                    out.extend_from_slice(SPACE);
                } else {
                    out.push(byte);
                }
            }
            if let Some(&last) = piece.last() {
                after_space = last == b' ';
            }
        }
        while out.ends_with(SPACE) {
            out.truncate(out.len() - SPACE.len());
        }
        out
    }

    /// The replacement of the longest key at the start of `bytes`, and how many bytes it covers;
    /// without a key, the first character as it is.
    fn prefix<'a>(&'a self, bytes: &'a [u8]) -> (&'a [u8], usize) {
        match self.longest(bytes) {
            Some((replacement, used)) => (replacement, used),
            None => {
                let used = bytes.first().map_or(1, |first| width(*first));
                (bytes.get(..used).unwrap_or(bytes), used.min(bytes.len()))
            }
        }
    }

    fn longest(&self, bytes: &[u8]) -> Option<(&[u8], usize)> {
        let mut best = None;
        let mut node = offset(*self.units.first()?);
        for (depth, &byte) in bytes.iter().enumerate() {
            node ^= usize::from(byte);
            let Some(&unit) = self.units.get(node) else {
                break;
            };
            if unit & 0x8000_00FF != u32::from(byte) {
                break;
            }
            node ^= offset(unit);
            if unit & 0x100 != 0 {
                let value = self.units.get(node).map(|leaf| leaf & 0x7FFF_FFFF);
                best = value.map(|value| (value, depth + 1));
            }
        }
        let (value, used) = best?;
        let tail = self.replacements.get(usize::try_from(value).ok()?..)?;
        let end = tail.iter().position(|&byte| byte == 0)?;
        Some((tail.get(..end)?, used))
    }
}

/// The offset field of a darts-clone unit.
const fn offset(unit: u32) -> usize {
    ((unit >> 10) << ((unit & 0x200) >> 6)) as usize
}

/// How many bytes the character that starts with `first` has in UTF-8.
pub(crate) const fn width(first: u8) -> usize {
    match first {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xFF => 4,
        _ => 1,
    }
}
