// From counts to money: the only multiplication of a fold, in exact decimals.
import Big from 'big.js';
import { addCounts, type Count } from '../../tally/count.ts';
import { addRequests, bucketsOf, type Bucket, type Ledger } from './ledger.ts';
import { unpricedRate, type PriceState, type Rate } from '../rate.ts';
import { positionOf } from '../../../src/events/token-classes.ts';
import { USAGE_COUNTS, type UsageField } from '../../../src/events/usage.ts';

/** The counts that results add up. */
const SUMMED_FIELDS = [
  'input_tokens',
  'output_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'reasoning_tokens',
] as const satisfies readonly UsageField[];

type SummedField = (typeof SUMMED_FIELDS)[number];

/** By the field of the usage, each with its parts: `reasoning_tokens` are also part of `output_tokens`. */
export type TokenSums = Readonly<Record<SummedField | 'total_tokens', Count>>;

/** Of paid calls only; what was reused stands apart. */
export interface LedgerSum {
  readonly calls: number;
  readonly failed_calls: number;
  readonly unmetered_calls: number;
  readonly rejected_calls: number;
  readonly unpriced_calls: number;
  readonly estimated_calls: number;
  readonly reused_calls: number;
  readonly tokens: TokenSums;
  readonly reused_tokens: TokenSums;
  /** known + estimated, exact. */
  readonly cost: Big;
  readonly known: Big;
  readonly estimated: Big;
  readonly reused: Big;
  /** Nothing estimated, unpriced, rejected or unmetered among the paid calls. */
  readonly exact: boolean;
  /** Names as asked for, sorted; models with a call that counts, reused ones too. */
  readonly models: readonly string[];
  readonly estimated_models: readonly string[];
  readonly unpriced_models: readonly string[];
}

/** USD of so many units at a price per million, or per thousand. */
export function amountOf(count: Count, price: string, per: 'million' | 'thousand'): Big {
  const exact = new Big(price).times(count.toString());
  // A power of ten in big.js is exact in multiplication, while division rounds.
  return exact.times(per === 'million' ? '1e-6' : '1e-3');
}

/** Counts that share one rate. */
interface RateCounts {
  calls: number;
  readonly tokens: Count[];
  readonly requests: Record<string, Count>;
}

const LOST_RATE = unpricedRate('unpriced', 'the price is lost');

export const bucketRate = (ledger: Ledger, bucket: Bucket): Rate => ledger.rates[bucket.rate] ?? LOST_RATE;

/** What buckets cost together; 0 where there is no price. Counts are added up first: each rate is multiplied once. */
export function costOf(ledger: Ledger, buckets: readonly Bucket[]): Big {
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
  return [...byRate].reduce((sum, [rate, counts]) => sum.plus(costOfCounts(counts, rate)), new Big(0));
}

function costOfCounts({ calls, tokens, requests }: RateCounts, rate: Rate): Big {
  let sum = new Big(0);
  for (const [index, price] of rate.prices.entries()) {
    const count = tokens[index] ?? 0;
    if (count !== 0) sum = sum.plus(amountOf(count, price, 'million'));
  }
  for (const [name, price] of Object.entries(rate.requests)) {
    const times = name === 'request' ? calls : (requests[name] ?? 0);
    if (times !== 0) sum = sum.plus(amountOf(times, price, 'thousand'));
  }
  return sum;
}

/** The positions in `TOKEN_CLASSES` of a count and its parts. */
const positionsOf = (field: SummedField): number[] =>
  USAGE_COUNTS.flatMap((count) =>
    count.field === field || count.partOf === field ? [positionOf(count.field)] : [],
  );

const POSITIONS = SUMMED_FIELDS.map((field) => [field, positionsOf(field)] as const);

function sumOf(buckets: readonly Bucket[], positions: readonly number[]): Count {
  let sum: Count = 0;
  for (const bucket of buckets) {
    for (const position of positions) sum = addCounts(sum, bucket.tokens[position] ?? 0);
  }
  return sum;
}

export function tokensOf(buckets: readonly Bucket[]): TokenSums {
  const sums = POSITIONS.map(([field, positions]) => [field, sumOf(buckets, positions)]);
  return {
    ...(Object.fromEntries(sums) as Record<SummedField, Count>),
    total_tokens: buckets.reduce<Count>((sum, bucket) => addCounts(sum, bucket.total_tokens), 0),
  };
}

export const callsOf = (buckets: readonly Bucket[]): number =>
  buckets.reduce((sum, bucket) => sum + bucket.calls, 0);

const sortedModels = (buckets: readonly Bucket[]): string[] =>
  [...new Set(buckets.filter(({ calls }) => calls > 0).map(({ model }) => model))].sort();

function sumBuckets(ledger: Ledger, buckets: readonly Bucket[]): LedgerSum {
  const stateOf = (bucket: Bucket): PriceState => ledger.rates[bucket.rate]?.state ?? 'unpriced';
  const cost = (some: readonly Bucket[]): Big => costOf(ledger, some);
  const reused = buckets.filter((bucket) => bucket.reused);
  const paid = buckets.filter((bucket) => !bucket.reused);
  const inState = (state: PriceState): Bucket[] => paid.filter((bucket) => stateOf(bucket) === state);
  const estimated = inState('estimated');
  const unpriced = inState('unpriced');
  const known = cost([...inState('priced'), ...inState('free')]);
  const estimate = cost(estimated);
  const counts = {
    unmetered_calls: callsOf(inState('unmetered')),
    rejected_calls: callsOf(inState('rejected')),
    unpriced_calls: callsOf(unpriced),
    estimated_calls: callsOf(estimated),
  };
  return {
    calls: callsOf(paid),
    failed_calls: paid.reduce((sum, bucket) => sum + bucket.failed_calls, 0),
    ...counts,
    reused_calls: callsOf(reused),
    tokens: tokensOf(paid),
    reused_tokens: tokensOf(reused),
    cost: known.plus(estimate),
    known,
    estimated: estimate,
    reused: cost(reused),
    exact: Object.values(counts).every((calls) => calls === 0),
    models: sortedModels(buckets),
    estimated_models: sortedModels(estimated),
    unpriced_models: sortedModels(unpriced),
  };
}

export function sumLedger(ledger: Ledger, pick: (bucket: Bucket) => boolean = () => true): LedgerSum {
  return sumBuckets(ledger, bucketsOf(ledger).filter(pick));
}

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
  a[0] < b[0] ? -1 : 1;

/** One sum for each key, keys sorted by code unit; `null` leaves a bucket out. */
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
