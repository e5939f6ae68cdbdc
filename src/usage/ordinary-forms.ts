// Defines where a form has its counts when a usage is ordinary: no other count is there, or it is 0.
import { CHAT_FIELDS } from './forms/chat.ts';
import { GENERATE_CONTENT_FIELDS } from './forms/generate-content.ts';
import { MESSAGES_FIELDS } from './forms/messages.ts';
import { RESPONSES_FIELDS } from './forms/responses.ts';
import type { KnownFields } from './known-fields.ts';
import type { FormName } from './read-report.ts';
import * as Slot from './usage-slots.ts';

/** The counts of a form by their names. */
export interface Places {
  readonly [name: string]: number | Places;
}

export interface OrdinaryForm {
  readonly known: KnownFields;
  readonly places: Places;
  /** Cached tokens are not part of the input. */
  readonly cachedBeside: boolean;
  /** Fields of which one at most is read. */
  readonly alternatives: readonly (readonly [string, string])[];
  /** Fields that change how others are read. */
  readonly unusual: readonly string[];
}

const INPUT_PARTS: Places = {
  cached_tokens: Slot.CACHED,
  cache_write_tokens: Slot.WRITTEN,
  cache_creation_tokens: Slot.WRITTEN,
  cache_creation_input_tokens: Slot.WRITTEN,
  cache_creation: { ephemeral_1h_input_tokens: Slot.WRITTEN_1H },
  cache_creation_token_details: { ephemeral_1h_input_tokens: Slot.WRITTEN_1H },
};
const OUTPUT_PARTS: Places = { reasoning_tokens: Slot.REASONING };

export const ORDINARY_FORMS: Readonly<Partial<Record<FormName, OrdinaryForm>>> = {
  chat: {
    known: CHAT_FIELDS,
    places: {
      prompt_tokens: Slot.INPUT,
      completion_tokens: Slot.OUTPUT,
      total_tokens: Slot.TOTAL,
      prompt_tokens_details: INPUT_PARTS,
      completion_tokens_details: OUTPUT_PARTS,
      prompt_token_details: INPUT_PARTS,
      completion_token_details: OUTPUT_PARTS,
      cached_tokens: Slot.CACHED,
      num_cached_tokens: Slot.CACHED,
      prompt_cache_hit_tokens: Slot.CACHED,
      prompt_cache_miss_tokens: Slot.UNCACHED,
      cache_read_input_tokens: Slot.CACHED,
      cache_creation_input_tokens: Slot.WRITTEN,
      cache_write_tokens: Slot.WRITTEN,
      reasoning_tokens: Slot.REASONING,
      cache_creation: { ephemeral_1h_input_tokens: Slot.WRITTEN_1H },
    },
    cachedBeside: false,
    alternatives: [
      ['prompt_tokens_details', 'prompt_token_details'],
      ['completion_tokens_details', 'completion_token_details'],
    ],
    unusual: [],
  },
  responses: {
    known: RESPONSES_FIELDS,
    places: {
      input_tokens: Slot.INPUT,
      output_tokens: Slot.OUTPUT,
      total_tokens: Slot.TOTAL,
      input_tokens_details: INPUT_PARTS,
      output_tokens_details: OUTPUT_PARTS,
      cached_tokens: Slot.CACHED,
    },
    cachedBeside: false,
    alternatives: [],
    unusual: ['x_details', 'prompt_tokens_details', 'completion_tokens_details'],
  },
  messages: {
    known: MESSAGES_FIELDS,
    places: {
      input_tokens: Slot.INPUT,
      output_tokens: Slot.OUTPUT,
      cache_read_input_tokens: Slot.CACHED,
      cache_creation_input_tokens: Slot.WRITTEN,
      cache_creation: {
        ephemeral_5m_input_tokens: Slot.WRITTEN_5M,
        ephemeral_1h_input_tokens: Slot.WRITTEN_1H,
      },
      output_tokens_details: { thinking_tokens: Slot.REASONING, reasoning_tokens: Slot.REASONING },
    },
    cachedBeside: true,
    alternatives: [],
    unusual: ['total_tokens', 'iterations'],
  },
  google: {
    known: GENERATE_CONTENT_FIELDS,
    places: {
      promptTokenCount: Slot.INPUT,
      candidatesTokenCount: Slot.OUTPUT,
      responseTokenCount: Slot.OUTPUT,
      totalTokenCount: Slot.TOTAL,
      cachedContentTokenCount: Slot.CACHED,
      thoughtsTokenCount: Slot.THOUGHTS,
    },
    cachedBeside: false,
    alternatives: [],
    unusual: [],
  },
};
