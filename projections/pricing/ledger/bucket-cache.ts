// Finds the buckets of ordinary calls without a key: building one for each call would be the slowest step of a fold.
// Kept outside the ledgers, which stay plain data.
import type { Rate } from '../rate.ts';

/** The buckets of one rate by node and model, and the last one. */
interface RateBuckets<Bucket> {
  readonly all: Map<string | undefined, Map<string, Bucket>>;
  node: string | undefined;
  model: string;
  bucket: Bucket;
}

type BucketCache<Bucket> = Map<Rate, RateBuckets<Bucket>>;

/** Undefined if the cache has no such bucket. */
export function cachedBucket<Bucket>(
  cache: BucketCache<Bucket>,
  rate: Rate,
  node: string | undefined,
  model: string,
): Bucket | undefined {
  const own = cache.get(rate);
  if (own === undefined) return undefined;
  if (own.model === model && own.node === node) return own.bucket;
  const bucket = own.all.get(node)?.get(model);
  if (bucket === undefined) return undefined;
  own.node = node;
  own.model = model;
  own.bucket = bucket;
  return bucket;
}

export function cacheBucket<Bucket>(
  cache: BucketCache<Bucket>,
  rate: Rate,
  node: string | undefined,
  model: string,
  bucket: Bucket,
): void {
  const own = cache.get(rate) ?? {
    all: new Map<string | undefined, Map<string, Bucket>>(),
    node,
    model,
    bucket,
  };
  cache.set(rate, own);
  const models = own.all.get(node) ?? new Map<string, Bucket>();
  own.all.set(node, models.set(model, bucket));
}

/** Returns a function that finds the caches of ledgers. A ledger has two: for calls with `isMismatch` and the others. */
export function createBucketCaches<Bucket>(): (ledger: object, isMismatch: boolean) => BucketCache<Bucket> {
  const caches = new WeakMap<object, readonly [BucketCache<Bucket>, BucketCache<Bucket>]>();
  return (ledger, isMismatch) => {
    let own = caches.get(ledger);
    if (own === undefined) {
      own = [new Map(), new Map()];
      caches.set(ledger, own);
    }
    return own[isMismatch ? 1 : 0];
  };
}
