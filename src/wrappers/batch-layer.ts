// Runs a node once for each item of a list, in a layer. The code is loaded when a batch runs.
import type { NodeContext } from '../flow/context.ts';
import type { Layer } from '../flow/layer.ts';
import type { BatchOptions } from './batch-run.ts';

/** The layers inside run once for each item. */
export function createBatchLayer<C extends NodeContext>(options: BatchOptions): Layer<C> {
  return {
    name: 'batch',
    async run(node, shared, context, inner) {
      const { BatchRun } = await import('./batch-run.ts');
      return new BatchRun(options, node, shared, context, inner).run();
    },
  };
}
