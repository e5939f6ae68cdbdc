// The event that is written when writing is measured: the answer of a model, with what it cost.
import type { EventDraft } from '../../src/events/event.ts';
import type { LogOptions } from '../../src/log/write/base-log.ts';
import { systemLogHost } from '../../src/log/write/log-host.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';

export const writtenEvent = {
  type: 'llm.completed',
  phase: 'workflow',
  node: 'summarise',
  data: {
    call: 1,
    provider: 'anthropic',
    model: 'anthropic/claude-sonnet-4-0',
    response_model: 'claude-sonnet-4-20250514',
    usage: {
      input_tokens: 1250,
      output_tokens: 600,
      total_tokens: 1850,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
    },
    raw_usage: {
      input_tokens: 1250,
      output_tokens: 600,
      cache_read_input_tokens: 0,
      service_tier: 'standard',
    },
    duration_ms: 811.9,
  },
} as const satisfies EventDraft;

/** A secret is looked for in every text, as in every run. */
export const logOptions: LogOptions = {
  level: 'trace',
  host: systemLogHost,
  redactor: createRedactor({ env: { OPENAI_API_KEY: 'a-key-that-is-searched-for', HOME: '/home/me' } }),
};
