// Connects to OpenAI, or to the address in OPENAI_BASE_URL, by the Responses API. Endpoints that only have chat
// completions are custom providers.
import { readResponsesAnswer } from '../answer/responses-answer.ts';
import { openaiResponsesBill } from '../usage/api-bills.ts';
import { responsesStream } from '../stream/responses-stream.ts';
import type { Connect } from './connection.ts';
import { toReasoningEffort } from './reasoning-effort.ts';
import { isStrictSchema } from './schema-support.ts';

const STAND_IN = {
  id: 'r',
  created_at: 0,
  model: 'm',
  output: [
    {
      type: 'message',
      role: 'assistant',
      id: 'm',
      content: [{ type: 'output_text', text: 'read', annotations: [] }],
    },
  ],
  usage: { input_tokens: 0, output_tokens: 0 },
};

export const connectOpenAI: Connect = async ({
  name: { name },
  endpoint: { base_url, api_key },
  request: { thinking, output_schema },
  exchange,
}) => {
  const { createOpenAI } = await import('@ai-sdk/openai');
  const provider = createOpenAI({
    baseURL: base_url,
    apiKey: api_key ?? '',
    fetch: exchange.fetchFor(() => STAND_IN, responsesStream),
  });
  return {
    model: provider.responses(name),
    options: {
      openai: {
        // No request refers back to an answer that the provider stores.
        store: false,
        strictJsonSchema: isStrictSchema(output_schema),
        ...(thinking === undefined ? {} : { reasoningEffort: toReasoningEffort(thinking) }),
      },
    },
    bill: openaiResponsesBill,
    read: readResponsesAnswer,
  };
};
