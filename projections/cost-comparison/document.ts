// Compares two cost results of the same calls by subtracting their amounts.
import Big from 'big.js';
import type { CostComparison } from './schema.ts';
import type { Cost } from '../cost/schema.ts';
import { toDecimal } from '../pricing/decimal.ts';

type Amounts = Pick<CostComparison, 'before_usd' | 'after_usd' | 'difference_usd'>;

function amounts(before: string, after: string): Amounts {
  return {
    before_usd: before,
    after_usd: after,
    difference_usd: toDecimal(new Big(after).minus(before)),
  };
}

/** Pairs the rows of the same place or model. Both lists have the same rows, since prices do not move calls. */
function pairRows<Row>(
  before: readonly Row[],
  after: readonly Row[],
  keyOf: (row: Row) => string,
): [Row, Row][] {
  const later = new Map(after.map((row) => [keyOf(row), row]));
  return before.flatMap((row) => {
    const match = later.get(keyOf(row));
    return match === undefined ? [] : [[row, match]];
  });
}

const entriesOf = ({ prices }: Cost['by_model'][number]): string[] => [
  ...new Set(prices.flatMap(({ entry }) => (entry === null ? [] : [entry]))),
];

function sideOf(cost: Cost): CostComparison['before'] {
  const { total_cost_usd, exact, doubts, known_cost_usd, estimated_cost_usd, reused_cost_usd } = cost;
  const { estimated, unpriced, pricing } = cost;
  return {
    total_cost_usd,
    exact,
    doubts,
    known_cost_usd,
    estimated_cost_usd,
    reused_cost_usd,
    estimated,
    unpriced,
    pricing,
  };
}

/** The doubts of both sides, each once. One that only the first side has keeps its cost there. */
function bothDoubts(before: Cost, after: Cost): Cost['doubts'] {
  const codes = new Set(after.doubts.map(({ code }) => code));
  return [...after.doubts, ...before.doubts.filter(({ code }) => !codes.has(code))];
}

export function comparisonDocument(before: Cost, after: Cost): CostComparison {
  const { currency, calls, failed_calls, reused_calls, rejected, unmetered } = before;
  return {
    currency,
    ...amounts(before.total_cost_usd, after.total_cost_usd),
    exact: before.exact && after.exact,
    doubts: bothDoubts(before, after),
    calls,
    failed_calls,
    reused_calls,
    by_model: pairRows(before.by_model, after.by_model, ({ model }) => model).map(([one, other]) => ({
      model: one.model,
      calls: one.calls,
      ...amounts(one.cost_usd, other.cost_usd),
      before_state: one.state,
      after_state: other.state,
      before_entries: entriesOf(one),
      after_entries: entriesOf(other),
    })),
    by_node: pairRows(before.by_node, after.by_node, ({ node, phase }) => JSON.stringify([node, phase])).map(
      ([{ node, phase, ...one }, other]) => ({
        node,
        phase,
        calls: one.calls,
        ...amounts(one.cost_usd, other.cost_usd),
      }),
    ),
    by_phase: pairRows(before.by_phase, after.by_phase, ({ phase }) => phase ?? '').map(([one, other]) => ({
      phase: one.phase,
      calls: one.calls,
      ...amounts(one.cost_usd, other.cost_usd),
    })),
    before: sideOf(before),
    after: sideOf(after),
    rejected,
    unmetered,
  };
}
