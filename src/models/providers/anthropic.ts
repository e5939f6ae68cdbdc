// Connects to Anthropic by its Messages API.
import type { Connect } from './connection.ts';

export const connectAnthropic: Connect = async ({ name }, { base_url, api_key }, { thinking }) => {
  const { createAnthropic } = await import('@ai-sdk/anthropic');
  const provider = createAnthropic({ baseURL: base_url, apiKey: api_key ?? '' });
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
  };
};
