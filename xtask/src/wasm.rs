//! Taking out of a WebAssembly file what no browser needs: names, the list of compilers, the list of features. What the
//! compiler strips is not enough, for wasm-bindgen reads some of these sections and writes others.

use anyhow::{Context, Result, bail};

/// The magic number and the version.
const HEADER: &[u8] = b"\0asm\x01\0\0\0";

/// The id of a custom section, which by definition does not change what a module does.
const CUSTOM: u8 = 0;

/// The module without its custom sections.
pub(crate) fn without_custom_sections(module: &[u8]) -> Result<Vec<u8>> {
    let Some(mut rest) = module.strip_prefix(HEADER) else { bail!("this is no WebAssembly module") };
    let mut kept = HEADER.to_vec();
    while let Some((id, after_id)) = rest.split_first() {
        let (length, body) = read_length(after_id).context("the length of a section is broken")?;
        if length > body.len() {
            bail!("a section is longer than its module");
        }
        let end = rest.len() - body.len() + length;
        if *id != CUSTOM {
            kept.extend_from_slice(&rest[..end]);
        }
        rest = &rest[end..];
    }
    Ok(kept)
}

/// A number of up to 32 bits in LEB128, and what follows it.
fn read_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_usize;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{HEADER, without_custom_sections};

    #[test]
    fn keeps_everything_but_custom_sections() {
        let custom = [&[0, 0x83, 0x00][..], b"\x01n!"].concat();
        let kept = [1, 2, 7, 7, 10, 0];
        let module = [HEADER, &custom, &kept, &custom].concat();
        assert_eq!(without_custom_sections(&module).unwrap(), [HEADER, &kept].concat());
        assert_eq!(without_custom_sections(HEADER).unwrap(), HEADER);
    }

    #[test]
    fn refuses_what_is_no_module() {
        for broken in [&b"text"[..], &[HEADER, &[1, 9, 0]].concat(), &[HEADER, &[1, 0x80]].concat()] {
            assert!(without_custom_sections(broken).is_err());
        }
    }
}
