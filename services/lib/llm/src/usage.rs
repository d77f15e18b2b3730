//! What a call used and what it cost.

/// Tokens of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Tokens of what was asked.
    pub input_tokens: u64,
    /// Tokens of what was answered.
    pub output_tokens: u64,
    /// Whether the endpoint counted them. When it did not they are estimated, on the high side, so that a budget
    /// holds against such an endpoint too.
    pub counted: bool,
}

/// Prices per million tokens, in hundredths of the currency's unit: kopecks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// Of what is asked.
    pub input: u32,
    /// Of what is answered.
    pub output: u32,
}

impl Usage {
    /// For an endpoint that does not count: a token for every two characters. Russian text has fewer, English far
    /// fewer.
    pub(crate) fn estimated(asked_chars: usize, answered_chars: usize) -> Self {
        let tokens = |chars: usize| u64::try_from(chars.div_ceil(2)).unwrap_or(u64::MAX);
        Self {
            input_tokens: tokens(asked_chars),
            output_tokens: tokens(answered_chars),
            counted: false,
        }
    }

    /// What it cost in millionths of the currency's unit (micro-rubles), rounded up.
    #[must_use]
    pub fn cost_micros(self, prices: Prices) -> i64 {
        let part = |tokens: u64, price: u32| u128::from(tokens) * u128::from(price);
        let total = part(self.input_tokens, prices.input) + part(self.output_tokens, prices.output);
        // Hundredths per million tokens are millionths of a hundredth per token.
        i64::try_from(total.div_ceil(100)).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_tokens_cost_their_price_and_a_single_one_is_never_free() {
        let prices = Prices {
            input: 6_000,
            output: 24_000,
        };
        let usage = |input_tokens, output_tokens| Usage {
            input_tokens,
            output_tokens,
            counted: true,
        };
        assert_eq!(usage(1_000_000, 0).cost_micros(prices), 60_000_000);
        assert_eq!(usage(0, 1_000_000).cost_micros(prices), 240_000_000);
        assert_eq!(usage(1, 0).cost_micros(prices), 60);
        assert_eq!(
            usage(1, 0).cost_micros(Prices {
                input: 1,
                output: 1
            }),
            1
        );
        assert_eq!(usage(u64::MAX, u64::MAX).cost_micros(prices), i64::MAX);
    }
}
