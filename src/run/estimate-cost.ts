// Estimates the cost of a run before it starts: from earlier runs, else from an upper bound of its requests.
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import type { ModelRequest } from '../models/model.ts';
import { normalizeModelName } from '../models/model-name.ts';
import type { CostHistory } from '../replay/cost-history.ts';
import { present } from '../values/present.ts';
import { hasTemplate } from '../workflow/templates/has-template.ts';
import { resolveValue } from '../workflow/templates/resolve-value.ts';
import type { Scope } from '../workflow/templates/scope.ts';
import { boundOf, type Bound } from './call-bounds.ts';
import { mayCallModel, type UpcomingNode } from './upcoming-nodes.ts';

type Basis = 'history' | 'upper_bound';

export interface NodeEstimate {
  readonly node_id: string;
  /** US dollars; null where it is not known. */
  readonly cost_usd: number | null;
  readonly basis: Basis | null;
}

export interface CostEstimate {
  /** US dollars, rounded up to 6 decimals; null where a part is not known. */
  readonly estimated_cost_usd: number | null;
  /** `upper_bound` where any part is one; null where a part is not known. */
  readonly basis: Basis | null;
  /** The earlier runs that it is made of. */
  readonly runs: number;
  /** Nodes that may call a model and did not run in those. */
  readonly nodes_without_history: readonly string[];
  /** Nodes whose bound is that of the longest usual answer: nothing limits the answer, or the size of images. */
  readonly nodes_without_limit: readonly string[];
  readonly nodes: readonly NodeEstimate[];
}

export interface EstimateOptions {
  readonly history: CostHistory;
  /** Today's. */
  readonly pricing: Pricing;
  readonly defaultModel?: string | undefined;
}

/** `nodes` are those that will run. */
export function estimateCost(nodes: readonly UpcomingNode[], options: EstimateOptions): CostEstimate {
  const { history } = options;
  const callers = nodes.filter(mayCallModel);
  const estimates = callers.map((node) => estimateNode(node, options));
  const known = estimates.flatMap(({ usd }) => (usd === undefined ? [] : [usd]));
  const isKnown = known.length === estimates.length;
  const isBound = callers.length === 0 || estimates.some(({ basis }) => basis === 'upper_bound');
  return {
    estimated_cost_usd: isKnown ? toDollars(known.reduce((sum, usd) => sum + usd, 0)) : null,
    basis: !isKnown ? null : isBound ? 'upper_bound' : 'history',
    runs: history.runs,
    nodes_without_history: callers.filter((node) => !isInHistory(node, history)).map(({ path }) => path),
    nodes_without_limit: estimates.flatMap(({ path, usd, isCertain }) =>
      usd === undefined || isCertain ? [] : [path],
    ),
    nodes: estimates.map(({ path, usd, basis }) => ({
      node_id: path,
      cost_usd: usd === undefined ? null : toDollars(usd),
      basis: usd === undefined ? null : basis,
    })),
  };
}

interface Estimated {
  readonly path: string;
  readonly usd: number | undefined;
  readonly basis: Basis;
  /** True for an average, too. */
  readonly isCertain: boolean;
}

function estimateNode(node: UpcomingNode, options: EstimateOptions): Estimated {
  const { path, isOpen } = node;
  const { usdByNode, executed } = options.history;
  const inside = [...usdByNode].filter(([of]) => of === path || (isOpen && of.startsWith(`${path}/`)));
  const average = { path, basis: 'history', isCertain: true } as const;
  if (inside.length > 0) return { ...average, usd: sumOf(inside.map(([, usd]) => usd)) };
  // It ran and called no model.
  if (executed.has(path)) return { ...average, usd: 0 };
  const bound = upperBound(node, options);
  return { path, usd: bound?.usd, basis: 'upper_bound', isCertain: bound?.isCertain ?? false };
}

function isInHistory({ path, isOpen }: UpcomingNode, { usdByNode, executed }: CostHistory): boolean {
  return (
    executed.has(path) ||
    [...usdByNode.keys()].some((of) => of === path || (isOpen && of.startsWith(`${path}/`)))
  );
}

function sumOf(parts: readonly (number | undefined)[]): number | undefined {
  return parts.reduce<number | undefined>(
    (sum, part) => (sum === undefined || part === undefined ? undefined : sum + part),
    0,
  );
}

/** Undefined where the requests, their number or their price are not known. */
function upperBound(upcoming: UpcomingNode, options: EstimateOptions): Bound | undefined {
  const { node, type, isInCycle } = upcoming;
  if (node.type !== 'llm' || isInCycle) return undefined;
  const requests = requestsOf(upcoming, options.defaultModel);
  const bounds = requests?.map((request) =>
    boundOf(request, normalizeModelName(request.model), options.pricing),
  );
  if (bounds === undefined || bounds.some(({ usd, isCertain }) => usd === 0 && !isCertain)) return undefined;
  const attempts = node.retry?.max ?? type?.retry.max ?? 1;
  const usd = bounds.reduce((sum, bound) => sum + bound.usd, 0) * attempts;
  return { usd, isCertain: bounds.every(({ isCertain }) => isCertain) };
}

function requestsOf(
  { node, scope }: UpcomingNode,
  defaultModel: string | undefined,
): readonly ModelRequest[] | undefined {
  const { batch, params } = node;
  if (batch === undefined) {
    const request = requestOf(resolveKnown(params, scope), defaultModel);
    return request === undefined ? undefined : [request];
  }
  const items = resolveKnown(batch.items, scope);
  if (!Array.isArray(items)) return undefined;
  const requests = items.map((item: unknown, index) =>
    requestOf(resolveKnown(params, withItem(scope, { [batch.as]: item, __index__: index })), defaultModel),
  );
  return requests.includes(undefined) ? undefined : (requests as ModelRequest[]);
}

function withItem(scope: Scope, locals: Readonly<Record<string, unknown>>): Scope {
  return {
    has: (name) => Object.hasOwn(locals, name) || scope.has(name),
    get: (name) => (Object.hasOwn(locals, name) ? locals[name] : scope.get(name)),
    names: () => [...Object.keys(locals), ...scope.names()],
  };
}

/** Undefined where a part depends on what a node writes. */
function resolveKnown(value: unknown, scope: Scope): unknown {
  const resolved = resolveValue(value, scope);
  return resolved.missing.length === 0 ? resolved.value : undefined;
}

function requestOf(params: unknown, defaultModel: string | undefined): ModelRequest | undefined {
  if (typeof params !== 'object' || params === null) return undefined;
  const {
    model = defaultModel,
    prompt,
    system,
    max_tokens,
    images,
    output_schema,
  } = params as Partial<ModelRequest>;
  if (typeof model !== 'string' || hasTemplate(model) || prompt === undefined) return undefined;
  const text = typeof prompt === 'string' ? prompt : JSON.stringify(prompt);
  return { model, prompt: text, ...present({ system, max_tokens, images, output_schema }) };
}

/** An amount that is not 0 stays above 0. */
function toDollars(usd: number): number {
  return Math.ceil(Number((usd * 1e6).toFixed(3))) / 1e6;
}
