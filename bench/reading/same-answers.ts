// Checks that two programs give the same result for a log. Otherwise comparing their times is meaningless.
import type { Cost } from '../../projections/cost/schema.ts';
import type { Metrics } from '../../projections/metrics/schema.ts';
import type { Sums } from './rivals/sums.ts';

/** Every number of an answer under its name. */
export type Numbers = ReadonlyMap<string, number>;

/** Milliseconds that two sums of the same durations may lie apart: ours are rounded to hundredths. */
const ROUNDING_MS = 0.0051;

interface TokenColumns {
  readonly calls: number;
  readonly tokens_input: number;
  readonly tokens_output: number;
  readonly tokens_cache_creation: number;
  readonly tokens_cache_read: number;
}

export function numbersOfMetrics({ runs = 1, duration_ms, models, metrics }: Metrics): Numbers {
  return new Map([
    ['runs', runs],
    ['duration_ms', duration_ms],
    ...tokenNumbers('total', metrics.total),
    ...models.flatMap((each) => tokenNumbers(`model ${each.model}`, each)),
    ...Object.entries(metrics.workflow?.node_timings ?? {}).map(
      ([node, ms]) => [`node ${node} duration_ms`, ms] as const,
    ),
  ]);
}

export function numbersOfCost({ by_model, by_node }: Cost): Numbers {
  return new Map([
    ...by_model.flatMap((each) => tokenNumbers(`model ${each.model}`, each)),
    ...by_node.flatMap((each) => tokenNumbers(`node ${each.node ?? ''}`, each)),
  ]);
}

export function numbersOfSums({ runs, duration_ms, total, models, nodes }: Sums): Numbers {
  const named = (name: string, numbers: object): (readonly [string, number])[] =>
    Object.entries(numbers).map(([key, value]) => [`${name} ${key}`, value as number]);
  return new Map([
    ['runs', runs],
    ['duration_ms', duration_ms],
    ...named('total', total),
    ...Object.entries(models).flatMap(([model, tokens]) => named(`model ${model}`, tokens)),
    ...Object.entries(nodes).flatMap(([node, sums]) => named(`node ${node}`, sums)),
  ]);
}

function tokenNumbers(name: string, columns: TokenColumns): [string, number][] {
  return [
    [`${name} calls`, columns.calls],
    [`${name} input`, columns.tokens_input],
    [`${name} output`, columns.tokens_output],
    [`${name} cache_creation`, columns.tokens_cache_creation],
    [`${name} cache_read`, columns.tokens_cache_read],
  ];
}

/** Throws unless `theirs` has every number of `ours` and no other, with the same values. */
export function requireSame(ours: Numbers, theirs: Numbers): void {
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const [one, other] = [ours.get(name), theirs.get(name)];
    const apart = Math.abs((one ?? NaN) - (other ?? NaN));
    if (!(apart <= (name.endsWith('duration_ms') ? ROUNDING_MS : 0))) {
      throw new Error(`not the same answer: ${name} is ${one} for pflow, and ${other} here`);
    }
  }
}
