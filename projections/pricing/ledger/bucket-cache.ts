// Finds the buckets of ordinary calls without a key: building one for each call would be the slowest step of a fold.
// Kept outside the ledgers, which stay plain data.
import type { Rate } from '../rate.ts';

/** The buckets of a node at one rate. Nearly every node calls one model. */
interface NodeBuckets<Bucket> {
  readonly model: string;
  readonly bucket: Bucket;
  /** Of its other models, by model. */
  others: Map<string, Bucket> | null;
}

type BucketCache<Bucket> = Map<Rate, Map<string | undefined, NodeBuckets<Bucket>>>;

/** Undefined if the cache has no such bucket. */
export function cachedBucket<Bucket>(
  cache: BucketCache<Bucket>,
  rate: Rate,
  node: string | undefined,
  model: string,
): Bucket | undefined {
  const own = cache.get(rate)?.get(node);
  if (own === undefined) return undefined;
  return own.model === model ? own.bucket : own.others?.get(model);
}

export function cacheBucket<Bucket>(
  cache: BucketCache<Bucket>,
  rate: Rate,
  node: string | undefined,
  model: string,
  bucket: Bucket,
): void {
  const nodes = cache.get(rate) ?? new Map<string | undefined, NodeBuckets<Bucket>>();
  cache.set(rate, nodes);
  const own = nodes.get(node);
  if (own === undefined) nodes.set(node, { model, bucket, others: null });
  else (own.others ??= new Map()).set(model, bucket);
}

/**
 * Returns a function that finds the caches of ledgers. A ledger has two: for calls with `isMismatch` and the others.
 */
export function createBucketCaches<Bucket>(): (ledger: object, isMismatch: boolean) => BucketCache<Bucket> {
  type Caches = readonly [BucketCache<Bucket>, BucketCache<Bucket>];
  const caches = new WeakMap<object, Caches>();
  // A fold adds every call to one ledger. This one stays in memory until the next ledger comes.
  let last: { readonly ledger: object; readonly own: Caches } | null = null;
  return (ledger, isMismatch) => {
    if (last?.ledger !== ledger) {
      const own: Caches = caches.get(ledger) ?? [new Map(), new Map()];
      caches.set(ledger, own);
      last = { ledger, own };
    }
    return last.own[isMismatch ? 1 : 0];
  };
}
