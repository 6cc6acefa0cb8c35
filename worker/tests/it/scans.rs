//! Pictures of text: the programs that recognise it, their confinement, and what a scan's own text layer may do.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::PathBuf;
use std::time::Duration;

use chrono::NaiveDate;
use hiring_core::config;
use hiring_core::reading::{ReadFailure, ReadResume};
use hiring_core::resume::finding;
use hiring_worker::sandbox::program::{Program, ProgramError, ProgramLimits, find};
use hiring_worker::sandbox::{Limits, SandboxError};
use hiring_worker::scanning::config::{OcrConfig, OcrMode};
use hiring_worker::scanning::{Look, Pictured, Reader};

use crate::documents;
use crate::sandbox::{WORKER, sandbox};

const LIMITS: ProgramLimits = ProgramLimits {
    memory_bytes: 1024 * 1024 * 1024,
    cpu_seconds: 10,
    output_bytes: 20_000_000,
    wall_clock: Duration::from_secs(60),
};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn settings() -> OcrConfig {
    OcrConfig {
        mode: OcrMode::On,
        ..OcrConfig::read(&mut config::Reader::from_environment())
    }
}

/// A reader that recognises text, where the programs are.
async fn recognising(test: &str, settings: &OcrConfig) -> Option<Reader> {
    let reader = Reader::open(sandbox(Limits::default()), settings).await;
    if !reader.recognises() {
        println!("SKIPPED {test}: {}", reader.notes().join("; "));
        return None;
    }
    Some(reader)
}

fn program(path: &str) -> Program {
    Program {
        wrapper: PathBuf::from(WORKER),
        path: PathBuf::from(path),
        folders: Vec::new(),
        environment: Vec::new(),
    }
}

async fn shell(script: &str, limits: &ProgramLimits) -> Result<Vec<u8>, ProgramError> {
    let arguments = ["-c".to_owned(), script.to_owned()];
    let nothing = File::open("/dev/null").unwrap();
    program("/bin/sh").run_and_hear(&arguments, nothing, limits).await
}

/// The first page of a fixture, drawn: a binary PGM.
async fn drawn(fixture: &str, settings: &OcrConfig) -> Vec<u8> {
    let path = documents::fixtures()
        .into_iter()
        .find(|path| path.ends_with(fixture))
        .unwrap();
    let draw = program(find("pdftoppm", &settings.path).unwrap().to_str().unwrap());
    let mut image = tempfile::tempfile().unwrap();
    let arguments = ["-r", "150", "-gray", "-f", "1", "-l", "1", "-singlefile", "-"];
    let files = (File::open(path).unwrap(), image.try_clone().unwrap());
    draw.run_into(&arguments.map(str::to_owned), files, &LIMITS)
        .await
        .unwrap();
    image.rewind().unwrap();
    let mut bytes = Vec::new();
    image.read_to_end(&mut bytes).unwrap();
    bytes
}

/// A PDF of one A4 page: a grey picture over all of it, and invisible text.
pub fn scan((width, height, pixels): (usize, usize, &[u8]), layer: &[(&str, u32, u32)]) -> Vec<u8> {
    let mut content = "q 595 0 0 842 0 0 cm /P Do Q\n".to_owned();
    for (text, x, y) in layer {
        content.push_str(&format!("BT 3 Tr /F 11 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n"));
    }
    let picture = format!(
        "<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8/Length {}>>stream\n",
        pixels.len()
    );
    let objects: [Vec<u8>; 6] = [
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</P 5 0 R>>/Font<</F 6 0 R>>>>>>"
            .to_vec(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()).into_bytes(),
        [picture.as_bytes(), pixels, b"\nendstream"].concat(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec(),
    ];
    let mut pdf = b"%PDF-1.4\n".to_vec();
    let mut places = String::new();
    for (number, object) in objects.iter().enumerate() {
        places.push_str(&format!("{:010} 00000 n \n", pdf.len()));
        writeln!(pdf, "{} 0 obj", number + 1).unwrap();
        pdf.extend_from_slice(object);
        pdf.extend_from_slice(b"\nendobj\n");
    }
    let start = pdf.len();
    write!(
        pdf,
        "xref\n0 7\n0000000000 65535 f \n{places}trailer<</Size 7/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    )
    .unwrap();
    pdf
}

fn scan_of(pgm: &[u8], layer: &[(&str, u32, u32)]) -> Vec<u8> {
    let header = String::from_utf8_lossy(&pgm[..20]).into_owned();
    let mut words = header.split_ascii_whitespace().skip(1);
    let (width, height) = (
        words.next().unwrap().parse().unwrap(),
        words.next().unwrap().parse().unwrap(),
    );
    scan((width, height, &pgm[pgm.len() - width * height..]), layer)
}

fn has(read: &ReadResume, code: &str) -> bool {
    read.resume.findings.iter().any(|finding| finding.code == code)
}

#[tokio::test]
async fn a_scan_is_read_like_the_page_that_was_scanned() {
    let settings = settings();
    let Some(reader) = recognising("a_scan_is_read_like_the_page_that_was_scanned", &settings).await else {
        return;
    };
    let bytes = scan_of(&drawn("ada_controller.pdf", &settings).await, &[]);
    let read = reader.read(&bytes, today()).await.unwrap();
    let original = documents::fixtures()
        .into_iter()
        .find(|path| path.ends_with("ada_controller.pdf"))
        .unwrap();
    let original = sandbox(Limits::default())
        .read(&std::fs::read(original).unwrap(), today())
        .await
        .unwrap();
    let name = |read: &ReadResume| read.resume.contact.name.as_ref().map(|name| name.value.clone());
    assert_eq!(name(&read), name(&original));
    assert_eq!(read.resume.work.len(), original.resume.work.len());
    assert!(has(&read, finding::RECOGNISED_TEXT) && !read.resume.document.unverified_layer);
}

#[tokio::test]
async fn words_of_a_layer_count_only_where_the_picture_shows_them() {
    let settings = settings();
    let test = "words_of_a_layer_count_only_where_the_picture_shows_them";
    let Some(reader) = recognising(test, &settings).await else {
        return;
    };
    let layer = [("Kubernetes Terraform Haskell Erlang for twenty years", 60, 60)];
    let bytes = scan_of(&drawn("ada_controller.pdf", &settings).await, &layer);
    let read = reader.read(&bytes, today()).await.unwrap();
    assert!(!read.visible_text.contains("Haskell"));
    assert!(has(&read, finding::FALSE_LAYER), "{:?}", read.resume.findings);
}

/// A blank picture with a resume in its layer.
pub fn layered() -> Vec<u8> {
    let white = vec![255; 100 * 140];
    let layer: Vec<(&str, u32, u32)> = documents::RESUME
        .lines()
        .zip(0..)
        .map(|(line, number)| (line, 60, 780 - number * 14))
        .filter(|(line, ..)| line.is_ascii() && !line.contains(['(', ')', '\\']))
        .collect();
    scan((100, 140, &white), &layer)
}

async fn pictured(reader: &Reader, bytes: &[u8]) -> Pictured {
    match reader.look(bytes, today()).await.unwrap() {
        Look::Pictures(pictured) => pictured,
        Look::Read(_) => panic!("a scan has pictures"),
    }
}

#[tokio::test]
async fn a_scan_that_the_clock_cut_short_is_told_from_one_that_says_nothing() {
    let mut settings = settings();
    let test = "a_scan_that_the_clock_cut_short_is_told_from_one_that_says_nothing";
    let bytes = scan((100, 140, &[255; 100 * 140]), &[]);
    for (time, expected) in [
        (Duration::ZERO, (ReadFailure::TimedOut, true)),
        (Duration::from_secs(60), (ReadFailure::ImageOnly, false)),
    ] {
        settings.document_time = time;
        let Some(reader) = recognising(test, &settings).await else {
            return;
        };
        let (turn, pictured) = (reader.turn().await, pictured(&reader, &bytes).await);
        let recognising = reader.recognise(&bytes, today(), pictured, turn.as_ref());
        let recognised = recognising.await.unwrap();
        assert_eq!((recognised.outcome.unwrap_err(), recognised.cut), expected);
    }
}

#[tokio::test]
async fn one_document_waits_for_another_and_text_for_none() {
    let mut settings = settings();
    settings.at_once = 1;
    let Some(reader) = recognising("one_document_waits_for_another_and_text_for_none", &settings).await
    else {
        return;
    };
    let first = reader.turn().await;
    assert!(tokio::time::timeout(Duration::ZERO, reader.turn()).await.is_err());
    reader.read(documents::RESUME.as_bytes(), today()).await.unwrap();
    drop(first);
    assert!(tokio::time::timeout(Duration::ZERO, reader.turn()).await.is_ok());
    assert_eq!(settings.clone().beside(4).at_once, 3);
    assert_eq!(settings.beside(1).at_once, 1);
}

#[tokio::test]
async fn what_the_first_look_read_stays_when_the_programs_are_gone() {
    let mut settings = settings();
    let folder = tempfile::tempdir().unwrap();
    for name in ["pdftoppm", "tesseract"] {
        let Some(program) = find(name, &settings.path) else {
            println!("SKIPPED what_the_first_look_read_stays_when_the_programs_are_gone: no {name}");
            return;
        };
        std::os::unix::fs::symlink(program, folder.path().join(name)).unwrap();
    }
    settings.path = folder.path().display().to_string();
    let test = "what_the_first_look_read_stays_when_the_programs_are_gone";
    let Some(reader) = recognising(test, &settings).await else {
        return;
    };
    std::fs::remove_file(folder.path().join("pdftoppm")).unwrap();
    let bytes = layered();
    let (turn, first) = (reader.turn().await, pictured(&reader, &bytes).await);
    let recognising = reader.recognise(&bytes, today(), first, turn.as_ref());
    let recognised = recognising.await.unwrap();
    assert!(recognised.cut);
    assert!(recognised.outcome.unwrap().visible_text.contains("Ada Lovelace"));
    let blank = scan((100, 140, &[255; 100 * 140]), &[]);
    let first = pictured(&reader, &blank).await;
    let outcome = reader.recognise(&blank, today(), first, turn.as_ref()).await;
    assert!(matches!(outcome, Err(SandboxError::Start(_))), "{outcome:?}");
    // A worker that starts without them says so.
    assert!(
        !Reader::open(sandbox(Limits::default()), &settings)
            .await
            .recognises()
    );
}

#[tokio::test]
async fn without_a_recogniser_a_scans_layer_is_read_and_marked() {
    let bytes = layered();
    let reader = Reader::without_recognition(sandbox(Limits::default()));
    let read = reader.read(&bytes, today()).await.unwrap();
    assert!(read.visible_text.contains("Ada Lovelace"));
    assert!(read.resume.document.unverified_layer && has(&read, finding::UNVERIFIED_LAYER));
    assert!(!reader.recognises());
}

#[tokio::test]
async fn pictures_made_to_hurt_stay_pictures() {
    let mut settings = settings();
    (settings.page_seconds, settings.document_time) = (2, Duration::from_secs(30));
    let Some(reader) = recognising("pictures_made_to_hurt_stay_pictures", &settings).await else {
        return;
    };
    for size in [(200_000, 200_000), (1, 100_000), (100_000, 1), (0, 0)] {
        let bytes = scan((size.0, size.1, &[0; 1000]), &[]);
        match reader.read(&bytes, today()).await {
            Err(SandboxError::File(failure)) => assert!(
                matches!(failure, ReadFailure::ImageOnly | ReadFailure::TimedOut),
                "{size:?}: {failure:?}"
            ),
            Ok(read) => panic!("{size:?}: {}", read.visible_text),
            Err(error) => panic!("{size:?}: {error}"),
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_confined_program_reads_the_system_and_reaches_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "secret").unwrap();
    let place = folder.path().display();
    assert_eq!(shell("echo said", &LIMITS).await.unwrap(), b"said\n");
    for script in [
        format!("read -r line < {place}/secret && echo $line"),
        "read -r line < /etc/passwd && echo $line".to_owned(),
        "read -r line < /proc/1/status && echo $line".to_owned(),
        format!("echo here > {place}/written && echo written"),
        "echo here > /tmp/hiring-worker-was-here && echo written".to_owned(),
        "/bin/true; echo $?; (echo forked)".to_owned(),
        "exec /bin/cat /etc/passwd".to_owned(),
    ] {
        let said = shell(&script, &LIMITS).await.unwrap_or_default();
        assert!(said.is_empty(), "{script}: {}", String::from_utf8_lossy(&said));
    }
    assert!(!folder.path().join("written").exists());
}

/// What any process may do on any machine.
#[cfg(target_os = "linux")]
const GRANTED_TO_OTHERS: [&str; 16] = [
    "signal-thread",
    "queue-signal",
    "limit-others",
    "mode",
    "times",
    "own-memory",
    "handle-of-parent",
    "signal-parent",
    "signal-by-file",
    "priority-of-parent",
    "scheduling-of-parent",
    "abstract-socket",
    "memory-file",
    "splice",
    "watch",
    "queue-of-others",
];

#[cfg(target_os = "linux")]
#[tokio::test]
async fn whatever_a_program_tries_to_reach_or_change_is_refused() {
    use hiring_worker::sandbox::attempts::{ATTEMPTS, BARE};
    let confined = Program {
        folders: vec![PathBuf::from(WORKER)],
        ..program(WORKER)
    };
    for attempt in ATTEMPTS {
        let arguments = ["extract", BARE, attempt].map(str::to_owned);
        let nothing = File::open("/dev/null").unwrap();
        let said = confined.run_and_hear(&arguments, nothing, &LIMITS).await;
        let expected: Result<&[u8], _> = match attempt {
            // Programs map code, their libraries are nothing else, and may become another program, confined as they are.
            "code" => Ok(b"done\n"),
            "execute-in-place" => Ok(b""),
            "other-architecture" if cfg!(target_arch = "x86_64") => Err(ProgramError::Failed),
            _ => Ok(b"refused\n"),
        };
        assert_eq!(said.as_deref(), expected.as_ref().copied(), "{attempt}");
    }
    // Without confinement it is granted, so that refusing it means something.
    for attempt in GRANTED_TO_OTHERS {
        let bare = std::process::Command::new(WORKER)
            .args(["extract", BARE, attempt])
            .output()
            .unwrap();
        assert_eq!(bare.stdout, b"done\n", "{attempt}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_program_beyond_its_limits_is_stopped() {
    let second = ProgramLimits {
        cpu_seconds: 1,
        ..LIMITS
    };
    assert_eq!(
        shell("while :; do :; done", &second).await,
        Err(ProgramError::TimedOut)
    );
    let short = ProgramLimits {
        wall_clock: Duration::from_millis(300),
        ..LIMITS
    };
    assert_eq!(
        shell("exec /usr/bin/tail -f /dev/null", &short).await,
        Err(ProgramError::Late)
    );
    let little = ProgramLimits {
        output_bytes: 1000,
        ..LIMITS
    };
    assert_eq!(
        shell("exec /usr/bin/yes", &little).await,
        Err(ProgramError::TooMuch)
    );
    let file = tempfile::tempfile().unwrap();
    let files = (File::open("/dev/null").unwrap(), file.try_clone().unwrap());
    let outcome = program("/usr/bin/yes").run_into(&[], files, &little).await;
    assert_eq!(outcome, Err(ProgramError::TooMuch));
    assert!(file.metadata().unwrap().len() <= 1000);
    let missing = program("/nonexistent")
        .run_and_hear(&[], File::open("/dev/null").unwrap(), &LIMITS)
        .await;
    assert_eq!(missing, Err(ProgramError::NotStarted));
}
