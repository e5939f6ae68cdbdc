// Generates run plans with fast-check: plain data on which nodes run how often, what they call and change, and how
// the run ends. `run-plan-events.ts` turns a plan into events.
import fc from 'fast-check';
import type { Usage } from '../../src/events/usage.ts';
import { jsonValue } from './event-arbitraries.ts';
import { FREE, MINI, SONNET, UNKNOWN } from './test-prices.ts';

export interface CallPlan {
  readonly model: string;
  readonly usage: Usage;
  readonly outcome: 'answered' | 'failed' | 'failed with usage' | 'reused';
  readonly ms: number;
  readonly prompt: string;
}

export interface WritePlan {
  readonly key: string;
  readonly value: unknown;
  readonly root: boolean;
}

/** The node of a workflow that is nested in another node. */
export interface NestedPlan {
  readonly calls: readonly CallPlan[];
  readonly writes: readonly WritePlan[];
}

export interface VisitPlan {
  readonly ms: number;
  readonly fails: boolean;
  /** Failed attempts before the last one. */
  readonly retries: number;
  readonly calls: readonly CallPlan[];
  readonly writes: readonly WritePlan[];
  readonly resolves: boolean;
  readonly warns: boolean;
  /** A node that needs approval; it was approved. */
  readonly approved: boolean;
  /** Of an item: another one stopped it. */
  readonly stopped: boolean;
  /** A workflow that is nested in the node; null without one. */
  readonly nested: NestedPlan | null;
}

export interface NodePlan {
  readonly node: string;
  readonly visits: readonly VisitPlan[];
  /** The items that each visit of a batch node runs. */
  readonly items: readonly VisitPlan[];
  /** All items start before one ends. */
  readonly parallel: boolean;
  /** How many more items there are than run; null for a log without the number. */
  readonly rest: number | null;
}

export interface PlannerPlan {
  readonly nodes: readonly NodePlan[];
  readonly status: 'generated' | 'reused' | 'failed';
  /** Whether the planned workflow runs; after a failure it never does. */
  readonly runs: boolean;
}

export interface RunPlan {
  readonly number: number;
  readonly level: 'metrics' | 'trace';
  readonly planner: PlannerPlan | null;
  readonly nodes: readonly NodePlan[];
  /** Nodes of the workflow that the run does not reach. */
  readonly unreached: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  /** `paused` and `denied`: at a last node, which needs approval. */
  readonly end: 'success' | 'failed' | 'interrupted' | 'incomplete' | 'paused' | 'denied';
  /** The share of an incomplete run that is in the log, 0 to 1. */
  readonly kept: number;
}

const milliseconds = fc.nat(2_000_000).map((us) => us / 1000);
const tokens = fc.nat(20_000);

/** Token counts in disjoint, consistent classes, as production code writes them. */
const usage: fc.Arbitrary<Usage> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.record({ input_tokens: tokens, output_tokens: tokens }) },
  {
    weight: 3,
    arbitrary: fc
      .record({
        input: tokens,
        output: tokens,
        read: tokens,
        created: tokens,
        hour: fc.nat(100),
        thought: fc.nat(100),
      })
      .map(({ input, output, read, created, hour, thought }) => ({
        input_tokens: input,
        output_tokens: output,
        total_tokens: input + output + read + created,
        cache_creation_input_tokens: created,
        cache_read_input_tokens: read,
        cache_creation_1h_input_tokens: Math.floor((created * hour) / 100),
        reasoning_tokens: Math.floor((output * thought) / 100),
      })),
  },
);

const callPlan: fc.Arbitrary<CallPlan> = fc.record({
  model: fc.constantFrom(SONNET, SONNET, MINI, FREE, UNKNOWN),
  usage,
  outcome: fc.constantFrom('answered', 'answered', 'failed', 'failed with usage', 'reused'),
  ms: milliseconds,
  prompt: fc.constantFrom('why?', 'how?', 'x'.repeat(1_200)),
});

const write = fc.record({
  key: fc.constantFrom('response', 'error', 'list', '__proto__'),
  value: fc.oneof(jsonValue, fc.constant('y'.repeat(1_100)), fc.constant('<binary data: 3 bytes>')),
  root: fc.boolean(),
});

const visitPlan: fc.Arbitrary<VisitPlan> = fc.record({
  ms: milliseconds,
  fails: fc.boolean(),
  retries: fc.nat(2),
  calls: fc.array(callPlan, { maxLength: 2 }),
  writes: fc.array(write, { maxLength: 3 }),
  resolves: fc.boolean(),
  warns: fc.boolean(),
  approved: fc.boolean(),
  stopped: fc.constantFrom(false, false, true),
  nested: fc.option(
    fc.record({ calls: fc.array(callPlan, { maxLength: 2 }), writes: fc.array(write, { maxLength: 2 }) }),
    { freq: 1 },
  ),
});

function nodePlans(ids: readonly string[]): fc.Arbitrary<NodePlan[]> {
  return fc.uniqueArray(
    fc.record({
      node: fc.constantFrom(...ids),
      visits: fc.array(visitPlan, { minLength: 1, maxLength: 2 }),
      items: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(visitPlan, { maxLength: 7 })),
      parallel: fc.boolean(),
      rest: fc.option(fc.nat(3)),
    }),
    { selector: ({ node }) => node, maxLength: 4 },
  );
}

/** Generates planner runs; one node has the same id as a node of the workflow. */
const plannerPlan: fc.Arbitrary<PlannerPlan> = fc.record({
  nodes: nodePlans(['workflow-discovery', 'workflow-generator', 'parameter-mapping', 'ask']),
  status: fc.constantFrom('generated', 'generated', 'reused', 'failed'),
  runs: fc.constantFrom(true, true, true, false),
});

export const runPlan: fc.Arbitrary<RunPlan> = fc.record({
  number: fc.constant(1),
  level: fc.constantFrom('metrics', 'trace', 'trace'),
  planner: fc.option(plannerPlan),
  nodes: nodePlans(['read', 'ask', 'child', 'child/ask', 'write']),
  unreached: fc.constantFrom([], ['never']),
  inputs: fc
    .dictionary(fc.constantFrom('topic', 'depth'), jsonValue, { maxKeys: 2 })
    .map((inputs) => ({ ...inputs })),
  end: fc.constantFrom('success', 'failed', 'interrupted', 'incomplete', 'paused', 'denied'),
  kept: fc.double({ min: 0, max: 1, noNaN: true }),
});
