//! Which skills a skill is a kind of, for every skill of the taxonomy at once.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use hiring_core::taxonomy;

/// For each skill's key the keys of all skills that it is a kind of, through any number of parents. Made once: a process that
/// scores holds many skills against many jobs.
static ABOVE: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let parents: HashMap<&str, Vec<&str>> = taxonomy::entries()
        .map(|entry| (entry.name, taxonomy::parents(entry.name).collect()))
        .collect();
    parents
        .keys()
        .map(|name| {
            let mut above: BTreeSet<&str> = BTreeSet::new();
            let mut open = vec![*name];
            while let Some(at) = open.pop() {
                for parent in parents.get(at).into_iter().flatten() {
                    if above.insert(parent) {
                        open.push(parent);
                    }
                }
            }
            let keys = above.into_iter().map(taxonomy::fold_words).collect();
            (taxonomy::fold_words(name), keys)
        })
        .collect()
});

/// The keys of all skills that the skill of this key is a kind of.
pub(crate) fn above(key: &str) -> &'static [String] {
    ABOVE.get(key).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skill_is_a_kind_of_its_parents_and_theirs_and_never_of_its_children() {
        let eks = above(&taxonomy::key("EKS"));
        for parent in ["AWS", "DevOps"] {
            assert!(eks.contains(&taxonomy::key(parent)), "{parent}");
        }
        assert!(!above(&taxonomy::key("AWS")).contains(&taxonomy::key("EKS")));
        assert!(above("underwater basket weaving").is_empty());
    }
}
