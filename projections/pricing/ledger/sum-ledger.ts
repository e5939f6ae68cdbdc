// Turns the counts of a ledger into money: the only multiplication of a fold, in exact decimals.
import Big from 'big.js';
import { NO_DOUBTS, type Doubt } from '../../../src/events/doubts.ts';
import { addCounts, type Count } from '../../tally/count.ts';
import { costAtRate } from '../amount.ts';
import { addRequests, bucketsOf, OPEN_CALL, type Bucket, type Ledger } from './ledger.ts';
import { unpricedRate, type PriceState, type Rate } from '../rate.ts';
import { positionOf } from '../../../src/events/token-classes.ts';
import { USAGE_COUNTS, type UsageField } from '../../../src/events/usage-counts.ts';

/** The counts that results add up. */
type SummedField = Extract<
  UsageField,
  | 'input_tokens'
  | 'output_tokens'
  | 'cache_creation_input_tokens'
  | 'cache_read_input_tokens'
  | 'reasoning_tokens'
>;

/** By the field of the usage, each with its parts: `reasoning_tokens` are also part of `output_tokens`. */
export type TokenSums = Readonly<Record<SummedField | 'total_tokens', Count>>;

/** Sums of paid calls; reused calls are counted separately. */
export interface LedgerSum {
  readonly calls: number;
  readonly failed_calls: number;
  readonly unmetered_calls: number;
  readonly estimated_calls: number;
  readonly reused_calls: number;
  readonly tokens: TokenSums;
  /** known + estimated, exact. */
  readonly cost: Big;
  readonly known: Big;
  readonly estimated: Big;
  readonly reused: Big;
  /** No paid call is estimated, unpriced, rejected, unmetered or doubtful. */
  readonly exact: boolean;
  /** Requested names, sorted: models with a call that counts, including reused ones. */
  readonly models: readonly string[];
  readonly estimated_models: readonly string[];
}

/** Counts that share one rate. */
interface RateCounts {
  calls: number;
  readonly tokens: Count[];
  readonly requests: Record<string, Count>;
}

/** Amounts are never changed in place. */
const ZERO = new Big(0);

const MISSING_RATE = unpricedRate('unpriced', 'the price is missing from the ledger');

export const bucketRate = (ledger: Ledger, bucket: Bucket): Rate =>
  ledger.rates[bucket.rate] ?? (bucket.rate === OPEN_CALL.id ? OPEN_CALL : MISSING_RATE);

/** The state of the calls of a bucket: the provider's bill needs no price. */
export function bucketState(ledger: Ledger, bucket: Bucket): PriceState {
  return bucket.billed ? 'reported' : bucketRate(ledger, bucket).state;
}

/** Adds up what buckets cost, 0 without a price: the provider's bill where it counts, else the calculated cost. */
export function costOf(ledger: Ledger, buckets: readonly Bucket[]): Big {
  const [only, second] = buckets;
  if (only === undefined) return ZERO;
  // Most groups are those of one node with one call.
  if (second === undefined)
    return only.billed ? ZERO.plus(only.reported_usd) : costAtRate(only, bucketRate(ledger, only));
  const calculated = calculatedCostOf(
    ledger,
    buckets.filter(({ billed }) => !billed),
  );
  return buckets.reduce((sum, bucket) => (bucket.billed ? sum.plus(bucket.reported_usd) : sum), calculated);
}

/** Adds up what buckets cost at their rates. Counts are added first, so each rate is multiplied once. */
export function calculatedCostOf(ledger: Ledger, buckets: readonly Bucket[]): Big {
  const byRate = new Map<Rate, RateCounts>();
  for (const bucket of buckets) {
    const rate = bucketRate(ledger, bucket);
    const counts = byRate.get(rate) ?? { calls: 0, tokens: [], requests: {} };
    byRate.set(rate, counts);
    counts.calls += bucket.calls;
    for (const [index, tokens] of bucket.tokens.entries()) {
      counts.tokens[index] = addCounts(counts.tokens[index] ?? 0, tokens);
    }
    addRequests(counts.requests, bucket.requests);
  }
  return [...byRate].reduce((sum, [rate, counts]) => sum.plus(costAtRate(counts, rate)), new Big(0));
}

/** Lists the doubts about the calls of a bucket: those of their usage, then those of the price, where it counts. */
export function bucketDoubts(ledger: Ledger, bucket: Bucket): readonly Doubt[] {
  const ofPrice = bucket.billed ? NO_DOUBTS : bucketRate(ledger, bucket).doubts;
  return bucket.doubts.length === 0 ? ofPrice : [...bucket.doubts, ...ofPrice];
}

/** The positions in `TOKEN_CLASSES` of a count and its parts. */
const positionsOf = (field: SummedField): number[] =>
  USAGE_COUNTS.flatMap((count) =>
    count.field === field || count.partOf === field ? [positionOf(count.field)] : [],
  );

const POSITIONS: Readonly<Record<SummedField, readonly number[]>> = {
  input_tokens: positionsOf('input_tokens'),
  output_tokens: positionsOf('output_tokens'),
  cache_creation_input_tokens: positionsOf('cache_creation_input_tokens'),
  cache_read_input_tokens: positionsOf('cache_read_input_tokens'),
  reasoning_tokens: positionsOf('reasoning_tokens'),
};

function sumOf(buckets: readonly Bucket[], positions: readonly number[]): Count {
  let sum: Count = 0;
  for (const bucket of buckets) {
    for (const position of positions) sum = addCounts(sum, bucket.tokens[position] ?? 0);
  }
  return sum;
}

/** Lists the fields at once: there may be as many groups as nodes. */
export function tokensOf(buckets: readonly Bucket[]): TokenSums {
  return {
    input_tokens: sumOf(buckets, POSITIONS.input_tokens),
    output_tokens: sumOf(buckets, POSITIONS.output_tokens),
    cache_creation_input_tokens: sumOf(buckets, POSITIONS.cache_creation_input_tokens),
    cache_read_input_tokens: sumOf(buckets, POSITIONS.cache_read_input_tokens),
    reasoning_tokens: sumOf(buckets, POSITIONS.reasoning_tokens),
    total_tokens: buckets.reduce<Count>((sum, bucket) => addCounts(sum, bucket.total_tokens), 0),
  };
}

export const callsOf = (buckets: readonly Bucket[]): number =>
  buckets.reduce((sum, bucket) => sum + bucket.calls, 0);

const sortedModels = (buckets: readonly Bucket[]): string[] =>
  [...new Set(buckets.filter(({ calls }) => calls > 0).map(({ model }) => model))].sort();

const NO_BUCKETS: readonly Bucket[] = [];

const KNOWN_STATES: ReadonlySet<PriceState> = new Set(['priced', 'free', 'reported']);

/** Sums one bucket whose price is known. Most groups are those of one node with one call. */
function sumKnownBucket(ledger: Ledger, bucket: Bucket): LedgerSum {
  const own = [bucket];
  const cost = costOf(ledger, own);
  const isDoubted = bucket.calls > 0 && bucketDoubts(ledger, bucket).length > 0;
  return {
    calls: bucket.calls,
    failed_calls: bucket.failed_calls,
    unmetered_calls: 0,
    estimated_calls: 0,
    reused_calls: 0,
    tokens: tokensOf(own),
    cost,
    known: cost,
    estimated: ZERO,
    reused: ZERO,
    exact: !isDoubted,
    models: bucket.calls > 0 ? [bucket.model] : [],
    estimated_models: [],
  };
}

function sumBuckets(ledger: Ledger, buckets: readonly Bucket[]): LedgerSum {
  const [first, second] = buckets;
  if (
    first !== undefined &&
    second === undefined &&
    !first.reused &&
    KNOWN_STATES.has(bucketState(ledger, first))
  )
    return sumKnownBucket(ledger, first);
  const reused: Bucket[] = [];
  const paid: Bucket[] = [];
  const byState: Partial<Record<PriceState, Bucket[]>> = {};
  for (const bucket of buckets) {
    (bucket.reused ? reused : paid).push(bucket);
    if (!bucket.reused) (byState[bucketState(ledger, bucket)] ??= []).push(bucket);
  }
  const inState = (state: PriceState): readonly Bucket[] => byState[state] ?? NO_BUCKETS;
  const estimated = inState('estimated');
  const known = costOf(ledger, [...inState('priced'), ...inState('free'), ...inState('reported')]);
  const estimate = costOf(ledger, estimated);
  const isDoubted = (bucket: Bucket): boolean => bucket.calls > 0 && bucketDoubts(ledger, bucket).length > 0;
  const unmetered_calls = callsOf(inState('unmetered'));
  const estimated_calls = callsOf(estimated);
  const unknown_calls = callsOf(inState('unpriced')) + callsOf(inState('rejected'));
  return {
    calls: callsOf(paid),
    failed_calls: paid.reduce((sum, bucket) => sum + bucket.failed_calls, 0),
    unmetered_calls,
    estimated_calls,
    reused_calls: callsOf(reused),
    tokens: tokensOf(paid),
    cost: known.plus(estimate),
    known,
    estimated: estimate,
    reused: costOf(ledger, reused),
    exact: unmetered_calls + estimated_calls + unknown_calls === 0 && !paid.some(isDoubted),
    models: sortedModels(buckets),
    estimated_models: sortedModels(estimated),
  };
}

export function sumLedger(ledger: Ledger, pick: (bucket: Bucket) => boolean = () => true): LedgerSum {
  return sumBuckets(ledger, bucketsOf(ledger).filter(pick));
}

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
  a[0] < b[0] ? -1 : 1;

/** Sums buckets by key, sorted by code unit. A null key leaves a bucket out. */
export function groupLedger(
  ledger: Ledger,
  keyOf: (bucket: Bucket) => string | null,
): Map<string, LedgerSum> {
  const groups = new Map<string, Bucket[]>();
  for (const bucket of bucketsOf(ledger)) {
    const key = keyOf(bucket);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [bucket]);
    else group.push(bucket);
  }
  return new Map(
    [...groups].sort(byKey).map(([key, buckets]) => [key, sumBuckets(ledger, buckets)] as const),
  );
}
