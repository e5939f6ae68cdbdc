// The DebugWrapper, around the nodes of the planner: what the Instrumented layer says of a workflow's nodes it says of
// theirs, in the phase `planner`. The planner's store is its own, so no change of it is told.
import type { Layer } from '../flow/layer.ts';
import { instrumented, type ModelContext, type Instruments } from './instrumented.ts';

export function debugWrapper<C extends ModelContext>(
  instruments: Omit<Instruments, 'phase' | 'store'>,
): Layer<C> {
  return { ...instrumented<C>({ ...instruments, phase: 'planner' }), name: 'debug' };
}
