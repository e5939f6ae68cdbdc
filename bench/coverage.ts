// Compares our prices with another list: `npx tsx bench/coverage.ts LIST [--at DATE] [--all]`. The list is `api.json`
// of models.dev, the file of LiteLLM, or a package that carries one of them. Prints a table by seller; with `--all`
// also every difference and every unknown model.
import { pathToFileURL } from 'node:url';
import { parsePriceBook } from '../projections/pricing/books/parse-price-book.ts';
import { priceCall, type CallPrice } from '../projections/pricing/price-call.ts';
import { createPricing, type Pricing } from '../projections/pricing/create-pricing.ts';
import type { EventOf } from '../src/events/event.ts';
import { loadPricing } from '../src/home/prices/pricing.ts';
import { readPriceList } from './coverage-list.ts';

export interface Coverage {
  readonly seller: string;
  readonly same: number;
  readonly differs: number;
  /** Priced as another seller, region or model, so with a doubt. */
  readonly assumed: number;
  readonly unknown: number;
  readonly differences: readonly string[];
  /** Names of models. */
  readonly missing: readonly string[];
}

type Usage = EventOf<'llm.completed'>['data']['usage'];

export interface ComparedCall {
  readonly what: string;
  readonly usage: Usage;
  readonly service_tier?: string;
}

const hour = { cache_creation_input_tokens: 1000, cache_creation_1h_input_tokens: 1000 };

/** One call for each thing that lists may price apart. */
const CALLS: readonly ComparedCall[] = [
  { what: 'input', usage: { input_tokens: 1000 } },
  { what: 'output', usage: { output_tokens: 1000 } },
  { what: 'cache read', usage: { cache_read_input_tokens: 1000 } },
  { what: 'cache write', usage: { cache_creation_input_tokens: 1000 } },
  { what: 'cache write of an hour', usage: hour },
  { what: 'audio input', usage: { input_tokens: 1000, input_audio_tokens: 1000 } },
  { what: 'long input', usage: { input_tokens: 300_000 } },
  ...['batch', 'flex', 'priority'].map((service_tier) => ({
    what: service_tier,
    usage: { input_tokens: 1000, output_tokens: 1000 },
    service_tier,
  })),
];

function callOf(model: string, at: string, usage: Usage, service_tier?: string): EventOf<'llm.completed'> {
  const tier = service_tier === undefined ? {} : { service_tier };
  const data = { call: 1, provider: '', model, usage, duration_ms: 1, ...tier };
  return { type: 'llm.completed', seq: 1, run: 'coverage', at, ms: 1, phase: 'workflow', node: 'n', data };
}

/** Doubts other than those about a class that a list does not price. */
const isAssumed = ({ doubts }: CallPrice): boolean =>
  doubts.some(({ code }) => code !== 'CLASS_UNPRICED' && code !== 'PRICES_OLD');

/** True without the price of another class or of the plain service tier. */
const hasOwnPrice = ({ doubts }: CallPrice): boolean =>
  !doubts.some(({ code }) => code === 'CLASS_UNPRICED' || code === 'TIER_UNPRICED');

export interface Difference {
  readonly what: string;
  readonly ours: CallPrice;
  readonly theirs: CallPrice;
}

export interface ModelComparison {
  readonly seller: string;
  readonly model: string;
  readonly verdict: 'same' | 'differs' | 'assumed' | 'unknown';
  readonly differences: readonly Difference[];
}

export interface ComparisonOptions {
  /** The instant of the calls. */
  readonly at: string;
  readonly ours?: Pricing;
  readonly calls?: readonly ComparedCall[];
}

function compareModel(
  model: string,
  theirs: Pricing,
  { at, ours, calls = CALLS }: ComparisonOptions & { readonly ours: Pricing },
): Pick<ModelComparison, 'verdict' | 'differences'> {
  const plain = priceCall(ours, callOf(model, at, { input_tokens: 1 }));
  if (plain.state !== 'priced' && plain.state !== 'free') return { verdict: 'unknown', differences: [] };
  if (isAssumed(plain)) return { verdict: 'assumed', differences: [] };
  const differences = calls.flatMap(({ what, usage, service_tier }) => {
    const a = priceCall(ours, callOf(model, at, usage, service_tier));
    const b = priceCall(theirs, callOf(model, at, usage, service_tier));
    // Where one of the two has no price of the class, there is nothing to compare.
    if (!hasOwnPrice(a) || !hasOwnPrice(b) || a.cost_usd === b.cost_usd) return [];
    return [{ what, ours: a, theirs: b }];
  });
  return { verdict: differences.length === 0 ? 'same' : 'differs', differences };
}

/** Compares every entry of a list with the prices that we have for its name. */
export function compareList(list: unknown, options: ComparisonOptions): ModelComparison[] {
  const book = parsePriceBook(list, { source: 'list', version: '1' });
  const theirs = createPricing({ books: [book], unknownModel: 'null' });
  const { ours = loadPricing({ unknownModel: 'null' }) } = options;
  return [...new Set(book.names.values())].map((id) => {
    const seller = book.entry(id).provider ?? '';
    const model = id.includes('/') || seller === '' ? id : `${seller}/${id}`;
    return { seller, model, ...compareModel(model, theirs, { ...options, ours }) };
  });
}

const textOf = ({ what, ours, theirs }: Difference): string =>
  `${what} ${ours.cost_usd ?? '-'} and not ${theirs.cost_usd ?? '-'}`;

/** Counts the models of a list by seller and verdict. */
export function coverageOf(list: unknown, options: ComparisonOptions): Coverage[] {
  return countBySeller(compareList(list, options));
}

export function countBySeller(compared: readonly ModelComparison[]): Coverage[] {
  const bySeller = new Map<string, ModelComparison[]>();
  for (const one of compared) {
    bySeller.set(one.seller, [...(bySeller.get(one.seller) ?? []), one]);
  }
  const count = (all: readonly ModelComparison[], verdict: ModelComparison['verdict']): number =>
    all.filter((one) => one.verdict === verdict).length;
  return [...bySeller]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([seller, all]) => ({
      seller,
      same: count(all, 'same'),
      differs: count(all, 'differs'),
      assumed: count(all, 'assumed'),
      unknown: count(all, 'unknown'),
      differences: all.flatMap(({ model, differences }) =>
        differences.length === 0 ? [] : [`${model}: ${differences.map(textOf).join(', ')}`],
      ),
      missing: all.flatMap(({ model, verdict }) => (verdict === 'unknown' ? [model] : [])),
    }));
}

function main(args: readonly string[]): void {
  const at =
    args.indexOf('--at') >= 0
      ? (args[args.indexOf('--at') + 1] ?? '')
      : new Date().toISOString().slice(0, 10);
  const rows = coverageOf(readPriceList(args[0] ?? ''), { at: `${at}T12:00:00.000Z` });
  const table = rows.map(
    ({ seller, same, differs, assumed, unknown }) =>
      `| ${seller} | ${[same, differs, assumed, unknown].join(' | ')} |`,
  );
  const unknown = rows.flatMap(({ missing }) => missing.map((model) => `${model}: unknown`));
  const differences = args.includes('--all')
    ? [...rows.flatMap(({ differences: all }) => all), ...unknown]
    : [];
  process.stdout.write(
    `${['| seller | same | differs | assumed | unknown |', '|---|---|---|---|---|', ...table, '', ...differences].join('\n')}\n`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2));
