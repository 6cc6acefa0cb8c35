//! Which hash slot of a cluster a queue's lists lie in.

use hiring_core::task::Queue;

/// Slots of a cluster (Redis Cluster specification).
const SLOTS: u16 = 16_384;

/// The slot of a queue's lists, whose keys hash by what stands between the braces.
#[must_use]
pub fn of_queue(prefix: &str, queue: Queue) -> u16 {
    crc16(format!("{prefix}:q:{}", queue.name()).as_bytes()) % SLOTS
}

/// CRC-16/XMODEM, the one that the specification names.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc: u16, _| {
            if crc & 0x8000 == 0 {
                crc << 1
            } else {
                (crc << 1) ^ 0x1021
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_the_specification() {
        assert_eq!(crc16(b"123456789"), 0x31c3);
    }
}
