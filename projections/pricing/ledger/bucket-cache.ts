// Finds the buckets of ordinary calls without a key: building one for each call would be the slowest step of a fold.
// Kept outside the ledgers, which stay plain data.
import type { Rate } from '../rate.ts';

/** By rate, node and model. */
type BucketCache<Bucket> = Map<Rate, Map<string | undefined, Map<string, Bucket>>>;

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
