//! Before the transaction: each file is looked at, and its bytes are stored where they are wanted.

use std::cell::Cell;

use futures::{StreamExt, stream};
use hiring_core::ids::{JobId, ObjectId, OrgId};
use hiring_db::candidates;
use hiring_platform::storage::ObjectKey;

use super::super::upload_resume::known::restore;
use super::super::upload_resume::{discard, stage, storage_problem};
use super::{Batch, Item, Step, no_room};
use crate::problem::Problem;
use crate::state::AppState;

/// Files that are stored at the same time.
const AT_ONCE: usize = 4;

impl Batch {
    /// Prepares every file that nothing is stored for yet.
    ///
    /// # Errors
    /// `unavailable` when database or file store are away.
    pub(super) async fn prepare(
        &mut self,
        state: &AppState,
        org: OrgId,
        job_id: Option<JobId>,
    ) -> Result<(), Problem> {
        let room = Cell::new(self.room);
        let cap = self.cap;
        let waiting = self
            .items
            .iter_mut()
            .filter(|item| matches!(item.step, Step::Waiting));
        let outcomes: Vec<Result<(), Problem>> = stream::iter(waiting)
            .map(async |item| {
                let step = look_at(state, org, (item, job_id)).await?;
                let has_room = room.get().is_none_or(|room| room > 0);
                let fresh = match step {
                    Looked::Fresh(_) if !has_room => {
                        item.step = Step::Refused(no_room(cap));
                        return Ok(());
                    }
                    Looked::Fresh(fresh) => fresh,
                    Looked::Done(step) => {
                        item.step = step;
                        return Ok(());
                    }
                };
                room.set(room.get().map(|room| room - 1));
                item.step = store(state, org, fresh).await?;
                Ok(())
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        outcomes.into_iter().collect()
    }
}

enum Looked {
    Fresh(crate::extract::ResumeUpload),
    Done(Step),
}

async fn look_at(
    state: &AppState,
    org: OrgId,
    (item, job_id): (&mut Item, Option<JobId>),
) -> Result<Looked, Problem> {
    let mut upload = match item.file.read(job_id).await? {
        Ok(upload) => upload,
        Err(refusal) => return Ok(Looked::Done(Step::Refused(refusal))),
    };
    let known = {
        let mut connection = state.database.connection().await?;
        candidates::find_by_hash(&mut connection, org, &upload.sha256).await?
    };
    if known.is_none() {
        return Ok(Looked::Fresh(upload));
    }
    let restored = restore(state, org, &upload).await?;
    upload.forget_bytes();
    Ok(Looked::Done(Step::Known(upload, restored)))
}

/// Row first, then the bytes.
async fn store(
    state: &AppState,
    org: OrgId,
    mut upload: crate::extract::ResumeUpload,
) -> Result<Step, Problem> {
    let object = ObjectId::generate();
    let key = ObjectKey::new(org, object);
    stage(state, org, (object, &key), &upload).await?;
    let media_type = upload.file_type.media_type();
    let stored = state.store.put(&key, upload.bytes.clone(), media_type).await;
    if stored.is_err() {
        discard(state, org, object, &key).await;
    }
    stored.map_err(storage_problem)?;
    upload.forget_bytes();
    Ok(Step::Staged(upload, object))
}
