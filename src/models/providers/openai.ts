// OpenAI, by its Responses API, wherever OPENAI_BASE_URL leads. Endpoints that only know chat completions are
// custom providers.
import { openaiResponsesBill } from '../usage/openai-responses-bill.ts';
import type { Connect } from './connection.ts';
import { toReasoningEffort } from './reasoning-effort.ts';
import { isStrictSchema } from './strict-schema.ts';

export const connectOpenAI: Connect = async (
  { name },
  { base_url, api_key },
  { thinking, output_schema },
) => {
  const { createOpenAI } = await import('@ai-sdk/openai');
  const provider = createOpenAI({ baseURL: base_url, apiKey: api_key ?? '' });
  return {
    model: provider.responses(name),
    options: {
      openai: {
        // The run has a log of its own; nothing refers back to what the provider would keep.
        store: false,
        strictJsonSchema: output_schema !== undefined && isStrictSchema(output_schema),
        ...(thinking === undefined ? {} : { reasoningEffort: toReasoningEffort(thinking) }),
      },
    },
    bill: openaiResponsesBill,
  };
};
