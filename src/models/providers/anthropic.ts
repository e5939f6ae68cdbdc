// Connects to Anthropic by its Messages API.
import { readAnthropicAnswer } from '../answer/anthropic-answer.ts';
import { anthropicBill } from '../usage/api-bills.ts';
import { anthropicStream } from '../stream/anthropic-stream.ts';
import type { Connect } from './connection.ts';

const STAND_IN = {
  type: 'message',
  content: [{ type: 'text', text: 'read' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 0, output_tokens: 0 },
};

export const connectAnthropic: Connect = async ({
  name: { name },
  endpoint: { base_url, api_key },
  request: { thinking },
  exchange,
}) => {
  const { createAnthropic } = await import('@ai-sdk/anthropic');
  const provider = createAnthropic({
    baseURL: base_url,
    apiKey: api_key ?? '',
    fetch: exchange.fetchFor(() => STAND_IN, anthropicStream),
  });
  return {
    model: provider(name),
    options:
      thinking === undefined
        ? {}
        : {
            anthropic: {
              thinking: thinking > 0 ? { type: 'enabled', budgetTokens: thinking } : { type: 'disabled' },
            },
          },
    bill: anthropicBill,
    read: readAnthropicAnswer,
  };
};
