// Knows the words with which providers report why an answer ended. Compatible endpoints mix the words of several APIs,
// so there is one table for all.

/** `refusal`: the model did not want to answer. `content-filter`: a filter of the provider ended the answer. */
export type FinishReason =
  'stop' | 'length' | 'content-filter' | 'refusal' | 'tool-calls' | 'error' | 'other';

const WORDS: Readonly<Record<Exclude<FinishReason, 'other'>, readonly string[]>> = {
  stop: ['stop', 'end_turn', 'stop_sequence', 'eos', 'eos_token', 'end', 'complete', 'completed'],
  length: [
    'length',
    'max_tokens',
    'max_output_tokens',
    'max_length',
    'model_length',
    'model_context_window_exceeded',
    'context_length_exceeded',
  ],
  'content-filter': [
    'content_filter',
    'content_filtered',
    'sensitive',
    'safety',
    'recitation',
    'language',
    'blocklist',
    'prohibited_content',
    'spii',
    'image_safety',
    'model_armor',
    'guardrail_intervened',
  ],
  refusal: ['refusal'],
  'tool-calls': ['tool_calls', 'tool_use', 'function_call'],
  error: ['error', 'failed', 'cancelled'],
};

const REASONS: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries(WORDS).flatMap(([reason, words]) => words.map((word) => [word, reason as FinishReason])),
);

/** `other` without a word. A word that is not known is returned as it is. */
export function readFinishReason(word: unknown): string {
  if (typeof word !== 'string' || word.trim() === '') return 'other';
  const known = word.trim().toLowerCase().replaceAll('-', '_');
  if (known === 'other') return 'other';
  return REASONS.get(known) ?? word.trim();
}

/** Whether the answer may lack a part, because something else than its end stopped it. */
export function isCutShort(finishReason: string): boolean {
  return !['stop', 'tool-calls', 'other'].includes(finishReason);
}
