// Connects to Ollama and to custom endpoints by OpenAI's chat completions.
import { readChatAnswer } from '../answer/chat-answer.ts';
import { openaiChatBill } from '../usage/api-bills.ts';
import { present } from '../../values/present.ts';
import { chatStream } from '../stream/chat-stream.ts';
import type { Connect } from './connection.ts';
import { toReasoningEffort } from './reasoning-effort.ts';
import { isStrictSchema } from './schema-support.ts';

const STAND_IN = {
  choices: [{ index: 0, message: { role: 'assistant', content: 'read' }, finish_reason: 'stop' }],
};

export const connectOpenAICompatible: Connect = async ({
  name: { name, provider },
  endpoint: { base_url, api_key },
  request: { thinking, output_schema },
  exchange,
}) => {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  const endpoint = createOpenAICompatible({
    name: provider,
    baseURL: base_url,
    supportsStructuredOutputs: true,
    fetch: exchange.fetchFor(() => STAND_IN, chatStream),
    ...present({ apiKey: api_key }),
  });
  return {
    model: endpoint.chatModel(name),
    options: {
      openaiCompatible: {
        strictJsonSchema: isStrictSchema(output_schema),
        ...(thinking === undefined ? {} : { reasoningEffort: toReasoningEffort(thinking) }),
      },
    },
    bill: openaiChatBill,
    read: readChatAnswer,
  };
};
