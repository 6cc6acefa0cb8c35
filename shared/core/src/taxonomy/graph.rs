//! What is a kind of what: skills have parents, without cycles.

use super::{Entry, TABLE, canonical, entry, fold_words};

/// Most skills that are visited on the way up; the table's longest way is far shorter.
const MAX_VISITED: usize = 256;

/// Canonical names of the skills that a skill is directly a kind of, whatever name or alias it is asked by. Empty for an
/// unknown skill and for one without parents.
pub fn parents(name: &str) -> impl Iterator<Item = &'static str> + use<> {
    let own = canonical(name).and_then(|known| TABLE.get(&fold_words(known.name)).and_then(entry));
    own.map_or("", |own| own.parents)
        .split('|')
        .filter(|parent| !parent.is_empty())
}

/// Whether a skill is a kind of another, through any number of parents (`Django` of `Python`), or is the same skill under
/// whatever name. False when either is unknown.
#[must_use]
pub fn descends_from(child: &str, parent: &str) -> bool {
    let (Some(child), Some(parent)) = (canonical(child), canonical(parent)) else {
        return false;
    };
    let mut seen = vec![child.name];
    let mut at = 0;
    while let Some(name) = seen.get(at).copied().filter(|_| at < MAX_VISITED) {
        if name == parent.name {
            return true;
        }
        for next in parents(name) {
            if !seen.contains(&next) {
                seen.push(next);
            }
        }
        at += 1;
    }
    false
}

/// Canonical names of every skill that is a kind of this one, without itself, in the table's order. Looks at the whole table:
/// for a search's filter, not for a loop.
#[must_use]
pub fn descendants(name: &str) -> Vec<&'static str> {
    let Some(top) = canonical(name) else {
        return Vec::new();
    };
    entries()
        .filter(|entry| entry.name != top.name && descends_from(entry.name, top.name))
        .map(|entry| entry.name)
        .collect()
}

/// Every name of a skill, folded, its canonical name among them, in the table's order. Empty for an unknown skill. Looks at the
/// whole table.
#[must_use]
pub fn aliases(name: &str) -> Vec<&'static str> {
    let Some(known) = canonical(name) else {
        return Vec::new();
    };
    TABLE
        .rows()
        .filter(|(_, row)| entry(row).is_some_and(|entry| entry.name == known.name))
        .map(|(surface, _)| surface)
        .collect()
}

/// Every skill once, in the table's order.
pub fn entries() -> impl Iterator<Item = Entry> {
    TABLE
        .rows()
        .filter_map(|(surface, row)| entry(row).filter(|entry| fold_words(entry.name) == surface))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skill_descends_from_its_parents_and_theirs() {
        assert!(descends_from("Django", "Python"));
        assert!(descends_from("next.js", "JavaScript"));
        assert!(descends_from("EKS", "AWS") && descends_from("EKS", "DevOps"));
        assert!(descends_from("postgres", "PostgreSQL"));
        assert!(!descends_from("Python", "Django"));
        assert!(!descends_from("Django", "Underwater Basket-Weaving"));
        assert!(parents("Comptabilité fournisseurs").any(|parent| parent == "Accounting"));
    }

    #[test]
    fn descendants_and_descends_from_agree() {
        let below = descendants("Python");
        assert!(below.contains(&"Django") && below.contains(&"pandas") && !below.contains(&"Python"));
        assert!(below.iter().all(|child| descends_from(child, "Python")));
    }

    #[test]
    fn every_parent_is_an_entry_and_nothing_descends_from_its_own_child() {
        let mut count = 0;
        for entry in entries() {
            count += 1;
            for parent in parents(entry.name) {
                assert!(
                    canonical(parent).is_some_and(|known| known.name == parent),
                    "{parent}"
                );
                assert!(!descends_from(parent, entry.name), "{parent} and {}", entry.name);
            }
        }
        assert!(count > 2_000, "{count}");
    }

    #[test]
    fn the_table_says_what_the_hand_written_files_say() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/skills");
        let mut lines = 0;
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            for line in text
                .lines()
                .filter(|line| !line.is_empty() && !line.starts_with('#'))
            {
                lines += 1;
                let bare = |name: &str| name.trim().trim_start_matches(['!', '~', '?']).to_owned();
                let columns: Vec<&str> = line.split('|').collect();
                let name = canonical(&bare(columns[1])).map(|entry| entry.name);
                assert!(name.is_some(), "{line}");
                for alias in columns
                    .iter()
                    .skip(3)
                    .flat_map(|column| column.split(','))
                    .map(bare)
                {
                    assert!(
                        alias.is_empty() || canonical(&alias).map(|entry| entry.name) == name,
                        "{alias} in {line}"
                    );
                }
                for parent in columns
                    .get(2)
                    .into_iter()
                    .flat_map(|column| column.split(','))
                    .map(bare)
                {
                    assert!(
                        parent.is_empty() || descends_from(&bare(columns[1]), &parent),
                        "{parent} in {line}"
                    );
                }
            }
        }
        assert!(lines > 2_000, "{lines}");
    }

    #[test]
    fn aliases_are_every_name_that_leads_to_the_skill() {
        let all = aliases("Krankenpflege");
        for name in ["nursing", "krankenpflege", "soins infirmiers", "enfermeria"] {
            assert!(all.contains(&name), "{name}");
        }
        assert!(aliases("Underwater Basket-Weaving").is_empty());
    }
}
