//! CPython's `random` as far as `vllm bench serve` uses it: seed with an integer, shuffle, choose.
//!
//! Only so that the same seed picks the same ShareGPT prompts; every other random choice uses ChaCha.

const N: usize = 624;
const M: usize = 397;

/// The Mersenne Twister, seeded as `random.seed(seed)` seeds it.
#[derive(Debug, Clone)]
pub struct Mt19937 {
    state: [u32; N],
    next: usize,
}

impl Mt19937 {
    /// `random.seed(seed)`
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let mut key = vec![seed as u32];
        if seed > u64::from(u32::MAX) {
            key.push((seed >> 32) as u32);
        }
        let mut twister = Self { state: [0; N], next: N };
        twister.fill(19_650_218);
        twister.mix(&key);
        twister
    }

    fn fill(&mut self, seed: u32) {
        self.state[0] = seed;
        for i in 1..N {
            let before = self.state[i - 1];
            self.state[i] = (before ^ (before >> 30)).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
    }

    /// `init_by_array` of the reference implementation.
    fn mix(&mut self, key: &[u32]) {
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            let before = self.state[i - 1];
            self.state[i] = (self.state[i] ^ (before ^ (before >> 30)).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            (i, j) = (self.wrapped(i + 1), (j + 1) % key.len());
        }
        for _ in 0..N - 1 {
            let before = self.state[i - 1];
            self.state[i] =
                (self.state[i] ^ (before ^ (before >> 30)).wrapping_mul(1_566_083_941)).wrapping_sub(i as u32);
            i = self.wrapped(i + 1);
        }
        self.state[0] = 0x8000_0000;
    }

    fn wrapped(&mut self, i: usize) -> usize {
        if i < N {
            return i;
        }
        self.state[0] = self.state[N - 1];
        1
    }

    fn next_u32(&mut self) -> u32 {
        if self.next == N {
            for i in 0..N {
                let y = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % N] & 0x7fff_ffff);
                let magic = if y & 1 == 1 { 0x9908_b0df } else { 0 };
                self.state[i] = self.state[(i + M) % N] ^ (y >> 1) ^ magic;
            }
            self.next = 0;
        }
        let mut y = self.state[self.next];
        self.next += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }

    /// A number below `n`, as `random._randbelow(n)` draws it. 0 for `n` = 0.
    pub fn below(&mut self, n: u32) -> u32 {
        if n == 0 {
            return 0;
        }
        let shift = n.leading_zeros();
        loop {
            let drawn = self.next_u32() >> shift;
            if drawn < n {
                return drawn;
            }
        }
    }

    /// `random.shuffle(items)`
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            let j = self.below(u32::try_from(i + 1).unwrap_or(u32::MAX)) as usize;
            items.swap(i, j);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_shuffle(seed: u64, n: u32, first: [u32; 10]) {
        let mut items: Vec<u32> = (0..n).collect();
        Mt19937::seeded(seed).shuffle(&mut items);
        assert_eq!(items[..10], first);
    }

    #[test]
    fn shuffles_as_cpython_does() {
        check_shuffle(0, 10, [7, 8, 1, 5, 3, 4, 2, 0, 9, 6]);
        check_shuffle(0, 1000, [439, 621, 160, 549, 237, 389, 658, 507, 124, 290]);
        check_shuffle(0, 94_145, [35774, 9897, 49889, 90736, 23354, 10123, 19380, 579, 68030, 24019]);
        check_shuffle(42, 1000, [776, 507, 895, 922, 33, 483, 85, 750, 354, 523]);
    }

    #[test]
    fn chooses_as_cpython_does() {
        let mut twister = Mt19937::seeded(0);
        let chosen: Vec<u32> = (0..8).map(|_| twister.below(50)).collect();
        assert_eq!(chosen, [24, 48, 26, 2, 16, 32, 31, 25]);
    }
}
