//! Reading the protobuf wire format, as far as a SentencePiece model needs it.
//!
//! Fields come out in file order; groups are not supported and end the walk.

/// One field: its number and its bytes (empty for a varint, whose value no reader here needs).
pub(crate) struct Field<'a> {
    pub(crate) number: u64,
    pub(crate) bytes: &'a [u8],
}

/// Walks over the fields of one protobuf message.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(crate) const fn new(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let tag = self.varint()?;
        let bytes = match tag & 7 {
            0 => {
                self.varint()?;
                &[]
            }
            1 => self.take(8)?,
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.take(length)?
            }
            5 => self.take(4)?,
            _ => return None,
        };
        Some(Field {
            number: tag >> 3,
            bytes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_in_order_and_a_torn_one_ends_the_walk() {
        let message = [0x08, 0x96, 0x01, 0x12, 0x02, b'o', b'k', 0x1A, 0x05, b'x'];
        let fields: Vec<(u64, &[u8])> = Fields::new(&message)
            .map(|field| (field.number, field.bytes))
            .collect();
        assert_eq!(fields, [(1, &b""[..]), (2, &b"ok"[..])]);
    }
}
