//! Chance, from the seed alone: one ChaCha stream for each domain, so that a draw more in one shifts no other.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A domain of chance.
#[derive(Debug, Clone, Copy)]
pub enum Stream {
    Setup = 1,
    Network = 2,
    People = 3,
    Processes = 4,
    Schedule = 5,
    Secrets = 6,
}

#[derive(Debug)]
pub struct Random(ChaCha8Rng);

impl Random {
    pub fn of(seed: u64, stream: Stream) -> Self {
        let mut source = ChaCha8Rng::seed_from_u64(seed);
        source.set_stream(stream as u64);
        Self(source)
    }

    pub fn draw(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.draw() % end
    }

    /// Both ends included.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1_000) < per_mille
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).expect("below the length of a slice")].clone()
    }

    pub fn bytes(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}

/// A number for the `n`th of something: it hangs on nothing that was drawn before it.
///
/// The mixing step of SplitMix64. Source: <https://prng.di.unimi.it/splitmix64.c>
pub fn spread(seed: u64, n: u64) -> u64 {
    let mut z = seed ^ n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_one_seed_do_not_shift_each_other() {
        let drawn = |stream| Random::of(7, stream).draw();
        assert_eq!(drawn(Stream::People), drawn(Stream::People));
        assert_ne!(drawn(Stream::People), drawn(Stream::Network));
        assert_ne!(Random::of(8, Stream::People).draw(), Random::of(7, Stream::People).draw());
    }

    #[test]
    fn both_ends_are_drawn() {
        let mut random = Random::of(1, Stream::Setup);
        let drawn: std::collections::BTreeSet<u64> = (0..100).map(|_| random.between(3, 5)).collect();
        assert_eq!(drawn, [3, 4, 5].into());
    }
}
