// What a log's model calls add up to: exact counts in buckets that share one price. Plain data, so it can
// be drafted, frozen, merged and sent between threads. It multiplies nothing: see sum-ledger.ts.
import Big from 'big.js';
import type { Phase } from '../../../src/events/event.ts';
import type { ModelCall } from '../../../src/events/model-call.ts';
import { addCounts, type Count } from '../../tally/count.ts';
import type { Pricing } from '../pricing.ts';
import { unpricedRate, type Rate } from '../rate.ts';
import { TOKEN_CLASSES } from '../../../src/events/token-classes.ts';
import { readUsage, type UsageReading } from '../read-usage.ts';

/** Calls that differ in nothing that a sum or a price can depend on. */
export interface Bucket {
  readonly phase: Phase | null;
  readonly node: string | null;
  /** As asked for. */
  readonly model: string;
  /** Key into `Ledger.rates`. */
  readonly rate: string;
  /** Answered from a recorded log: never part of what was paid. */
  readonly reused: boolean;
  /** The provider said what each of these calls cost. */
  readonly reported: boolean;
  /** Calls that count: completed ones, and failed ones that tell their usage. */
  calls: number;
  /** `llm.failed` events, with or without usage. */
  failed_calls: number;
  /** In the order of `TOKEN_CLASSES`. */
  tokens: Count[];
  /** As reported by the provider, else the sum of the disjoint classes. */
  total_tokens: Count;
  /** Server-tool requests by name. */
  requests: Record<string, Count>;
  /** Exact decimal sum of `provider_cost_usd`. */
  reported_usd: string;
}

export interface Ledger {
  rates: Record<string, Rate>;
  /** By rate, then by all else that tells buckets apart. */
  buckets: Record<string, Record<string, Bucket>>;
}

const NO_USAGE = unpricedRate('unmetered', 'the call failed and told no usage');

export function emptyLedger(): Ledger {
  return { rates: {}, buckets: {} };
}

/** What calls are counted under. */
export type LedgerPlace = Pick<ModelCall, 'phase' | 'node'>;

/** One character for each combination of what is or is not so. */
function kindOf(place: LedgerPlace, reused: boolean, reported: boolean): string {
  const phase = place.phase === undefined ? 0 : place.phase === 'planner' ? 8 : 16;
  const bits = phase + (reused ? 1 : 0) + (reported ? 2 : 0) + (place.node === undefined ? 4 : 0);
  return KINDS[bits] ?? '';
}

const KINDS = 'abcdefghijklmnopqrstuvwxyz';

/** No two different places have the same key: the length tells where the node's name ends. */
function keyOf(model: string, place: LedgerPlace, reused: boolean, reported: boolean): string {
  const { node = '' } = place;
  return `${kindOf(place, reused, reported)}${String(node.length)}:${node}${model}`;
}

function newBucket(
  model: string,
  place: LedgerPlace,
  rate: Rate,
  reused: boolean,
  reported: boolean,
): Bucket {
  return {
    phase: place.phase ?? null,
    node: place.node ?? null,
    model,
    rate: rate.id,
    reused,
    reported,
    calls: 0,
    failed_calls: 0,
    tokens: new Array<Count>(TOKEN_CLASSES.length).fill(0),
    total_tokens: 0,
    requests: {},
    reported_usd: '0',
  };
}

/** Adds `more` to `sums`. */
export function addRequests(sums: Record<string, Count>, more: Readonly<Record<string, Count>>): void {
  for (const [name, count] of Object.entries(more)) {
    // Assigning to `__proto__` would not make a key; such a request is never priced, so nothing is lost.
    if (name !== '__proto__')
      sums[name] = addCounts(Object.hasOwn(sums, name) ? (sums[name] ?? 0) : 0, count);
  }
}

function addTokens(bucket: Bucket, reading: UsageReading): void {
  bucket.total_tokens = addCounts(bucket.total_tokens, reading.total);
  if (reading.state === 'unmetered') return;
  const sums = bucket.tokens;
  for (let i = 0; i < reading.tokens.length; i += 1) {
    const tokens = reading.tokens[i] ?? 0;
    if (tokens !== 0) sums[i] = addCounts(sums[i] ?? 0, tokens);
  }
}

/**
 * Buckets of plain calls by rate, node and model: joining a key for each call takes longer than all else here. Kept
 * beside the ledger, which stays plain data.
 */
const found = new WeakMap<Ledger, Map<Rate, Map<string | undefined, Map<string, Bucket>>>>();

/** What stands under a key, put there first where it does not. */
function under<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function bucketFor(ledger: Ledger, call: ModelCall, place: LedgerPlace, rate: Rate): Bucket {
  const { model } = call.data;
  const completed = call.type === 'llm.completed' ? call.data : undefined;
  const reused = completed?.reused !== undefined;
  const reported = completed?.provider_cost_usd !== undefined;
  const { node } = place;
  if (place.phase !== 'workflow' || completed === undefined || reused || reported) {
    return bucketUnder(ledger, model, place, rate, [reused, reported]);
  }
  let rates = found.get(ledger);
  if (rates === undefined) {
    rates = new Map();
    found.set(ledger, rates);
  }
  const nodes = under(rates, rate, () => new Map<string | undefined, Map<string, Bucket>>());
  const models = under(nodes, node, () => new Map<string, Bucket>());
  return under(models, model, () => bucketUnder(ledger, model, place, rate, [reused, reported]));
}

function bucketUnder(
  ledger: Ledger,
  model: string,
  place: LedgerPlace,
  rate: Rate,
  [reused, reported]: readonly [boolean, boolean],
): Bucket {
  const key = keyOf(model, place, reused, reported);
  const known = ledger.buckets[rate.id]?.[key];
  if (known !== undefined) return known;
  ledger.rates[rate.id] = rate;
  const own = (ledger.buckets[rate.id] ??= {});
  own[key] = newBucket(model, place, rate, reused, reported);
  // Read again: where the ledger is a draft, only what it gives out may be changed.
  return own[key];
}

/**
 * Adds one `llm.completed` or `llm.failed`, under its own place or another. Never throws on a permitted event.
 * Returns the rate it used.
 */
export function addCall(ledger: Ledger, pricing: Pricing, call: ModelCall, place: LedgerPlace = call): Rate {
  const { usage } = call.data;
  const failed = call.type === 'llm.failed';
  const counts = !failed || usage !== undefined;
  const reading = readUsage(usage);
  const rate = counts ? pricing.rateOf(call, reading) : NO_USAGE;
  const bucket = bucketFor(ledger, call, place, rate);
  if (counts) bucket.calls += 1;
  if (failed) bucket.failed_calls += 1;
  else addReported(bucket, call.data.provider_cost_usd);
  addTokens(bucket, reading);
  if (usage?.requests !== undefined && reading.state === 'metered')
    addRequests(bucket.requests, usage.requests);
  return rate;
}

function addReported(bucket: Bucket, told: number | undefined): void {
  if (told === undefined || !Number.isFinite(told)) return;
  bucket.reported_usd = new Big(bucket.reported_usd).plus(told).toFixed();
}

function addBucket(into: Bucket, from: Bucket): void {
  into.calls += from.calls;
  into.failed_calls += from.failed_calls;
  into.tokens = into.tokens.map((count, index) => addCounts(count, from.tokens[index] ?? 0));
  into.total_tokens = addCounts(into.total_tokens, from.total_tokens);
  addRequests(into.requests, from.requests);
  if (from.reported_usd !== '0')
    into.reported_usd = new Big(into.reported_usd).plus(from.reported_usd).toFixed();
}

const copyOf = (bucket: Bucket): Bucket => ({
  ...bucket,
  tokens: [...bucket.tokens],
  requests: { ...bucket.requests },
});

export function bucketsOf(ledger: Ledger): Bucket[] {
  return Object.values(ledger.buckets).flatMap((own) => Object.values(own));
}

/** `from` is not changed, and nothing of it is shared. */
export function addLedger(into: Ledger, from: Ledger): void {
  Object.assign(into.rates, from.rates);
  for (const [rate, own] of Object.entries(from.buckets)) {
    const sums = (into.buckets[rate] ??= {});
    for (const [key, bucket] of Object.entries(own)) {
      const known = sums[key];
      if (known === undefined) sums[key] = copyOf(bucket);
      else addBucket(known, bucket);
    }
  }
}

/** Neither is changed. */
export function mergeLedgers(a: Ledger, b: Ledger): Ledger {
  const merged = emptyLedger();
  addLedger(merged, a);
  addLedger(merged, b);
  return merged;
}
