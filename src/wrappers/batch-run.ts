// Runs a node once for each item of a list. Each item has its own part of the store; the batch collects
// the parts and writes them as its results.
import { PflowError } from '../errors.ts';
import type { Action, NodeContext, SharedStore } from '../flow/context.ts';
import { readStoredError } from '../flow/flow.ts';
import type { RunNode } from '../flow/layer.ts';
import type { Node } from '../flow/node.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { stopsRun } from '../flow/stops-run.ts';
import type { Batch } from '../workflow/schema.ts';
import { BatchResults } from './batch-results.ts';
import { resolveItems } from './batch-items.ts';
import { isAbortOf, ItemStopped } from './item-stopped.ts';
import { overlayStore, viewStore } from './store-view.ts';

export interface BatchOptions {
  readonly batch: Batch;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** One run of a node with a batch. The layers inside run once for each item. */
export class BatchRun<C extends NodeContext> {
  private readonly options: BatchOptions;
  private readonly node: Node<C>;
  private readonly shared: SharedStore;
  private readonly context: C;
  private readonly runItem: RunNode<C>;
  /** Stops the items that run when one has failed and the batch fails fast. */
  private readonly controller = new AbortController();
  /** What an item threw that ends the run, whatever the batch does with failures. */
  private stopError: unknown;

  constructor(options: BatchOptions, node: Node<C>, shared: SharedStore, context: C, runItem: RunNode<C>) {
    this.options = options;
    this.node = node;
    this.shared = shared;
    this.context = context;
    this.runItem = runItem;
  }

  async run(): Promise<Action> {
    const { batch } = this.options;
    const items = this.resolve();
    this.context.observer?.batchStarted(items.length);
    const results = new BatchResults(batch, items);
    try {
      await this.runAll(items, results);
    } finally {
      Object.assign(this.shared, results.outputs());
      this.context.observer?.touched(['__llm_calls__']);
    }
    if (items.length === 0) this.warn('BATCH_EMPTY', 'has no items');
    const { failures } = results;
    const [first] = failures;
    if (first === undefined) return 'default';
    if (batch.error_handling === 'continue' && failures.length < items.length) {
      const failed = `${String(failures.length)} of ${String(items.length)} items failed`;
      this.warn('BATCH_ITEMS_FAILED', `${failed}; item ${String(first.index)}: ${first.message}`);
      return 'default';
    }
    return this.fail(
      first.error,
      `item ${String(first.index)}: ${first.message}`,
      failures.length,
      items.length,
    );
  }

  private resolve(): readonly unknown[] {
    try {
      return resolveItems(this.node.id, this.options, this.shared);
    } catch (error) {
      this.shared['error'] = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  private async runAll(items: readonly unknown[], results: BatchResults): Promise<void> {
    const { parallel, max_concurrent } = this.options.batch;
    const { signal } = this.context;
    const stop = (): void => {
      this.controller.abort(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
    let next = 0;
    const work = async (): Promise<void> => {
      while (next < items.length && !this.controller.signal.aborted) {
        const index = next;
        next += 1;
        await this.runOne(index, items[index], results);
      }
    };
    try {
      if (signal.aborted) stop();
      const workers = Math.min(parallel ? max_concurrent : 1, items.length);
      await Promise.all(Array.from({ length: workers }, work));
      signal.throwIfAborted();
      if (this.stopError !== undefined) throw this.stopError;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  private async runOne(index: number, item: unknown, results: BatchResults): Promise<void> {
    const { batch } = this.options;
    const { signal } = this.controller;
    const { store, outputs } = createItemStore(this.shared, this.node.id);
    const locals = { ...this.context.locals, [batch.as]: item, __index__: index };
    const start = performance.now();
    try {
      const itemOutputs = { node: this.context.node ?? this.node.id, outputs };
      const context = { ...this.context, item: index, itemOutputs, locals, signal };
      const action = await this.runItem(this.node, store, context);
      const milliseconds = performance.now() - start;
      if (action !== 'error') {
        results.succeeded(index, { outputs, milliseconds });
        return;
      }
      const message = readStoredError(store, this.node.id);
      this.itemFailed(index, new NodeFailure(message), results, milliseconds);
    } catch (error) {
      // A stopped item has no failure of its own.
      if (isAbortOf(error, signal)) return;
      if (stopsRun(error)) this.stopRun(error);
      else this.itemFailed(index, error, results, performance.now() - start);
    }
  }

  private stopRun(error: unknown): void {
    this.stopError ??= error;
    this.controller.abort(new ItemStopped('another item of the batch ends the run'));
  }

  private itemFailed(index: number, error: unknown, results: BatchResults, milliseconds: number): void {
    results.failed(index, error, milliseconds);
    if (this.options.batch.error_handling === 'fail_fast')
      this.controller.abort(new ItemStopped('another item of the batch failed'));
  }

  private warn(code: string, what: string): void {
    const { id } = this.node;
    this.context.warn?.({ code, message: `batch of node "${id}": ${what}`, node_id: id });
  }

  private fail(error: unknown, message: string, failed: number, count: number): never {
    const text = failed === count && count > 1 ? `all ${String(count)} items failed; ${message}` : message;
    this.shared['error'] = text;
    if (error instanceof PflowError) throw error.with({ message: text });
    if (error instanceof NodeFailure) throw error.with({ message: text });
    throw new NodeFailure(text, { cause: error });
  }
}

/** The item reads the store of the workflow, and writes to `outputs`. */
function createItemStore(
  shared: SharedStore,
  nodeId: string,
): { readonly store: SharedStore; readonly outputs: SharedStore } {
  const outputs: SharedStore = {};
  return { store: viewStore(overlayStore(shared, { [nodeId]: outputs }), nodeId), outputs };
}
