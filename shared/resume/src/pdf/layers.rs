//! Layers (optional content) that are switched off when the file is opened on a screen.

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

/// Most layers that are looked at.
const MAX_LAYERS: usize = 10_000;
/// Deepest nesting of expressions over layers.
const MAX_DEPTH: usize = 8;

/// The layers that a file's default configuration switches off.
#[derive(Debug, Default)]
pub(super) struct Layers {
    off: HashSet<ObjectId>,
}

impl Layers {
    pub fn load(document: &Document) -> Self {
        Self::configured(document).unwrap_or_default()
    }

    fn configured(document: &Document) -> Option<Self> {
        let properties = document
            .catalog()
            .ok()?
            .get_deref(b"OCProperties", document)
            .ok()?
            .as_dict()
            .ok()?;
        let list = |holder: &Dictionary, key: &[u8]| -> Vec<ObjectId> {
            let found = holder.get_deref(key, document).and_then(Object::as_array).ok();
            let found = found.into_iter().flatten().take(MAX_LAYERS);
            found.filter_map(|item| item.as_reference().ok()).collect()
        };
        let all = list(properties, b"OCGs");
        let mut off = HashSet::new();
        if let Ok(default) = properties.get_deref(b"D", document).and_then(Object::as_dict) {
            if default
                .get_deref(b"BaseState", document)
                .and_then(Object::as_name)
                .is_ok_and(|name| name == b"OFF")
            {
                off.extend(&all);
            }
            for on in list(default, b"ON") {
                off.remove(&on);
            }
            off.extend(list(default, b"OFF"));
            if shows_by_use(default, document) {
                let unseen = |id: &&ObjectId| view_state(**id, document) == Some(false);
                off.extend(all.iter().filter(unseen));
            }
        }
        Some(Self { off })
    }

    /// Whether content that belongs to this layer, or to this expression over layers, is not shown.
    pub fn is_off(&self, object: &Object, document: &Document) -> bool {
        !self.off.is_empty() && !self.shown(object, document)
    }

    fn shown(&self, object: &Object, document: &Document) -> bool {
        if object.as_reference().is_ok_and(|id| self.off.contains(&id)) {
            return false;
        }
        let Ok((_, object)) = document.dereference(object) else {
            return true;
        };
        let Ok(dictionary) = object.as_dict() else {
            return true;
        };
        if let Ok(expression) = dictionary.get(b"VE") {
            return self.holds(expression, document, 0);
        }
        let members: Vec<&Object> = match dictionary.get(b"OCGs") {
            Ok(Object::Array(list)) => list.iter().take(MAX_LAYERS).collect(),
            Ok(Object::Reference(id)) => match document.get_object(*id) {
                Ok(Object::Array(list)) => list.iter().take(MAX_LAYERS).collect(),
                _ => return !self.off.contains(id),
            },
            _ => return true,
        };
        let mut on = members
            .iter()
            .filter_map(|member| member.as_reference().ok())
            .map(|id| !self.off.contains(&id));
        let policy = dictionary.get_deref(b"P", document).and_then(Object::as_name);
        match policy.unwrap_or(b"AnyOn") {
            _ if members.is_empty() => true,
            b"AllOn" => on.all(|on| on),
            b"AnyOff" => on.any(|on| !on),
            b"AllOff" => on.all(|on| !on),
            _ => on.any(|on| on),
        }
    }

    fn holds(&self, expression: &Object, document: &Document, depth: usize) -> bool {
        if let Ok(id) = expression.as_reference()
            && self.off.contains(&id)
        {
            return false;
        }
        let list = document
            .dereference(expression)
            .ok()
            .and_then(|(_, o)| o.as_array().ok());
        let Some((operator, rest)) = list.and_then(|list| list.split_first()) else {
            return true;
        };
        if depth > MAX_DEPTH {
            return true;
        }
        let mut each = rest
            .iter()
            .take(64)
            .map(|part| self.holds(part, document, depth + 1));
        match operator.as_name().unwrap_or_default() {
            b"And" => each.all(|on| on),
            b"Or" => each.any(|on| on),
            b"Not" => !each.next().unwrap_or(false),
            _ => true,
        }
    }
}

/// Whether the configuration switches layers by what they are used for when the file is looked at.
fn shows_by_use(default: &Dictionary, document: &Document) -> bool {
    let uses = default.get_deref(b"AS", document).and_then(Object::as_array).ok();
    uses.into_iter().flatten().take(64).any(|item| {
        let entry = document
            .dereference(item)
            .ok()
            .and_then(|(_, o)| o.as_dict().ok());
        let event = entry.and_then(|entry| entry.get_deref(b"Event", document).ok()?.as_name().ok());
        event == Some(b"View")
    })
}

fn view_state(layer: ObjectId, document: &Document) -> Option<bool> {
    let usage = document
        .get_dictionary(layer)
        .ok()?
        .get_deref(b"Usage", document)
        .ok()?;
    let view = usage.as_dict().ok()?.get_deref(b"View", document).ok()?;
    let state = view.as_dict().ok()?.get_deref(b"ViewState", document).ok()?;
    Some(state.as_name().ok()? != b"OFF")
}
