// Connects to Google by generateContent of the Gemini API.
import { readGoogleAnswer } from '../answer/google-answer.ts';
import { googleBill } from '../usage/api-bills.ts';
import { asFields, asList, type Fields } from '../../values/json-fields.ts';
import { googleStream } from '../stream/google-stream.ts';
import type { Connect } from './connection.ts';
import { hasOpenObject } from './schema-support.ts';

export const connectGoogle: Connect = async ({
  name: { name },
  endpoint: { base_url, api_key },
  request: { thinking, output_schema },
  exchange,
}) => {
  const { createGoogleGenerativeAI } = await import('@ai-sdk/google');
  const provider = createGoogleGenerativeAI({
    baseURL: base_url,
    apiKey: api_key ?? '',
    fetch: exchange.fetchFor(standIn, googleStream),
  });
  return {
    model: provider(name),
    options: {
      google: {
        // The answer is then requested as JSON without a schema. pflow checks it anyway.
        ...(hasOpenObject(output_schema) ? { structuredOutputs: false } : {}),
        ...(thinking === undefined ? {} : { thinkingConfig: { thinkingBudget: thinking } }),
      },
    },
    bill: googleBill,
    read: readGoogleAnswer,
    join: joinBodies,
  };
};

/** An answer with a token to continue makes the package send the next request. */
function standIn(body: unknown): unknown {
  const { finishReason, continuationToken } = asFields(asList(asFields(body)['candidates'])[0]);
  const goesOn = finishReason === 'CONTINUATION' && typeof continuationToken === 'string';
  const next = goesOn ? { finishReason, continuationToken } : { finishReason: 'STOP' };
  return { candidates: [{ content: { role: 'model', parts: [{ text: 'read' }] }, ...next }] };
}

/** Joins the bodies of an answer that took several requests. Each of them is billed. */
function joinBodies(bodies: readonly unknown[]): unknown {
  const last = asFields(bodies.at(-1));
  if (bodies.length < 2) return bodies[0];
  const candidates = bodies.map((body) => asFields(asList(asFields(body)['candidates'])[0]));
  const parts = candidates.flatMap(({ content }) => asList(asFields(content)['parts']));
  const webSearchQueries = candidates.flatMap(({ groundingMetadata }) =>
    asList(asFields(groundingMetadata)['webSearchQueries']),
  );
  return {
    ...last,
    candidates: [
      { ...candidates.at(-1), content: { role: 'model', parts }, groundingMetadata: { webSearchQueries } },
    ],
    usageMetadata: bodies.map((body) => asFields(asFields(body)['usageMetadata'])).reduce(addCounts, {}),
  };
}

/** Adds counts and joins lists of counts by modality. Of other members the later one counts. */
function addCounts(a: Fields, b: Fields): Fields {
  const sum: Record<string, unknown> = { ...a, ...b };
  for (const [name, earlier] of Object.entries(a)) {
    const later = b[name];
    if (typeof earlier === 'number' && typeof later === 'number') sum[name] = earlier + later;
    if (Array.isArray(earlier) && Array.isArray(later)) sum[name] = [...asList(earlier), ...asList(later)];
  }
  return sum;
}
