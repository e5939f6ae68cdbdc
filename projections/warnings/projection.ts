// What went differently than planned in a run, in the order it happened.
import * as z from 'zod';
import type { EventOf } from '../../src/events/event.ts';
import type { Projection } from '../contract.ts';

export const warningSchema = z.object({
  code: z.string(),
  node_id: z.string().optional(),
  message: z.string(),
});

export type Warning = z.infer<typeof warningSchema>;

export interface WarningsState {
  readonly warnings: Warning[];
}

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
  return { code, ...(event.node === undefined ? {} : { node_id: event.node }), message };
}
