// Connects to Google by generateContent of the Gemini API.
import { asFields } from '../../values/json-fields.ts';
import type { Connect } from './connection.ts';
import { hasOpenObject } from './schema-support.ts';

export const connectGoogle: Connect = async ({ name }, { base_url, api_key }, request) => {
  const { thinking, output_schema } = request;
  const { createGoogleGenerativeAI } = await import('@ai-sdk/google');
  const provider = createGoogleGenerativeAI({ baseURL: base_url, apiKey: api_key ?? '' });
  return {
    model: provider(name),
    options: {
      google: {
        // The answer is then requested as JSON without a schema. pflow checks it anyway.
        ...(hasOpenObject(output_schema) ? { structuredOutputs: false } : {}),
        ...(thinking === undefined ? {} : { thinkingConfig: { thinkingBudget: thinking } }),
      },
    },
    billedBody: addEarlierUsage,
  };
};

/** Adds the usage of earlier requests where a long answer took several. `summed` is that of all requests. */
function addEarlierUsage(body: unknown, summed: unknown): unknown {
  const last = asFields(asFields(body)['usageMetadata']);
  const sum = asFields(summed);
  const isMore = 'totalTokenCount' in sum && sum['totalTokenCount'] !== last['totalTokenCount'];
  return isMore ? { ...asFields(body), usageMetadata: sum } : body;
}
