//! Resumes as files.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;

/// A one-page PDF with one line of text a line.
pub fn pdf(text: &str) -> Vec<u8> {
    let escaped = |line: &str| line.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
    let lines: String = text
        .lines()
        .map(|line| format!("({}) Tj T*\n", escaped(line)))
        .collect();
    let content = format!("BT /F1 11 Tf 14 TL 56 780 Td\n{lines}ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut offsets = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file += &format!("{} 0 obj\n{object}\nendobj\n", number + 1);
    }
    let start = file.len();
    let entries: String = offsets
        .iter()
        .map(|offset| format!("{offset:010} 00000 n \n"))
        .collect();
    let size = objects.len() + 1;
    file += &format!(
        "xref\n0 {size}\n0000000000 65535 f \n{entries}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    file.into_bytes()
}

/// A Word document with one paragraph a line.
pub fn docx(text: &str) -> Vec<u8> {
    let escaped = |line: &str| line.replace('&', "&amp;").replace('<', "&lt;");
    let paragraph = |line| {
        format!(
            "<w:p><w:r><w:t xml:space=\"preserve\">{}</w:t></w:r></w:p>",
            escaped(line)
        )
    };
    let body: String = text.lines().map(paragraph).collect();
    let parts = [
        (
            "[Content_Types].xml",
            "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
             <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Override PartName=\"/word/document.xml\" ContentType=\
             \"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>"
                .to_owned(),
        ),
        (
            "_rels/.rels",
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"r1\" Target=\"word/document.xml\" Type=\
             \"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/></Relationships>"
                .to_owned(),
        ),
        (
            "word/document.xml",
            format!(
                "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
                 <w:body>{body}</w:body></w:document>"
            ),
        ),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, xml) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(xml.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The reader's own fixtures, and a handful of the larger collection where it stands beside the checkout.
pub fn collected() -> Vec<PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = files(&top.join("shared/resume/tests/fixtures"));
    let corpus = files(&top.join("../shared/corpus/dev"));
    for extension in ["pdf", "docx", "txt"] {
        let of_type = |path: &&PathBuf| path.extension().is_some_and(|found| found == extension);
        found.extend(corpus.iter().filter(of_type).take(3).cloned());
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path());
    let is_resume = |path: &PathBuf| {
        path.extension()
            .is_some_and(|found| ["pdf", "docx", "txt"].iter().any(|e| found == *e))
    };
    let mut files: Vec<PathBuf> = entries.filter(is_resume).collect();
    files.sort();
    files
}
