//! What the taxonomy knows about a skill that is asked for: what shows it, and how it may be written.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use hiring_core::taxonomy;
use hiring_core::taxonomy::own::OwnTaxonomy;

/// A skill of the taxonomy.
#[derive(Debug)]
struct Known {
    /// Its key and the keys of every skill that is a kind of it.
    keys: Vec<String>,
    /// Its names, folded.
    names: Vec<&'static str>,
}

/// Skills that were asked for; the whole table is looked at for each once. No larger than the taxonomy.
static ASKED: LazyLock<Mutex<HashMap<&'static str, Arc<Known>>>> = LazyLock::new(Mutex::default);

fn known(skill: &str) -> Option<Arc<Known>> {
    let name = taxonomy::canonical(skill)?.name;
    let asked = || ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = asked().get(name) {
        return Some(Arc::clone(known));
    }
    let below = taxonomy::descendants(name);
    let known = Arc::new(Known {
        keys: std::iter::once(name).chain(below).map(taxonomy::key).collect(),
        names: taxonomy::aliases(name),
    });
    asked().insert(name, Arc::clone(&known));
    Some(known)
}

/// The keys that show a skill: its own under whatever name, those of its kinds (`Django` shows `Python`), and what the
/// organization's own taxonomy adds.
pub(super) fn keys(skill: &str, own: &[taxonomy::own::OwnEntry], names: &OwnTaxonomy) -> Vec<String> {
    let mut keys = match known(skill) {
        Some(known) => known.keys.clone(),
        None => vec![taxonomy::key(skill)],
    };
    keys.extend(names.entry(skill).map(|entry| taxonomy::key(&entry.name)));
    // Kinds of kinds: each round adds at least one entry or ends.
    let mut grown = true;
    while grown {
        grown = false;
        for entry in own {
            let key = taxonomy::key(&entry.name);
            let below = entry
                .parents
                .iter()
                .any(|parent| keys.contains(&taxonomy::key(parent)));
            if below && !keys.contains(&key) {
                keys.push(key);
                grown = true;
            }
        }
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The ways to write a word of a query, folded: itself, and every name of the skill that it names.
pub(super) fn spellings(term: &str) -> Vec<String> {
    let mut spellings = vec![taxonomy::fold_words(term)];
    if let Some(known) = known(term) {
        spellings.extend(known.names.iter().map(|name| (*name).to_owned()));
    }
    spellings.dedup();
    spellings
}

#[cfg(test)]
mod tests {
    use hiring_core::resume::SkillKind;
    use hiring_core::taxonomy::own::OwnEntry;

    use super::*;

    fn own() -> Vec<OwnEntry> {
        let entry = |name: &str, alias: &str, parent: &str| OwnEntry {
            name: name.into(),
            aliases: vec![alias.into()],
            kind: SkillKind::Tool,
            parents: vec![parent.into()],
        };
        vec![
            entry("Zebrawerk Pro", "zwp", "Zebrawerk"),
            entry("Zebrawerk", "zw", "Python"),
        ]
    }

    #[test]
    fn aliases_kinds_and_own_skills_show_a_skill() {
        let (own, names) = (own(), OwnTaxonomy::new(own()));
        let python = keys("python", &own, &names);
        for key in ["python", "django", "zebrawerk", "zebrawerk pro"] {
            assert!(python.contains(&key.to_owned()), "{key}");
        }
        assert!(!keys("django", &own, &names).contains(&"python".to_owned()));
        assert!(keys("zw", &own, &names).contains(&"zebrawerk pro".to_owned()));
        assert_eq!(
            keys("k8s", &[], &OwnTaxonomy::default()).first(),
            keys("Kubernetes", &[], &OwnTaxonomy::default()).first()
        );
    }

    #[test]
    fn a_skill_is_written_in_many_ways() {
        assert!(spellings("k8s").contains(&"kubernetes".to_owned()));
        assert_eq!(spellings("Zebra"), ["zebra"]);
    }
}
