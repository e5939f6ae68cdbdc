// Reads the region in a name at Bedrock, and doubts the price of another region.
import type { Doubt } from '../../../src/events/doubts.ts';

/** Region and id of a name at Bedrock. */
export const BEDROCK_ID =
  /^(?:(us-gov|us|eu|apac|au|jp|ca|in|sa|global)\.)?((?:anthropic|amazon|meta|mistral|cohere|deepseek|ai21|openai|qwen|google|nvidia|writer|moonshot|minimax|stability)\..+)$/;

/** The region in an ARN, or before the id in a name such as `bedrock/eu-west-1/…`. */
export const awsRegion = (name: string): string | null =>
  (/arn:aws[a-z-]*:bedrock:([a-z0-9-]+):/.exec(name) ?? /\/([a-z]{2}(?:-[a-z]+)+-\d)\//.exec(name))?.[1] ??
  null;

export const regionDoubt = (region: string, has: string): Doubt => ({
  code: 'REGION_ASSUMED',
  reason: `the price in region ${region} is not known; it has ${has}`,
});

const US_PRICE = "that of Bedrock's main region";

/** Doubts the price of a region. `scope` is the prefix of the entry that was found, such as `eu.` or ''. */
export function bedrockDoubts(region: string | null, scope: string, id: string): readonly Doubt[] {
  if (region !== null && scope === `${region}.`) return [];
  if (region === 'global') return scope === '' ? [regionDoubt(region, US_PRICE)] : [];
  if (scope === 'global.') return [regionDoubt(region ?? 'of the call', 'the price for all regions')];
  if (region === null || isPricedIn(region, scope, id)) return [];
  return [regionDoubt(region, scope === '' ? US_PRICE : 'that of other single regions')];
}

/** Parts of a name between seller and id that change no price: a region, or an API of Bedrock. */
const PLAIN_PATH = /^(?:[a-z]{2}(?:-[a-z]+)+-\d|converse|converse_like|invoke)$/;

/** Doubts any other part, such as the `1-month-commitment` of capacity by the hour. */
export function pathDoubts(name: string): readonly Doubt[] {
  if (name.includes('arn:')) return [];
  const unknown = name
    .split('/')
    .slice(1, -1)
    .filter((part) => !PLAIN_PATH.test(part));
  if (unknown.length === 0) return [];
  const reason = `no price for "${unknown.join('/')}" in the name; it has the price of the model itself`;
  return [{ code: 'TIER_UNPRICED', reason }];
}

/** The main price holds in the United States, and that of Claude everywhere. */
function isPricedIn(region: string, scope: string, id: string): boolean {
  if (region.startsWith('us-gov')) return false;
  return region.startsWith('us') || (scope !== '' && id.startsWith('anthropic.'));
}
