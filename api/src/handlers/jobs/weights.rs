//! What weights of a score are acceptable.

use hiring_matching::ComponentName;

use crate::extract::Violations;
use crate::views::job::WeightsView;

/// Most that one weight can be.
const MAX_WEIGHT: u16 = 10_000;

/// Every weight must be in range, and one of them above 0.
pub(super) fn check_weights(weights: Option<WeightsView>, violations: &mut Violations) {
    let Some(given) = weights else { return };
    let weights = given.weights();
    for name in ComponentName::ALL {
        if weights.of(name) > MAX_WEIGHT {
            let pointer = format!("/weights/{}", name.as_str());
            violations.add(pointer, "out-of-range", format!("A weight is 0 to {MAX_WEIGHT}."));
        }
    }
    if ComponentName::ALL.iter().all(|name| weights.of(*name) == 0) {
        violations.add("/weights", "out-of-range", "At least one weight is above 0.");
    }
}

/// The weights as they are stored with a job.
pub(super) fn weights_json(weights: WeightsView) -> Option<serde_json::Value> {
    serde_json::to_value(weights.weights()).ok()
}
