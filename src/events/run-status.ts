// Lists how a run can end.

/** `paused`: a node waits for approval. `denied`: the approval of a node was refused. */
export const RUN_ENDS = ['success', 'failed', 'interrupted', 'paused', 'denied'] as const;

export type RunEnd = (typeof RUN_ENDS)[number];
