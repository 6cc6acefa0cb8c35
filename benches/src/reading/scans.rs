//! Text PDFs turned into scans: each page a grey picture, no text left.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use hiring_scoreboard::Labelled;
use lopdf::{Document, Object, Stream, dictionary};

/// Resolution of the pictures, dots per inch: an office scanner's default.
const DPI: u32 = 150;

/// Makes scans of the first `count` text PDFs of a set; `None` where `pdftoppm` is not installed.
///
/// # Errors
/// When a page cannot be drawn or a file not be written.
pub fn make(set: &[Labelled], count: usize, folder: &Path) -> anyhow::Result<Option<Vec<Labelled>>> {
    if Command::new("pdftoppm").arg("-v").output().is_err() {
        return Ok(None);
    }
    let mut scans = Vec::new();
    for original in set.iter().filter(|one| one.format() == "pdf").take(count) {
        let document = folder.join(&original.id).with_extension("pdf");
        write(&pictures(&original.document, folder, &original.id)?, &document)?;
        scans.push(Labelled {
            document,
            ..original.clone()
        });
    }
    Ok(Some(scans))
}

/// The pages as JPEG files, in order.
fn pictures(pdf: &Path, folder: &Path, id: &str) -> anyhow::Result<Vec<PathBuf>> {
    let root = folder.join(format!("{id}-page"));
    let drawn = Command::new("pdftoppm")
        .args(["-r", &DPI.to_string(), "-gray", "-jpeg"])
        .arg(pdf)
        .arg(&root)
        .status()?;
    ensure!(drawn.success(), "pdftoppm could not draw {}", pdf.display());
    let mut pages: Vec<PathBuf> = std::fs::read_dir(folder)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    pages.retain(|path| path.to_string_lossy().starts_with(&*root.to_string_lossy()));
    pages.sort();
    Ok(pages)
}

fn write(pictures: &[PathBuf], target: &Path) -> anyhow::Result<()> {
    let mut document = Document::with_version("1.5");
    let tree = document.new_object_id();
    let mut pages = Vec::new();
    for path in pictures {
        let jpeg = std::fs::read(path)?;
        let (width, height, components) =
            frame(&jpeg).with_context(|| format!("{} is no JPEG", path.display()))?;
        let points = |dots: i64| dots as f32 * 72.0 / DPI as f32;
        let picture = document.add_object(Stream::new(
            dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "Width" => width, "Height" => height,
                "ColorSpace" => if components == 3 { "DeviceRGB" } else { "DeviceGray" }, "BitsPerComponent" => 8, "Filter" => "DCTDecode",
            },
            jpeg,
        ));
        let drawing = format!("{} 0 0 {} 0 0 cm /Page Do", points(width), points(height));
        let content = document.add_object(Stream::new(dictionary! {}, drawing.into_bytes()));
        let page = dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content,
            "MediaBox" => vec![0.into(), 0.into(), points(width).into(), points(height).into()],
            "Resources" => dictionary! { "XObject" => dictionary! { "Page" => picture } },
        };
        pages.push(Object::from(document.add_object(page)));
    }
    let count = i64::try_from(pages.len())?;
    document.set_object(
        tree,
        dictionary! { "Type" => "Pages", "Kids" => pages, "Count" => count },
    );
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    document.save(target)?;
    Ok(())
}

/// Width, height and components of a JPEG, from its frame header (ITU-T T.81, B.2.2).
fn frame(jpeg: &[u8]) -> Option<(i64, i64, u8)> {
    let mut at = 2;
    loop {
        let header = jpeg.get(at..at + 10)?;
        let [
            0xff,
            marker,
            high,
            low,
            _,
            height_high,
            height_low,
            width_high,
            width_low,
            components,
        ] = *header
        else {
            return None;
        };
        let number = |high: u8, low: u8| i64::from(u16::from_be_bytes([high, low]));
        if matches!(marker, 0xc0..=0xc2) {
            return Some((
                number(width_high, width_low),
                number(height_high, height_low),
                components,
            ));
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
}
