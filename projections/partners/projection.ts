// Checks that the events of a log have their counterparts: an end its start, an answer its request. Checks, too, that
// time never goes back. Violations are not damage, and other projections accept them; `pflow verify` reports them.
import { EVENT_TYPES, VOCABULARY } from '../../src/events/vocabulary.ts';
import type { Projection } from '../contract.ts';
import { findUnpaired } from './find-unpaired.ts';
import { partnersSchema, type Partners } from './schema.ts';
import { emptyPartners, evolvePartners, mergePartners, type RunPartners } from './run-partners.ts';

export interface PartnersState {
  readonly runs: Map<string, RunPartners>;
  /** Number of runs that ended and lack nothing. */
  settled: number;
}

/** The projection `partners`: events that lack a counterpart, such as an end without a start. */
export const partners: Projection<PartnersState, Partners> = {
  name: 'partners',
  summary: 'events that lack a counterpart: an end without a start, a call without an answer',
  handles: EVENT_TYPES.filter((type) => VOCABULARY[type].level === 'metrics' || type.startsWith('llm.')),
  skips: ['raw_usage', 'ir', 'words', 'nodes'],
  scope: 'log',
  initial: () => ({ runs: new Map(), settled: 0 }),
  evolve(state, event) {
    let run = state.runs.get(event.run);
    if (run === undefined) {
      run = emptyPartners();
      state.runs.set(event.run, run);
    }
    evolvePartners(run, event);
  },
  merge(a, b) {
    const runs = new Map(a.runs);
    for (const [id, run] of b.runs) {
      const known = runs.get(id);
      runs.set(id, known === undefined ? run : mergePartners(known, run));
    }
    return { runs, settled: a.settled + b.settled };
  },
  settle(state, run) {
    const own = state.runs.get(run);
    // Without its first event the run is continued from another part of the log.
    if (own?.first?.seq !== 0) return;
    const { findings, open } = findUnpaired(own);
    if (findings.length > 0 || open.length > 0) return;
    state.runs.delete(run);
    state.settled += 1;
  },
  result({ runs, settled }) {
    const unpaired = [...runs].map(([run, state]) => {
      const { findings, open } = findUnpaired(state);
      return {
        findings: findings.map((one) => ({ run, ...one })),
        open: open.map((one) => ({ run, ...one })),
      };
    });
    return {
      runs: runs.size + settled,
      findings: unpaired.flatMap(({ findings }) => findings),
      open: unpaired.flatMap(({ open }) => open),
    };
  },
  schema: partnersSchema,
};
