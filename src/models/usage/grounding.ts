// Counts the searches that ground an answer of Google. Older models bill each grounded prompt, newer ones each distinct
// query.
import { asFields, asList, asText, type Fields } from '../../values/json-fields.ts';

/** Gemini 1 and 2. */
const BILLED_BY_PROMPT = /gemini-[12](?:\.|-|$)/u;

export function groundingRequests(body: Fields, model: string): number {
  const queries = new Set<string>();
  for (const metadata of metadataOf(body)) {
    for (const query of asList(metadata['webSearchQueries'])) {
      const text = asText(query)?.trim() ?? '';
      if (text !== '') queries.add(text);
    }
  }
  return queries.size > 0 && BILLED_BY_PROMPT.test(model) ? 1 : queries.size;
}

/** Maps have a fee of their own. */
export function hasMaps(body: Fields): boolean {
  return metadataOf(body).some((metadata) =>
    asList(metadata['groundingChunks']).some((chunk) => asFields(chunk)['maps'] !== undefined),
  );
}

export function hasImageSearch(body: Fields): boolean {
  return metadataOf(body).some((metadata) => asList(metadata['imageSearchQueries']).length > 0);
}

function metadataOf(body: Fields): Fields[] {
  return asList(body['candidates']).map((candidate) => asFields(asFields(candidate)['groundingMetadata']));
}
