// Connects to OpenAI, or to the address in OPENAI_BASE_URL, by the Responses API. Endpoints that only have chat
// completions are custom providers.
import type { Connect } from './connection.ts';
import { toReasoningEffort } from './reasoning-effort.ts';
import { isStrictSchema } from './schema-support.ts';

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
        // No request refers back to an answer that the provider stores.
        store: false,
        strictJsonSchema: output_schema !== undefined && isStrictSchema(output_schema),
        ...(thinking === undefined ? {} : { reasoningEffort: toReasoningEffort(thinking) }),
      },
    },
  };
};
