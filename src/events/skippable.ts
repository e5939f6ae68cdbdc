// Parts of payloads that a reader of a log may leave out where nobody looks at them.

/**
 * `raw_usage` of `llm.completed`; `ir`, the workflow, of `run.started`; `nodes`, their ids, of `workflow.started`; `words`: all
 * of `llm.prompted` and `llm.answered` but the number of the call.
 */
export const SKIPPABLE_PARTS = ['raw_usage', 'ir', 'words', 'nodes'] as const;

export type SkippablePart = (typeof SKIPPABLE_PARTS)[number];
