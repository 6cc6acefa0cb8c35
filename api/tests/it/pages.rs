//! The two pages about the API, in a real browser, under the content policy that forbids everything they do not need.

use std::process::Stdio;

use tokio::process::Command;

use crate::test_app::TestApp;

/// The page as the browser has made it, and what it complained about. `None` where there is no browser.
async fn open(url: &str) -> Option<(String, Vec<String>)> {
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new("chromium")
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .args([
            "--virtual-time-budget=20000",
            "--enable-logging=stderr",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(url)
        .stdin(Stdio::null())
        .output()
        .await
        .ok()?;
    let complaints = String::from_utf8_lossy(&output.stderr)
        .lines()
        .filter(|line| line.contains("CONSOLE"))
        .map(str::to_owned)
        .collect();
    Some((String::from_utf8_lossy(&output.stdout).into_owned(), complaints))
}

#[actix_web::test]
async fn swagger_ui_and_redoc_show_every_operation_without_a_script_in_the_page() {
    let app = TestApp::start().await;
    for (path, shown) in [
        ("/api/docs/", "opblock-summary-path"),
        ("/api/redoc", "operation/listJobs"),
    ] {
        let Some((page, complaints)) = open(&format!("{}{path}", app.url)).await else {
            println!("SKIPPED: chromium is not installed");
            return;
        };
        let refused: Vec<&String> = complaints
            .iter()
            .filter(|line| line.contains("Content Security Policy"))
            // ReDoc's maker has its picture fetched from its own site; the page does without.
            .filter(|line| !line.contains("Loading the image 'https://cdn.redoc.ly/redoc/logo-mini.svg'"))
            .collect();
        assert!(refused.is_empty(), "{path}: {refused:?}");
        assert!(
            page.contains(shown),
            "{path}: {complaints:?} {}",
            page.chars().take(2_000).collect::<String>()
        );
    }
    let page = app.get("/api/redoc").send().await.text();
    assert!(
        !page.contains("http://") && !page.contains("https://"),
        "nothing from elsewhere"
    );
    let packed = app
        .get("/api/redoc/redoc.standalone.js")
        .header("accept-encoding", "gzip")
        .send()
        .await;
    let plain = app.get("/api/redoc/redoc.standalone.js").send().await;
    assert_eq!(
        (packed.header("content-encoding").as_str(), packed.status),
        ("gzip", 200)
    );
    assert!(packed.bytes.len() * 3 < plain.bytes.len());
    assert_eq!(plain.header("content-type"), "text/javascript; charset=utf-8");
}
