//! The file format: one encoding per program, and nothing else is a program.

use super::{SAMPLE, asm::assemble, random};
use policyc_runtime::program::Program;
use policyc_runtime::program::decode::{Header, LoadError};
use proptest::prelude::*;

/// The file with a new digest: what someone writes who knows the format.
fn forged(mut bytes: Vec<u8>) -> Vec<u8> {
    let body = bytes.len() - 32;
    let digest = blake3::hash(&bytes[..body]);
    bytes[body..].copy_from_slice(digest.as_bytes());
    bytes
}

fn hex(bytes: &[u8]) -> String {
    bytes.chunks(40).map(|row| row.iter().map(|b| format!("{b:02x}")).collect::<String>() + "\n").collect()
}

#[test]
fn the_format_is_pinned() {
    // If this fails the format has changed: raise FORMAT_VERSION, then write what is printed to golden.hex.
    let bytes = assemble(SAMPLE).to_bytes();
    assert_eq!(hex(&bytes), include_str!("golden.hex"), "{}", hex(&bytes));
}

#[test]
fn what_is_written_is_read_back() {
    let program = assemble(SAMPLE);
    program.verify().unwrap();
    let bytes = program.to_bytes();
    let (read, digest) = Program::from_bytes(&bytes).unwrap();
    assert_eq!(read, program);
    assert_eq!(digest, program.digest());
    assert_eq!(digest, bytes[bytes.len() - 32..]);
}

#[test]
fn the_header_is_read_alone() {
    let program = assemble(SAMPLE);
    let header = Header::from_bytes(&program.to_bytes()).unwrap();
    assert_eq!((header.name.as_str(), header.edition), ("test", 2026));
    assert_eq!((header.cost, header.caps, header.digest), (program.cost, program.caps, program.digest()));
    assert!(header.cost.constant > 0);
}

#[test]
fn every_flipped_bit_is_refused() {
    let bytes = assemble(SAMPLE).to_bytes();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1 << bit;
            let error = Program::from_bytes(&bytes).unwrap_err();
            match at {
                0..4 => assert_eq!(error, LoadError::NotAProgram),
                4..6 => assert!(matches!(error, LoadError::OtherVersion { .. })),
                6..10 => assert!(matches!(error, LoadError::Truncated | LoadError::Malformed { .. })),
                _ => assert_eq!(error, LoadError::DigestMismatch),
            }
        }
    }
}

#[test]
fn every_cut_and_every_tail_is_refused() {
    let mut bytes = assemble(SAMPLE).to_bytes();
    for end in 0..bytes.len() {
        let error = Program::from_bytes(&bytes[..end]).unwrap_err();
        assert!(matches!(error, LoadError::NotAProgram | LoadError::Truncated), "{end}: {error}");
    }
    bytes.push(0);
    let length = bytes.len();
    let error = Program::from_bytes(&bytes).unwrap_err();
    assert_eq!(error, LoadError::Malformed { offset: length - 1, expected: "the end of the file" });
}

#[test]
fn a_forged_tail_is_refused() {
    let bytes = assemble(SAMPLE).to_bytes();
    let mut longer = bytes[..bytes.len() - 32].to_vec();
    longer.extend_from_slice(&[0; 33]);
    let length = u32::try_from(longer.len()).unwrap();
    longer[6..10].copy_from_slice(&length.to_le_bytes());
    let error = Program::from_bytes(&forged(longer)).unwrap_err();
    assert_eq!(error, LoadError::Malformed { offset: bytes.len() - 32, expected: "the end of the program" });
}

#[test]
fn a_number_has_one_spelling() {
    // The policy's name is the first field: its length can be padded to two bytes.
    let bytes = assemble(SAMPLE).to_bytes();
    let mut padded = bytes[..10].to_vec();
    padded.extend_from_slice(&[0x84, 0x00]);
    padded.extend_from_slice(&bytes[11..]);
    let length = u32::try_from(padded.len()).unwrap();
    padded[6..10].copy_from_slice(&length.to_le_bytes());
    let error = Program::from_bytes(&forged(padded)).unwrap_err();
    assert!(matches!(error, LoadError::Malformed { offset: 10, .. }), "{error}");
}

#[test]
fn a_length_that_cannot_be_is_refused_before_memory_is_taken() {
    let bytes = assemble(SAMPLE).to_bytes();
    let mut bomb = bytes[..10].to_vec();
    bomb.extend_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF, 0x7F]);
    bomb.extend_from_slice(&bytes[11..]);
    let length = u32::try_from(bomb.len()).unwrap();
    bomb[6..10].copy_from_slice(&length.to_le_bytes());
    let error = Program::from_bytes(&forged(bomb)).unwrap_err();
    let expected = "a length that the remaining bytes can hold";
    assert_eq!(error, LoadError::Malformed { offset: 10, expected });
}

#[test]
fn errors_say_what_to_do() {
    for (bytes, text) in [
        (&b"{}"[..], "not a policy program: build one with `policyc build`"),
        (b"PLCY\x09\x00", "program format 9, but this runtime reads format 2: build the policy again"),
        (b"PLCY\x02\x00", "the program file is cut short: copy or build it again"),
    ] {
        assert_eq!(Program::from_bytes(bytes).unwrap_err().to_string(), text);
    }
}

proptest! {
    #[test]
    fn decoding_inverts_encoding(seed in any::<u64>()) {
        let program = random::program(seed);
        let bytes = program.to_bytes();
        let (read, _) = Program::decode(&bytes).unwrap();
        prop_assert_eq!(&read, &program);
        prop_assert_eq!(read.to_bytes(), bytes);
        // Whatever it is, the verifier has an answer.
        prop_assert!(program.verify().is_err());
    }

    #[test]
    fn equal_bytes_mean_equal_programs(left in 0..50_u64, right in 0..50_u64) {
        let (left, right) = (random::program(left), random::program(right));
        prop_assert_eq!(left == right, left.to_bytes() == right.to_bytes());
    }

    #[test]
    fn forged_files_are_read_or_refused(at in any::<prop::sample::Index>(), value in any::<u8>()) {
        let mut bytes = assemble(SAMPLE).to_bytes();
        let at = 10 + at.index(bytes.len() - 42);
        bytes[at] = value;
        let bytes = forged(bytes);
        if let Ok((program, _)) = Program::from_bytes(&bytes) {
            prop_assert_eq!(program.to_bytes(), bytes);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut file = b"PLCY\x02\x00".to_vec();
        file.extend_from_slice(&u32::try_from(bytes.len() + 42).unwrap().to_le_bytes());
        file.extend_from_slice(&bytes);
        file.extend_from_slice(&[0; 32]);
        let file = forged(file);
        if let Ok((program, _)) = Program::decode(&file) {
            prop_assert_eq!(program.to_bytes(), file);
        }
    }
}
