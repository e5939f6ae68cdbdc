// Drafts of small complete runs, for tests of the log.
import type { EventDraft } from '../../src/events/event.ts';

export const STARTED: EventDraft = {
  type: 'run.started',
  data: {
    format: 1,
    pflow: '1.0.0',
    node_version: '20.20.2',
    level: 'trace',
    checksum: 'crc32',
    workflow: { name: 'w', hash: 'abc' },
    source: 'file',
    nodes: 1,
  },
};

export const LLM_COMPLETED: EventDraft = {
  type: 'llm.completed',
  phase: 'workflow',
  node: 'ask',
  attempt: 2,
  data: {
    call: 1,
    provider: 'openai',
    model: 'openai/gpt-4o-mini',
    usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
    duration_ms: 12.5,
  },
};

export function completed(events: number): EventDraft {
  return { type: 'run.completed', data: { status: 'success', duration_ms: 3, events } };
}

/** A run of eight events with content in it. */
export function wholeRun(prompt = 'Say "hello" \u2028 in one word 🙂'): readonly EventDraft[] {
  const place = { phase: 'workflow', node: 'ask' } as const;
  return [
    STARTED,
    { type: 'workflow.started', phase: 'workflow', data: { name: 'w', hash: 'abc', nodes: ['ask'] } },
    { type: 'node.started', ...place, data: { node_type: 'llm' } },
    { type: 'llm.prompted', ...place, data: { call: 1, model: 'openai/gpt-4o-mini', prompt } },
    LLM_COMPLETED,
    { type: 'llm.answered', ...place, data: { call: 1, response: { text: 'hello', crc: 'deadbeef' } } },
    { type: 'node.completed', ...place, data: { node_type: 'llm', action: 'default', duration_ms: 13 } },
    completed(7),
  ];
}
