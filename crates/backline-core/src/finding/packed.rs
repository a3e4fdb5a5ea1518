//! A report as it came, without gzip around it.
//!
//! Invariant: no more is kept in memory than the limits allow, whatever the packed data claims.

use super::Refused;
use flate2::read::MultiGzDecoder;
use std::io::{Read, Write};

const MB: usize = 1024 * 1024;
/// Bytes of a report once unpacked.
const UNPACKED_BYTES_MAX: usize = 2 * 1024 * MB;
/// Times that a report may grow by unpacking.
const RATIO_MAX: usize = 200;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Unpacks what is gzip, and gives back everything else as it is.
///
/// # Errors
/// [`Refused`] where the data is damaged, or grows beyond the limits.
pub fn unpacked(bytes: Vec<u8>) -> Result<Vec<u8>, Refused> {
    if bytes.starts_with(&GZIP_MAGIC) { unpack(&bytes, UNPACKED_BYTES_MAX) } else { Ok(bytes) }
}

/// Counts before it keeps anything: what is too much costs no memory, and what is not is kept at its own size.
fn unpack(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, Refused> {
    let limit = packed.len().saturating_mul(RATIO_MAX).min(bytes_max);
    let unpacking = || MultiGzDecoder::new(packed).take(limit as u64 + 1);
    let mut count = Count(0);
    if let Err(error) = std::io::copy(&mut unpacking(), &mut count) {
        return Err(damaged(count.0, &error));
    }
    if count.0 > limit {
        return Err(Refused {
            place: format!("byte {limit} after unpacking"),
            rule: format!(
                "a report may unpack to {} MB and to {RATIO_MAX} times its packed size, and this is more",
                bytes_max / MB
            ),
            remedy: "have the scanner write one report for each target and send them one by one".to_owned(),
        });
    }
    let mut bytes = Vec::with_capacity(count.0);
    unpacking().read_to_end(&mut bytes).map_err(|error| damaged(count.0, &error))?;
    Ok(bytes)
}

fn damaged(at: usize, error: &std::io::Error) -> Refused {
    Refused {
        place: format!("byte {at} after unpacking"),
        rule: format!("the gzip data is damaged or cut: {error}"),
        remedy: "pack the report again, or send it unpacked".to_owned(),
    }
}

/// Bytes that were written to nowhere.
struct Count(usize);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{MB, unpack, unpacked};
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_report_is_taken_raw_or_packed() {
        for sent in [b"{}".to_vec(), packed(b"{}")] {
            assert_eq!(unpacked(sent).unwrap(), b"{}");
        }
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        assert!(unpack(&packed(&[0; 4 * MB]), MB).unwrap_err().rule.contains("200 times"));
        assert!(unpack(&packed(b"{}")[..10], MB).unwrap_err().rule.contains("damaged"));
    }
}
