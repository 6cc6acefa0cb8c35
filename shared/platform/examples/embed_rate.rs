//! The bare embedder's rate: how many lines of a file become vectors in a second, and what memory that takes.
//!
//! `embed_rate FILE [MAX_TOKENS=256] [THREADS=2]`, with `EMBEDDING_MODEL_DIR` and `ORT_DYLIB_PATH` as for the product.
//! The last line printed is `texts_per_second N`.

use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use hiring_core::config::Reader;
use hiring_platform::embeddings::tokens::Tokens;
use hiring_platform::embeddings::{
    EmbedError, Embedder, EmbeddingConfig, OnnxEmbedder, forbid_runtime_telemetry,
};

fn main() -> Result<(), Box<dyn Error>> {
    forbid_runtime_telemetry();
    let mut arguments = std::env::args().skip(1);
    let file = arguments
        .next()
        .ok_or("usage: embed_rate FILE [MAX_TOKENS] [THREADS]")?;
    let max_tokens: usize = arguments.next().map_or(Ok(256), |text| text.parse())?;
    let threads: usize = arguments.next().map_or(Ok(2), |text| text.parse())?;
    let text = std::fs::read_to_string(file)?;
    let texts: Vec<String> = text
        .lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    let config = EmbeddingConfig::read(&mut Reader::from_environment(), threads);

    let loading = Instant::now();
    let mut models = vec![OnnxEmbedder::load(&config)?];
    while models.len() < threads {
        models.extend(models.first().map(OnnxEmbedder::another).transpose()?);
    }
    println!("loaded {threads} in {} ms", loading.elapsed().as_millis());
    print_memory();
    let tokens = Tokens::load(&config.model_dir.join("tokenizer.json"))?;
    let counts: Vec<usize> = texts
        .iter()
        .map(|text| Ok(tokens.ids(text, max_tokens)?.len()))
        .collect::<Result<_, EmbedError>>()?;
    drop(tokens);
    let total: usize = counts.iter().sum();

    let next = AtomicUsize::new(0);
    let cpu_before = cpu_seconds();
    let started = Instant::now();
    std::thread::scope(|scope| -> Result<(), EmbedError> {
        let (next, texts) = (&next, &texts);
        let running: Vec<_> = models
            .iter()
            .map(|model| scope.spawn(move || work(model, texts, next, max_tokens)))
            .collect();
        running.into_iter().try_for_each(|thread| {
            thread
                .join()
                .unwrap_or_else(|_| Err(EmbedError::Failed("a thread panicked".into())))
        })
    })?;
    let seconds = started.elapsed().as_secs_f64();
    let cpu_seconds = cpu_seconds() - cpu_before;
    print_memory();
    println!(
        "{} texts, {total} tokens, {seconds:.2} s, {:.0} tokens/s",
        texts.len(),
        total as f64 / seconds
    );
    println!("texts_per_cpu_second {:.2}", texts.len() as f64 / cpu_seconds);
    println!("texts_per_second {:.2}", texts.len() as f64 / seconds);
    Ok(())
}

fn work(
    model: &OnnxEmbedder,
    texts: &[String],
    next: &AtomicUsize,
    max_tokens: usize,
) -> Result<(), EmbedError> {
    while let Some(text) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
        model.embed(std::slice::from_ref(text), max_tokens)?;
    }
    Ok(())
}

/// Processor time so far: on a busy machine it tells more than the clock.
fn cpu_seconds() -> f64 {
    hiring_platform::telemetry::process::read().map_or(f64::NAN, |figures| figures.cpu_seconds)
}

/// Resident and proportional memory, where the system tells them.
fn print_memory() {
    let Ok(rollup) = std::fs::read_to_string("/proc/self/smaps_rollup") else {
        return;
    };
    for line in rollup.lines() {
        if ["Rss:", "Pss:", "Pss_Anon:", "Pss_File:"]
            .iter()
            .any(|name| line.starts_with(name))
        {
            println!("{}", line.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}
