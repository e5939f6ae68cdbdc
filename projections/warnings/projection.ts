// Lists the warnings of a run, in the order in which they were raised.
import * as z from 'zod';
import type { EventOf } from '../../src/events/event.ts';
import { present } from '../../src/values/present.ts';
import type { Projection } from '../contract.ts';
import { warningSchema, type Warning } from './schema.ts';

export interface WarningsState {
  readonly warnings: Warning[];
}

/** The projection `warnings`: all warnings of a run, in order. */
export const warnings: Projection<WarningsState, Warning[]> = {
  name: 'warnings',
  summary: 'what went differently than planned',
  handles: ['run.started', 'warning.raised'],
  scope: 'run',
  initial: () => ({ warnings: [] }),
  evolve(state, event) {
    if (event.type === 'warning.raised') state.warnings.push(warningOf(event));
  },
  merge: (a, b) => ({ warnings: [...a.warnings, ...b.warnings] }),
  result: (state) => [...state.warnings],
  schema: z.array(warningSchema),
};

export function warningOf(event: EventOf<'warning.raised'>): Warning {
  const { code, message } = event.data;
  return present({ code, node_id: event.node, message });
}
