//! Real resumes, made distinct in their visible text, so that nothing can be reused from one to the next.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use anyhow::Context;
use lopdf::{Document, Object, Stream, dictionary};

/// One file to upload.
#[derive(Clone)]
pub struct Resume {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Every PDF, DOCX and TXT of the folder that has a text layer.
///
/// # Errors
/// When the folder cannot be read.
pub fn load(folder: &Path) -> anyhow::Result<Vec<Resume>> {
    let mut resumes = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        let extension = path
            .extension()
            .map(|extension| extension.to_string_lossy().into_owned())
            .unwrap_or_default();
        if !["pdf", "docx", "txt"].contains(&extension.as_str()) || is_scan(&path) {
            continue;
        }
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        resumes.push(Resume {
            name,
            bytes: std::fs::read(&path)?,
        });
    }
    resumes.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(resumes)
}

/// The corpus marks its scans in the truth beside the file.
fn is_scan(path: &Path) -> bool {
    std::fs::read_to_string(path.with_extension("json")).is_ok_and(|truth| truth.contains("\"kind\": \"scan"))
}

/// The same resume with one more visible line.
///
/// # Errors
/// When the file cannot be taken apart.
pub fn variant(resume: &Resume, number: usize) -> anyhow::Result<Resume> {
    let line = format!("Reference {number:03} of {}", resume.name);
    let bytes = match resume.name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("pdf") => with_line_in_pdf(&resume.bytes, &line)?,
        Some("docx") => with_line_in_docx(&resume.bytes, &line)?,
        _ => [resume.bytes.as_slice(), b"\n", line.as_bytes(), b"\n"].concat(),
    };
    Ok(Resume {
        name: format!("{number}-{}", resume.name),
        bytes,
    })
}

fn with_line_in_pdf(bytes: &[u8], line: &str) -> anyhow::Result<Vec<u8>> {
    let mut document = Document::load_mem(bytes)?;
    let page_id = document.get_pages().into_values().next().context("a page")?;
    let font = document
        .add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let content = format!("BT /BenchRef 8 Tf 0 g 40 12 Td ({line}) Tj ET");
    // Whatever state the page leaves behind, the line is drawn in a fresh one.
    let begin = document.add_object(Stream::new(dictionary! {}, b"q\n".to_vec()));
    let end = document.add_object(Stream::new(
        dictionary! {},
        format!("\nQ\n{content}\n").into_bytes(),
    ));
    let (resources, contents) = {
        let page = document.get_object(page_id)?.as_dict()?;
        (page.get(b"Resources").cloned(), page.get(b"Contents").cloned())
    };
    let mut resources = match resources {
        Ok(Object::Reference(id)) => document.get_object(id)?.as_dict()?.clone(),
        Ok(Object::Dictionary(dictionary)) => dictionary,
        _ => lopdf::Dictionary::new(),
    };
    let mut fonts = match resources.get(b"Font").cloned() {
        Ok(Object::Reference(id)) => document.get_object(id)?.as_dict()?.clone(),
        Ok(Object::Dictionary(dictionary)) => dictionary,
        _ => lopdf::Dictionary::new(),
    };
    fonts.set("BenchRef", font);
    resources.set("Font", fonts);
    let mut streams = vec![Object::Reference(begin)];
    match contents {
        Ok(Object::Array(parts)) => streams.extend(parts),
        Ok(reference) => streams.push(reference),
        Err(_) => {}
    }
    streams.push(Object::Reference(end));
    let page = document.get_object_mut(page_id)?.as_dict_mut()?;
    page.set("Resources", resources);
    page.set("Contents", streams);
    let mut saved = Vec::new();
    document.save_to(&mut saved)?;
    Ok(saved)
}

fn with_line_in_docx(bytes: &[u8], line: &str) -> anyhow::Result<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut written = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let name = entry.name()?.into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        if name == "word/document.xml" {
            let text = String::from_utf8(content)?;
            let paragraph = format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>");
            let at = text
                .rfind("<w:sectPr")
                .or_else(|| text.rfind("</w:body>"))
                .context("a body")?;
            let (before, after) = text.split_at(at);
            content = format!("{before}{paragraph}{after}").into_bytes();
        }
        written.start_file(name, zip::write::SimpleFileOptions::default())?;
        written.write_all(&content)?;
    }
    Ok(written.finish()?.into_inner())
}
