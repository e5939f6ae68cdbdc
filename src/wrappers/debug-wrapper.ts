// Records the nodes of the planner as those of a workflow, in the phase `planner`. The planner has its own store, whose
// changes are not recorded.
import type { Layer } from '../flow/layer.ts';
import { createInstrumentedLayer, type ModelContext, type Instruments } from './instrumented.ts';

export function createDebugLayer<C extends ModelContext>(
  instruments: Omit<Instruments, 'phase' | 'store'>,
): Layer<C> {
  return { ...createInstrumentedLayer<C>({ ...instruments, phase: 'planner' }), name: 'debug' };
}
