//! Shows the neutral text of read resumes: `neutral FILE...`, each a `ReadResume` as JSON, as `predict --text` of
//! `hiring-resume` writes them. With `--hidden` first, only the lines in which something was replaced, before and after.
#![allow(clippy::print_stdout, reason = "a tool for the command line")]

use std::error::Error;

use hiring_core::reading::ReadResume;
use hiring_matching::neutral;

fn main() -> Result<(), Box<dyn Error>> {
    let mut files = std::env::args().skip(1).peekable();
    let hidden = files.next_if(|argument| argument == "--hidden").is_some();
    for file in files {
        let read: ReadResume = serde_json::from_str(&std::fs::read_to_string(&file)?)?;
        let text = neutral::of(&read.resume, &read.visible_text, &read.sections).text;
        println!("== {file}");
        if !hidden {
            println!("{text}");
            continue;
        }
        let masks = neutral::masks(&read.resume, &read.visible_text, &read.sections);
        for mask in masks {
            let was: String = read
                .visible_text
                .chars()
                .skip(mask.start)
                .take(mask.len())
                .collect();
            println!("{was:?}");
        }
        for line in text.lines().filter(|line| line.contains('[')) {
            println!("  {line}");
        }
    }
    Ok(())
}
