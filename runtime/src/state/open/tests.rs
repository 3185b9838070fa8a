//! Cells of admitted calls: read as written, strictly.

use super::*;
use proptest::prelude::*;

fn head() -> Head {
    Head {
        id: AdmissionId::from_bytes([9; 16]),
        program: [3; 32],
        tool: 7,
        at_ms: -5,
        session_seq: 11,
        principal_seq: 0,
    }
}

proptest! {
    #[test]
    fn marks_are_read_as_written(marks in prop::collection::vec((0..5_usize, prop::collection::vec(any::<u8>(), 0..20)), 0..6)) {
        let mut out = b"left from before".to_vec();
        let mut writer = Writer::begin(&head(), &mut out);
        for (mark, key) in &marks {
            writer.mark(Mark::ALL[*mark], key).unwrap();
        }
        let open = Open::read(&out).unwrap();
        prop_assert_eq!(open.head, head());
        let read: Vec<_> = open.marks().collect();
        let written: Vec<_> = marks.iter().map(|(mark, key)| (Mark::ALL[*mark], key.as_slice())).collect();
        prop_assert_eq!(read, written);
    }

    #[test]
    fn other_bytes_never_panic(tail in prop::collection::vec(prop_oneof![0_u8..3, any::<u8>()], 0..60)) {
        let mut out = Vec::new();
        let _ = Writer::begin(&head(), &mut out);
        let whole = out.len();
        out.extend_from_slice(&tail);
        if let Ok(open) = Open::read(&out) {
            let len: usize = open.marks().map(|(_, key)| 5 + key.len()).sum();
            prop_assert_eq!(whole + len, out.len(), "every byte belongs to a mark");
        }
        for len in 0..whole {
            prop_assert!(Open::read(&out[..len]).is_err());
        }
    }
}
