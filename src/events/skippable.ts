// Parts of payloads that a reader may leave out if no projection reads them.

/**
 * `ordinary_usage`: a `raw_usage` that agrees with its `usage`, so that nothing is in doubt. `raw_usage` of
 * `llm.completed`; `ir`, the workflow, of `run.started`; `nodes`, their ids, of `workflow.started`; `words`: all of
 * `llm.prompted` and `llm.answered` except the number of the call and the model; `times`: `at`, which is empty then, of
 * all events but `run.started` and model calls.
 */
export const SKIPPABLE_PARTS = ['ordinary_usage', 'raw_usage', 'ir', 'words', 'nodes', 'times'] as const;

export type SkippablePart = (typeof SKIPPABLE_PARTS)[number];
