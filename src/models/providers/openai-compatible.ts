// Connects to Ollama and to custom endpoints by OpenAI's chat completions.
import { present } from '../../values/present.ts';
import type { Connect } from './connection.ts';
import { toReasoningEffort } from './reasoning-effort.ts';
import { isStrictSchema } from './schema-support.ts';

export const connectOpenAICompatible: Connect = async (
  { name, provider },
  { base_url, api_key },
  request,
) => {
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
  const { thinking, output_schema } = request;
  const endpoint = createOpenAICompatible({
    name: provider,
    baseURL: base_url,
    supportsStructuredOutputs: true,
    ...present({ apiKey: api_key }),
  });
  return {
    model: endpoint.chatModel(name),
    options: {
      openaiCompatible: {
        strictJsonSchema: output_schema !== undefined && isStrictSchema(output_schema),
        ...(thinking === undefined ? {} : { reasoningEffort: toReasoningEffort(thinking) }),
      },
    },
  };
};
