//! What the control words of an RTF do.

use super::tables::code_page;
use super::{Group, Place, Rtf, USUAL_SIZE};

/// Destinations whose text is not part of what is shown.
const SKIPPED: &[&str] = &[
    "stylesheet",
    "info",
    "object",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "themedata",
    "colorschememapping",
    "latentstyles",
    "datastore",
    "xmlnstbl",
    "fldinst",
    "filetbl",
    "revtbl",
    "pgdsctbl",
    "mmathPr",
    "wgrffmtfilter",
    "bkmkstart",
    "bkmkend",
    "shpinst",
    "shprslt",
    "nonshppict",
    "nonesttables",
    "sp",
    "annotation",
    "atnid",
    "atnauthor",
    "formfield",
    "template",
];
/// Deepest nesting of tables.
const MAX_TABLES: i64 = 24;

impl Rtf<'_> {
    pub(super) fn word(&mut self, word: &str, number: Option<i64>) {
        match self.group.place {
            Place::Colours => return self.tables.channel(word, number),
            Place::Fonts => return self.tables.font_word(word, number),
            _ => {}
        }
        if !(self.structure(word, number) || self.special(word) || self.looks(word, number)) {
            self.table(word, number);
        }
    }

    /// Groups, bytes and characters by number.
    fn structure(&mut self, word: &str, number: Option<i64>) -> bool {
        match word {
            "u" => self.unicode(number.unwrap_or(32)),
            "uc" => {
                self.group.unicode_skip = number.and_then(|n| usize::try_from(n).ok()).unwrap_or(1).min(8);
            }
            "ansicpg" => self.encoding = code_page(number.unwrap_or(1252)),
            "bin" => {
                let length = number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
                self.at = self.at.saturating_add(length);
            }
            "colortbl" => self.group.place = Place::Colours,
            "fonttbl" => self.group.place = Place::Fonts,
            "pict" => (self.group.place, self.pictures) = (Place::Skipped, true),
            "shptxt" | "footnote" => {
                self.flush();
                self.group.place = Place::Text;
                self.group.depth = 0;
                if !self.group.boxed && self.beyond == 0 {
                    self.group.boxed = true;
                    self.out.begin_box();
                }
            }
            "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl" | "footerr" | "footerf" => {
                self.line();
                self.group.own_lines = true;
            }
            "listtext" | "pntext" => self.group.list_mark = true,
            "upr" | "ud" | "nesttableprops" => self.group.place = Place::Text,
            _ if SKIPPED.contains(&word) => self.group.place = Place::Skipped,
            _ => return false,
        }
        true
    }

    /// Words that stand for characters and ends of lines.
    fn special(&mut self, word: &str) -> bool {
        match word {
            "par" | "line" | "sect" | "page" | "column" => self.line(),
            "tab" if self.group.list_mark => self.text(" "),
            "tab" => self.text("\t"),
            "emdash" => self.text("—"),
            "endash" => self.text("–"),
            "bullet" => self.text("•"),
            "lquote" | "rquote" => self.text("’"),
            "ldblquote" => self.text("“"),
            "rdblquote" => self.text("”"),
            "emspace" | "enspace" | "qmspace" => self.text(" "),
            _ => return false,
        }
        true
    }

    fn looks(&mut self, word: &str, number: Option<i64>) -> bool {
        let on = number != Some(0);
        if !matches!(
            word,
            "b" | "i"
                | "v"
                | "fs"
                | "f"
                | "cf"
                | "highlight"
                | "cb"
                | "chcbpat"
                | "cbpat"
                | "deleted"
                | "plain"
                | "pard"
        ) {
            return false;
        }
        self.flush();
        let (colour, script) = (self.tables.colour(number), self.tables.script(number));
        let group = &mut self.group;
        match word {
            "b" => group.looks.bold = on,
            "i" => group.looks.italic = on,
            "v" => group.marked = on,
            "fs" => group.looks.size = number.map_or(USUAL_SIZE, |half| half as f32 / 2.0),
            "f" => group.script = script,
            "cf" => group.colour = colour,
            "highlight" | "cb" | "chcbpat" => group.behind = colour,
            "cbpat" => group.paragraph_behind = colour,
            "deleted" => group.deleted = on,
            "pard" => (group.depth, group.paragraph_behind) = (0, None),
            _ => {
                let usual = Group::default();
                (group.looks, group.colour, group.behind) = (usual.looks, usual.colour, usual.behind);
                (group.marked, group.deleted, group.script) = (false, false, usual.script);
            }
        }
        true
    }

    fn table(&mut self, word: &str, number: Option<i64>) {
        match word {
            "intbl" => {
                self.flush();
                self.group.depth = self.group.depth.max(1);
            }
            "itap" => {
                self.flush();
                self.group.depth = number.unwrap_or(1).clamp(0, MAX_TABLES) as usize;
            }
            "trowd" => {
                self.cells.clear();
                (self.cell_behind, self.cell) = (None, 0);
            }
            "clcbpat" => self.cell_behind = self.tables.colour(number),
            "cellx" if self.cells.len() < 64 => self.cells.push(self.cell_behind.take()),
            "cell" | "nestcell" if self.group.place == Place::Text => {
                self.flush();
                // A cell's end is one wherever it stands.
                self.group.depth = self.group.depth.max(1);
                self.settle();
                self.out.end_cell();
                self.cell += usize::from(word == "cell");
            }
            "row" | "nestrow" if self.group.place == Place::Text => {
                self.flush();
                self.out.end_row();
                self.cell = 0;
            }
            _ => {}
        }
    }
}
