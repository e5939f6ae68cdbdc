// Reads the usage of Anthropic's Messages API and of vendors that have it. It counts input, cache writes and cache
// reads separately, counts thinking as output, and reports one-hour cache writes and calls of server tools in separate
// objects.
import type { Usage } from '../../events/usage.ts';
import { USAGE_COUNTS } from '../../events/usage-counts.ts';
import { asFields, asList, asText, type Fields } from '../../values/json-fields.ts';
import type { KnownFields } from '../known-fields.ts';
import { usageOf, type UsageSource } from '../answer-counts.ts';
import { BILL_FIELDS } from '../reported-bill.ts';
import { serverTools, SERVER_TOOL_FIELDS } from './server-tools.ts';

const COUNTS: KnownFields = {
  input_tokens: 'read',
  output_tokens: 'read',
  cache_creation_input_tokens: 'read',
  cache_read_input_tokens: 'read',
  cache_creation: { ephemeral_5m_input_tokens: 'read', ephemeral_1h_input_tokens: 'read' },
  output_tokens_details: { thinking_tokens: 'read', reasoning_tokens: 'read' },
};

/** Names of a usage of pflow. A node may leave one behind for its own call. */
const OWN: KnownFields = Object.fromEntries(USAGE_COUNTS.map(({ field }) => [field, 'ignored' as const]));

export const MESSAGES_FIELDS: KnownFields = {
  ...OWN,
  model: 'ignored',
  requests: 'ignored',
  ...COUNTS,
  service_tier: 'read',
  speed: 'read',
  inference_geo: 'read',
  iterations: { ...COUNTS, type: 'ignored', model: 'ignored', speed: 'ignored', inference_geo: 'ignored' },
  ...SERVER_TOOL_FIELDS,
  ...BILL_FIELDS,
};

/** Iterations whose counts are part of those at the top. */
const COUNTED_AT_TOP = new Set(['message', 'fallback_message']);

export function messagesUsage(source: UsageSource): Usage {
  const { raw, reader } = source;
  if (raw['input_tokens'] === undefined || raw['input_tokens'] === null)
    reader.doubt('USAGE_UNREAD', 'input_tokens is missing');
  if (raw['output_tokens'] === undefined || raw['output_tokens'] === null)
    reader.doubt('USAGE_UNREAD', 'output_tokens is missing');
  const sums = countsOf(raw, source);
  for (const iteration of asList(raw['iterations']).map(asFields)) {
    const type = asText(iteration['type']) ?? 'message';
    if (type === 'fallback_message')
      reader.doubt('USAGE_UNREAD', 'iterations has a refused answer of another model');
    if (COUNTED_AT_TOP.has(type)) continue;
    const model = asText(iteration['model']);
    if (type !== 'compaction' && (model === undefined || model !== source.model))
      reader.doubt('USAGE_UNREAD', `iterations has ${type}, which may be of another model`);
    addCounts(sums, countsOf(iteration, source));
  }
  return usageOf({ ...sums, total_tokens: ownTotal(source, sums) }, serverTools(source));
}

interface Counts {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_1h_input_tokens: number;
  reasoning_tokens: number;
}

function countsOf(fields: Fields, { reader }: UsageSource): Counts {
  const writes = asFields(fields['cache_creation']);
  const for5m = reader.countOr0(writes, 'ephemeral_5m_input_tokens');
  const for1h = reader.countOr0(writes, 'ephemeral_1h_input_tokens');
  const written = reader.count(fields, 'cache_creation_input_tokens') ?? for5m + for1h;
  // Gateways fill in zeros where they know no lifetimes. A lifetime that is missing may cost more.
  if (for5m + for1h > 0 && for5m + for1h !== written)
    reader.doubt('TOTAL_MISMATCH', 'cache writes by lifetime are not cache_creation_input_tokens together');
  const details = asFields(fields['output_tokens_details']);
  const output = reader.countOr0(fields, 'output_tokens');
  const thinking = reader.first([
    [details, 'thinking_tokens'],
    [details, 'reasoning_tokens'],
  ]);
  if ((thinking ?? 0) > output)
    reader.doubt('TOTAL_MISMATCH', 'thinking exceeds the output that it is part of');
  return {
    input_tokens: reader.countOr0(fields, 'input_tokens'),
    output_tokens: Math.max(output, thinking ?? 0),
    cache_creation_input_tokens: Math.max(written, for5m + for1h),
    cache_read_input_tokens: reader.countOr0(fields, 'cache_read_input_tokens'),
    cache_creation_1h_input_tokens: for1h,
    reasoning_tokens: thinking ?? 0,
  };
}

function addCounts(into: Counts, from: Counts): void {
  for (const name of Object.keys(into) as (keyof Counts)[]) into[name] += from[name];
}

/** Anthropic sends no total. One that a proxy adds is checked; with or without cached tokens it is right. */
function ownTotal({ raw, reader }: UsageSource, counts: Counts): number | undefined {
  const total = reader.count(raw, 'total_tokens');
  const plain = counts.input_tokens + counts.output_tokens;
  const sum = plain + counts.cache_creation_input_tokens + counts.cache_read_input_tokens;
  if (total === undefined || total === sum || total === plain) return undefined;
  reader.doubt('TOTAL_MISMATCH', 'the total is not the sum of its parts');
  return total;
}
