use proptest::prelude::*;

use super::*;

fn message(kind: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = BytesMut::new();
    put(&mut bytes, kind, parts);
    bytes.to_vec()
}

fn greeting() -> Vec<u8> {
    vec![0, 0, 0, 8, 0, 3, 0, 0]
}

fn connected(timeout: Option<u32>) -> Rewriter {
    let mut rewriter = Rewriter::new(timeout);
    assert_eq!(sent(&mut rewriter, &greeting()), greeting());
    let ready = message(b'Z', &[b"I"]);
    assert_eq!(received(&mut rewriter, &ready), ready);
    rewriter
}

fn sent(rewriter: &mut Rewriter, bytes: &[u8]) -> Vec<u8> {
    let mut output = BytesMut::new();
    rewriter.send(&mut BytesMut::from(bytes), &mut output).unwrap();
    output.to_vec()
}

fn received(rewriter: &mut Rewriter, bytes: &[u8]) -> Vec<u8> {
    let mut output = BytesMut::new();
    rewriter.receive(&mut BytesMut::from(bytes), &mut output);
    output.to_vec()
}

/// Parse, Describe and Sync of `s0`, as the library sends them.
fn preparing() -> Vec<u8> {
    [
        message(b'P', &[b"s0\0SELECT $1\0\0\0"]),
        message(b'D', &[b"Ss0\0"]),
        message(b'S', &[]),
    ]
    .concat()
}

/// Bind, Execute and Sync of `s0`.
fn running() -> Vec<u8> {
    [
        message(b'B', &[b"\0s0\0values"]),
        message(b'E', &[b"\0\0\0\0\0"]),
        message(b'S', &[]),
    ]
    .concat()
}

fn answers() -> Vec<u8> {
    [
        message(b'2', &[]),
        message(b'D', &[b"row"]),
        message(b'C', &[b"SELECT 1\0"]),
        message(b'Z', &[b"I"]),
    ]
    .concat()
}

#[test]
fn a_use_by_name_takes_its_text_along_and_the_library_sees_no_difference() {
    let mut rewriter = connected(None);
    let unnamed = [
        message(b'P', &[b"\0SELECT $1\0\0\0"]),
        message(b'D', &[b"S\0"]),
        message(b'S', &[]),
    ]
    .concat();
    assert_eq!(sent(&mut rewriter, &preparing()), unnamed);
    let described = [
        message(b'1', &[]),
        message(b't', &[b"x"]),
        message(b'T', &[b"y"]),
        message(b'Z', &[b"I"]),
    ]
    .concat();
    assert_eq!(received(&mut rewriter, &described), described);
    for _ in 0..2 {
        let with_text = [
            message(b'P', &[b"\0SELECT $1\0\0\0"]),
            message(b'B', &[b"\0\0values"]),
            message(b'E', &[b"\0\0\0\0\0"]),
            message(b'S', &[]),
        ];
        assert_eq!(sent(&mut rewriter, &running()), with_text.concat());
        let all = [message(b'1', &[]), answers()].concat();
        assert_eq!(received(&mut rewriter, &all), answers());
    }
    let closing = [message(b'C', &[b"Ss0\0"]), message(b'S', &[])].concat();
    assert_eq!(
        sent(&mut rewriter, &closing),
        [message(b'C', &[b"S\0"]), message(b'S', &[])].concat()
    );
    let mut output = BytesMut::new();
    assert!(
        rewriter
            .send(&mut BytesMut::from(running().as_slice()), &mut output)
            .is_err()
    );
}

#[test]
fn the_timeout_goes_before_every_use_and_its_answers_come_to_nobody() {
    let mut rewriter = connected(Some(30_000));
    sent(&mut rewriter, &preparing());
    let with_timeout = sent(&mut rewriter, &running());
    let text = String::from_utf8_lossy(&with_timeout).into_owned();
    assert!(text.contains("set_config('statement_timeout', '30000', true)"));
    let described = [message(b'1', &[]), message(b'n', &[]), message(b'Z', &[b"I"])].concat();
    assert_eq!(received(&mut rewriter, &described), described);
    let notice = message(b'N', &[b"a notice\0"]);
    let of_timeout = [
        message(b'1', &[]),
        message(b'2', &[]),
        message(b'D', &[b"30s"]),
        notice.clone(),
        message(b'C', &[b"SELECT 1\0"]),
    ];
    let all = [of_timeout.concat(), message(b'1', &[]), answers()].concat();
    assert_eq!(received(&mut rewriter, &all), [notice, answers()].concat());
}

#[test]
fn a_failure_of_what_was_put_in_is_told_and_the_next_batch_is_whole() {
    let mut rewriter = connected(Some(1));
    sent(&mut rewriter, &preparing());
    received(&mut rewriter, &message(b'Z', &[b"I"]));
    sent(&mut rewriter, &running());
    sent(&mut rewriter, &message(b'Q', &[b"COMMIT\0"]));
    let failed = [message(b'E', &[b"gone\0"]), message(b'Z', &[b"E"])].concat();
    let committed = [message(b'C', &[b"ROLLBACK\0"]), message(b'Z', &[b"I"])].concat();
    let both = [failed, committed].concat();
    assert_eq!(received(&mut rewriter, &both), both);
}

proptest! {
    #[test]
    fn however_the_bytes_are_cut_the_same_comes_out(cuts in prop::collection::vec(1_usize..40, 0..60)) {
        let conversation = [greeting(), preparing(), running(), message(b'Q', &[b"BEGIN\0"]), running()].concat();
        let ready = || message(b'Z', &[b"I"]);
        let replies = [
            ready(), message(b'1', &[]), message(b't', &[]), message(b'n', &[]), ready(), message(b'1', &[]), answers(),
            message(b'C', &[b"BEGIN\0"]), ready(), message(b'1', &[]), answers(),
        ].concat();
        let whole = {
            let mut rewriter = Rewriter::new(None);
            (sent(&mut rewriter, &conversation), received(&mut rewriter, &replies))
        };
        let mut rewriter = Rewriter::new(None);
        let mut cut = |bytes: &[u8], sends: bool| {
            let (mut input, mut output, mut left) = (BytesMut::new(), BytesMut::new(), bytes);
            let mut sizes = cuts.iter().copied().cycle();
            while !left.is_empty() {
                let size = sizes.next().unwrap_or(left.len()).min(left.len());
                let (piece, further) = left.split_at(size);
                left = further;
                input.extend_from_slice(piece);
                if sends {
                    rewriter.send(&mut input, &mut output).unwrap();
                } else {
                    rewriter.receive(&mut input, &mut output);
                }
            }
            output.to_vec()
        };
        prop_assert_eq!((cut(&conversation, true), cut(&replies, false)), whole);
    }

    #[test]
    fn no_bytes_of_a_server_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut rewriter = Rewriter::new(Some(1));
        received(&mut rewriter, &bytes);
    }
}
