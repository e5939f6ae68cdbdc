// Collects the results of the items of a batch, in the order of the items.
import type { SharedStore } from '../flow/context.ts';
import type { Batch } from '../workflow/schema.ts';

interface ItemFailure {
  readonly index: number;
  readonly error: unknown;
  readonly message: string;
}

export class BatchResults {
  private readonly batch: Batch;
  private readonly items: readonly unknown[];
  private readonly results: (SharedStore | null)[];
  private readonly failuresByIndex = new Map<number, ItemFailure>();
  private readonly durations: number[] = [];
  private readonly start = performance.now();

  constructor(batch: Batch, items: readonly unknown[]) {
    this.batch = batch;
    this.items = items;
    this.results = items.map(() => null);
  }

  /** In the order of the items. */
  get failures(): readonly ItemFailure[] {
    return [...this.failuresByIndex.values()].sort((a, b) => a.index - b.index);
  }

  succeeded(
    index: number,
    { outputs, milliseconds }: { readonly outputs: SharedStore; readonly milliseconds: number },
  ): void {
    this.results[index] = { ...outputs, item: this.items[index] };
    this.durations.push(milliseconds);
  }

  failed(index: number, error: unknown, milliseconds: number): void {
    const message = error instanceof Error ? error.message : String(error);
    this.failuresByIndex.set(index, { index, error, message });
    this.durations.push(milliseconds);
  }

  /** What the node writes to the store; docs/node-types.md lists it. */
  outputs(): SharedStore {
    const successes = this.results.filter((result) => result !== null);
    const errors = this.failures.map(({ index, message }) => ({
      index,
      item: this.items[index],
      error: message,
    }));
    const { parallel, max_concurrent } = this.batch;
    return {
      results: this.results,
      successes,
      count: this.items.length,
      success_count: successes.length,
      error_count: errors.length,
      errors: errors.length === 0 ? null : errors,
      batch_metadata: { parallel, max_concurrent, timing: this.timing() },
    };
  }

  private timing(): Readonly<Record<string, number>> {
    const { durations } = this;
    const least = durations.reduce((a, b) => Math.min(a, b), durations[0] ?? 0);
    const most = durations.reduce((a, b) => Math.max(a, b), 0);
    const sum = durations.reduce((a, b) => a + b, 0);
    return {
      total_items_ms: toMicroseconds(performance.now() - this.start),
      avg_item_ms: toMicroseconds(durations.length === 0 ? 0 : sum / durations.length),
      min_item_ms: toMicroseconds(least),
      max_item_ms: toMicroseconds(most),
    };
  }
}

/** Milliseconds with the digits that a clock resolves. */
function toMicroseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
