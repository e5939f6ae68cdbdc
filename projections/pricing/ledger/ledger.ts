// Adds up a log's model calls: exact counts in buckets that share one price. Plain data, so it can be drafted, frozen,
// merged and sent between threads. Counts become money in sum-ledger.ts.
import Big from 'big.js';
import { doubtsKey, NO_DOUBTS, type Doubt } from '../../../src/events/doubts.ts';
import type { Phase } from '../../../src/events/event.ts';
import type { ModelCall } from '../../../src/events/model-call.ts';
import { addCounts, type Count } from '../../tally/count.ts';
import {
  emptyRunCalls,
  followCalls,
  areCallsSettled,
  mergeRunCalls,
  openCallsOf,
  type OpenCall,
  type OpenCallEvent,
  type RunCalls,
} from '../../tally/open-calls.ts';
import { billOf, providerBill } from '../call-bill.ts';
import { cacheBucket, cachedBucket, createBucketCaches } from './bucket-cache.ts';
import { callDoubts, MISMATCH } from '../call-doubts.ts';
import type { Pricing } from '../create-pricing.ts';
import { unpricedRate, type Rate } from '../rate.ts';
import { TOKEN_CLASSES } from '../../../src/events/token-classes.ts';
import { readUsage, type UsageReading } from '../tokens-by-class.ts';

/** Counts of calls that are equal in everything that sums and prices depend on. */
export interface Bucket {
  readonly phase: Phase | null;
  readonly node: string | null;
  /** As requested. */
  readonly model: string;
  /** Key in `Ledger.rates`. */
  readonly rate: string;
  /** Answered from a recorded log, so never part of what was paid. */
  readonly reused: boolean;
  /** The provider reported the cost of each of these calls. */
  readonly reported: boolean;
  /** That cost is what these calls cost. */
  readonly billed: boolean;
  /** Doubts about the usage of each of these calls. Those about the price belong to the rate. */
  readonly doubts: readonly Doubt[];
  /** Completed calls, and failed calls that report their usage or may be billed without one. */
  calls: number;
  /** Number of `llm.failed` events, with or without usage. */
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
  /** By rate, then by everything else that distinguishes buckets. */
  buckets: Record<string, Record<string, Bucket>>;
  /** Which calls began and ended, by run. */
  readonly calls: Map<string, RunCalls>;
}

const NO_USAGE = unpricedRate('unmetered', 'the call failed and reported no usage');

/** Of calls that are open: none of their counts is known. */
export const OPEN_CALL = unpricedRate('unmetered', 'the call was sent, and the log has no end of it');

const LOST_CALL = unpricedRate('unmetered', 'only another copy of the log has the end of the call');

export function emptyLedger(): Ledger {
  return { rates: {}, buckets: {}, calls: new Map() };
}

/** The place that calls are counted under. */
export type LedgerPlace = Pick<ModelCall, 'phase' | 'node'>;

/** One character for each combination of phase, node, reused, reported and billed. */
function kindOf(place: LedgerPlace, { reused, reported, billed }: CallMarks): string {
  const phase = place.phase === undefined ? 0 : place.phase === 'planner' ? 16 : 32;
  const marks = (reused ? 1 : 0) + (reported ? 2 : 0) + (billed ? 8 : 0);
  const bits = phase + marks + (place.node === undefined ? 4 : 0);
  return KINDS[bits] ?? '';
}

const KINDS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** What distinguishes the calls of one place, model and rate. */
type CallMarks = Pick<Bucket, 'reused' | 'reported' | 'billed' | 'doubts'>;

/** Different places have different keys: the length marks the end of the node's name. */
function keyOf(model: string, place: LedgerPlace, marks: CallMarks): string {
  const { node = '' } = place;
  // The doubts are a JSON list or nothing, so they end where the kind begins.
  return `${doubtsKey(marks.doubts)}${kindOf(place, marks)}${String(node.length)}:${node}${model}`;
}

function newBucket(model: string, place: LedgerPlace, rate: Rate, marks: CallMarks): Bucket {
  return {
    phase: place.phase ?? null,
    node: place.node ?? null,
    model,
    rate: rate.id,
    ...marks,
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
    // An assignment to `__proto__` would not create a key. Such a request is never priced, so nothing is lost.
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

/** Returns the value of a key, and creates it first if it is missing. */
function getOrCreate<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = create();
  map.set(key, made);
  return made;
}

/** For calls without a doubt, and for those whose only doubt is their total. */
const bucketCache = createBucketCaches<Bucket>();

const PLAIN: CallMarks = { reused: false, reported: false, billed: false, doubts: NO_DOUBTS };

function bucketFor(
  ledger: Ledger,
  call: ModelCall,
  place: LedgerPlace,
  rate: Rate,
  { doubts, billed }: Pick<CallMarks, 'doubts' | 'billed'>,
): Bucket {
  const { model } = call.data;
  const completed = call.type === 'llm.completed' ? call.data : undefined;
  const reused = completed?.reused !== undefined;
  const reported = providerBill(call) !== undefined;
  const isOrdinary = place.phase === 'workflow' && completed !== undefined && !reused && !reported;
  if (!isOrdinary || !(doubts.length === 0 || doubts === MISMATCH))
    return getOrCreateBucket(ledger, model, place, rate, { reused, reported, billed, doubts });
  return ordinaryBucket(ledger, call, place, rate, doubts);
}

function ordinaryBucket(
  ledger: Ledger,
  { data: { model } }: ModelCall,
  place: LedgerPlace,
  rate: Rate,
  doubts: readonly Doubt[],
): Bucket {
  const cache = bucketCache(ledger, doubts === MISMATCH);
  const { node } = place;
  const known = cachedBucket(cache, rate, node, model);
  if (known !== undefined) return known;
  const marks = doubts === MISMATCH ? { ...PLAIN, doubts } : PLAIN;
  const bucket = getOrCreateBucket(ledger, model, place, rate, marks);
  cacheBucket(cache, rate, node, model, bucket);
  return bucket;
}

function getOrCreateBucket(
  ledger: Ledger,
  model: string,
  place: LedgerPlace,
  rate: Rate,
  marks: CallMarks,
): Bucket {
  const key = keyOf(model, place, marks);
  const known = ledger.buckets[rate.id]?.[key];
  if (known !== undefined) return known;
  ledger.rates[rate.id] = rate;
  const own = (ledger.buckets[rate.id] ??= {});
  own[key] = newBucket(model, place, rate, marks);
  // Read again: if the ledger is a draft, only what it returns may be changed.
  return own[key];
}

/** Adds one call, under its own place or another, and returns its rate. Never throws on a permitted event. */
export function addCall(ledger: Ledger, pricing: Pricing, call: ModelCall, place: LedgerPlace = call): Rate {
  const { usage } = call.data;
  const failed = call.type === 'llm.failed';
  const counts = !failed || usage !== undefined || isMaybeBilled(call);
  const reading = readUsage(usage);
  const rate = counts ? pricing.rateOf(call, reading) : NO_USAGE;
  const bucket = bucketFor(ledger, call, place, rate, {
    doubts: callDoubts(call, reading, rate, pricing.info),
    billed: billOf(call, rate, pricing.info) !== undefined,
  });
  if (counts) bucket.calls += 1;
  if (failed) bucket.failed_calls += 1;
  addReported(bucket, call.data.provider_cost_usd);
  addTokens(bucket, reading);
  if (usage?.requests !== undefined && reading.state === 'metered')
    addRequests(bucket.requests, usage.requests);
  return rate;
}

/** True for a failed call without a usage whose request was sent. Old logs show it by the code of the error. */
export function isMaybeBilled(call: ModelCall): boolean {
  if (call.type !== 'llm.failed' || call.data.usage !== undefined) return false;
  if ((call.data.provider_cost_usd ?? 0) > 0) return true;
  return call.data.unmetered ?? call.data.error.code === 'MODEL_ANSWER_INVALID';
}

/** True for a failed call that the provider refused, and that therefore costs nothing. */
export function isRefused(call: ModelCall): boolean {
  return call.type === 'llm.failed' && call.data.usage === undefined && !isMaybeBilled(call);
}

function addReported(bucket: Bucket, reported: number | undefined): void {
  if (reported === undefined || !Number.isFinite(reported)) return;
  bucket.reported_usd = new Big(bucket.reported_usd).plus(reported).toFixed();
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

/** The open calls of all runs have buckets of their own. */
export function bucketsOf(ledger: Ledger): Bucket[] {
  const ended = Object.values(ledger.buckets).flatMap((own) => Object.values(own));
  return ledger.calls.size === 0 ? ended : [...ended, ...openBuckets(ledger)];
}

function openBuckets({ calls }: Ledger): Bucket[] {
  const buckets = new Map<string, Bucket>();
  for (const run of calls.values()) {
    for (const call of openCallsOf(run)) {
      const place = placeOf(call);
      const bucket = getOrCreate(buckets, keyOf(call.model, place, PLAIN), () =>
        newBucket(call.model, place, OPEN_CALL, PLAIN),
      );
      bucket.calls += 1;
    }
  }
  return [...buckets.values()];
}

function placeOf({ phase, node }: OpenCall): LedgerPlace {
  return { ...(phase === null ? {} : { phase }), ...(node === null ? {} : { node }) };
}

/** Follows which calls of a run are open. `place`: where the call counts. */
export function followRunCalls(ledger: Ledger, event: OpenCallEvent, place: LedgerPlace = event): void {
  const known = ledger.calls.get(event.run);
  if (known !== undefined) {
    followCalls(known, event, place);
    return;
  }
  ledger.calls.set(event.run, emptyRunCalls());
  // Read again: if the ledger is a draft, only what it returns may be changed.
  const run = ledger.calls.get(event.run);
  if (run !== undefined) followCalls(run, event, place);
}

/** Adds calls that nothing but the number is known of. */
export function addLostCalls(ledger: Ledger, model: string, calls: number): void {
  getOrCreateBucket(ledger, model, {}, LOST_CALL, PLAIN).calls += calls;
}

/** Forgets the calls of a run that is over. */
export function settleCalls({ calls }: Ledger, run: string): void {
  const own = calls.get(run);
  if (own !== undefined && areCallsSettled(own)) calls.delete(run);
}

/** Adds the calls of a run. They stay unchanged, and nothing of them is shared. */
export function addRunCalls({ calls }: Ledger, run: string, more: RunCalls): void {
  calls.set(run, mergeRunCalls(calls.get(run) ?? emptyRunCalls(), more));
}

/** Adds `from` to `into`. `from` stays unchanged and shares nothing with it. */
export function addLedger(into: Ledger, from: Ledger): void {
  Object.assign(into.rates, from.rates);
  for (const [run, calls] of from.calls) addRunCalls(into, run, calls);
  for (const [rate, own] of Object.entries(from.buckets)) {
    const sums = (into.buckets[rate] ??= {});
    for (const [key, bucket] of Object.entries(own)) {
      const known = sums[key];
      if (known === undefined) sums[key] = copyOf(bucket);
      else addBucket(known, bucket);
    }
  }
}

/** Changes neither of the two. */
export function mergeLedgers(a: Ledger, b: Ledger): Ledger {
  const merged = emptyLedger();
  addLedger(merged, a);
  addLedger(merged, b);
  return merged;
}
