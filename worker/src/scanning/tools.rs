//! Where the recogniser's programs and their languages are.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::config::OcrConfig;
use crate::sandbox::program::{Program, ProgramLimits, find};

/// What listing the languages may cost.
const LISTING: ProgramLimits = ProgramLimits {
    memory_bytes: 512 * 1024 * 1024,
    cpu_seconds: 5,
    output_bytes: 64 * 1024,
    wall_clock: Duration::from_secs(10),
};
/// Folders whose files every confined program may read; others have to be named.
const SYSTEM_FOLDERS: [&str; 6] = ["/usr", "/bin", "/lib", "/lib64", "/opt", "/nix/store"];

/// Programs that draw pages and recognise text.
#[derive(Debug, Clone)]
pub struct Tools {
    /// Poppler's `pdftoppm`.
    pub draw: Program,
    /// `tesseract`.
    pub recognise: Program,
    /// Languages that are wanted and installed, the most frequent one first.
    pub languages: Vec<String>,
}

impl Tools {
    /// Finds the programs; `wrapper` is the worker's own program.
    ///
    /// # Errors
    /// A sentence about what is missing.
    pub async fn find(wrapper: &Path, config: &OcrConfig) -> Result<Self, String> {
        let program = |name: &str| {
            let path = find(name, &config.path).ok_or_else(|| format!("{name} is not installed"))?;
            Ok::<_, String>(confined(wrapper, path, config))
        };
        let (draw, recognise) = (program("pdftoppm")?, program("tesseract")?);
        let nothing = File::open("/dev/null").map_err(|error| error.to_string())?;
        let listed = recognise
            .run_and_hear(&["--list-langs".to_owned()], nothing, &LISTING)
            .await;
        let listed = listed.map_err(|error| format!("tesseract does not run in confinement: {error}"))?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let installed: Vec<&str> = listed.lines().map(str::trim).collect();
        let wanted = config.languages.iter();
        let languages: Vec<String> = wanted
            .filter(|name| installed.contains(&name.as_str()))
            .cloned()
            .collect();
        if languages.is_empty() {
            return Err(format!(
                "tesseract has none of the languages {}",
                config.languages.join(", ")
            ));
        }
        Ok(Self {
            draw,
            recognise,
            languages,
        })
    }
}

fn confined(wrapper: &Path, path: PathBuf, config: &OcrConfig) -> Program {
    let real = path.canonicalize().unwrap_or_else(|_| path.clone());
    // bin/program belongs to what lies beside bin: lib, share.
    let own = real.parent().and_then(Path::parent).map(Path::to_path_buf);
    let is_ours = |folder: &PathBuf| !SYSTEM_FOLDERS.iter().any(|system| folder.starts_with(system));
    let folders = own.into_iter().chain(config.data_dir.clone()).filter(is_ours);
    let mut environment = vec![
        ("LC_ALL".to_owned(), "C".to_owned()),
        // One thread: concurrency is the worker's business, and the program may start nothing.
        ("OMP_THREAD_LIMIT".to_owned(), "1".to_owned()),
    ];
    let data_dir = config.data_dir.as_deref().and_then(Path::to_str);
    environment.extend(data_dir.map(|folder| ("TESSDATA_PREFIX".to_owned(), folder.to_owned())));
    Program {
        wrapper: wrapper.to_path_buf(),
        path,
        folders: folders.filter(|folder| folder.parent().is_some()).collect(),
        environment,
    }
}
