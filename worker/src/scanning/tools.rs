//! Where the recogniser's programs and their languages are.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::config::OcrConfig;
use crate::sandbox::program::{Program, ProgramLimits, find};

/// What asking a program about itself may cost.
const ASKING: ProgramLimits = ProgramLimits {
    memory_bytes: 512 * 1024 * 1024,
    cpu_seconds: 5,
    output_bytes: 64 * 1024,
    wall_clock: Duration::from_secs(10),
};
/// Folders whose files every confined program may read; others have to be named.
const SYSTEM_FOLDERS: [&str; 5] = ["/usr", "/bin", "/lib", "/lib64", "/nix/store"];
/// What belongs to a program below the folder that it is installed in. That may be somebody's home, so that nothing else of it
/// is shown.
const OWN_FOLDERS: [&str; 5] = ["bin", "lib", "lib64", "libexec", "share"];

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
        ask("pdftoppm", &draw, "-v").await?;
        let listed = ask("tesseract", &recognise, "--list-langs").await?;
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

/// What a program says about itself, in the confinement that it works in.
async fn ask(name: &str, program: &Program, question: &str) -> Result<Vec<u8>, String> {
    let nothing = File::open("/dev/null").map_err(|error| error.to_string())?;
    let said = program
        .run_and_hear(&[question.to_owned()], nothing, &ASKING)
        .await;
    said.map_err(|error| format!("{name} does not run in confinement: {error}"))
}

fn confined(wrapper: &Path, path: PathBuf, config: &OcrConfig) -> Program {
    let real = path.canonicalize().unwrap_or_else(|_| path.clone());
    let prefix = real.parent().and_then(Path::parent);
    let own = prefix.map(|prefix| OWN_FOLDERS.map(|name| prefix.join(name)));
    let is_ours = |place: &PathBuf| !SYSTEM_FOLDERS.iter().any(|system| place.starts_with(system));
    let places = own.into_iter().flatten().chain([real.clone()]);
    let places = places.chain(config.data_dir.clone()).filter(is_ours);
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
        folders: places.filter(|place| place.parent().is_some()).collect(),
        environment,
    }
}

#[cfg(test)]
mod tests {
    use hiring_core::config::Reader;

    use super::*;

    #[test]
    fn a_program_in_somebodys_home_sees_what_belongs_to_it_and_not_the_home() {
        let config = OcrConfig::read(&mut Reader::from_environment());
        let own = |path: &str| confined(Path::new("worker"), path.into(), &config).folders;
        for (path, home) in [
            ("/people/ada/bin/tesseract", "/people/ada"),
            ("/opt/bin/tesseract", "/opt"),
            ("/people/tesseract", "/people"),
        ] {
            let places = own(path);
            assert!(places.contains(&PathBuf::from(path)), "{places:?}");
            assert!(!places.contains(&PathBuf::from(home)), "{places:?}");
            assert!(!places.contains(&PathBuf::from("/")), "{places:?}");
        }
        assert!(own("/people/ada/bin/tesseract").contains(&PathBuf::from("/people/ada/lib")));
        assert!(own("/usr/bin/tesseract").is_empty());
    }
}
