// Matches a model name to an entry of a book: by exact names, documented aliases and the spellings of sellers. Never
// matches by prefix, so `gpt-40` is not `gpt-4`.
import type { Doubt } from '../../../src/events/doubts.ts';
import {
  bedrockVariants,
  fineTuneBases,
  fineTuneVariants,
  isFloating,
  nameVariants,
  type Variant,
} from './name-variants.ts';
import { awsRegion, BEDROCK_ID, bedrockDoubts, pathDoubts, regionDoubt } from './bedrock-region.ts';
import type { PriceBook } from '../books/price-card.ts';
import { canonicalVendor, homeVendor, makersFor, vendorSpellings } from './vendor-name.ts';

export interface ModelMatch {
  /** Id of the entry. */
  readonly entry: string;
  /** Such as `exact`, `alias`, `vendor prefix, date suffix`. */
  readonly rule: string;
  /** What the match assumes: the price of another seller or region, or the model of a floating name. */
  readonly doubts: readonly Doubt[];
  /** The region that the name contains; null without one. */
  readonly region: string | null;
}

type Found = Pick<ModelMatch, 'entry' | 'rule'>;

interface ParsedName {
  /** Canonical; null when the name has no prefix. */
  readonly vendor: string | null;
  readonly bare: string;
  readonly rules: readonly string[];
}

/** Splits a name into its seller and the seller's name for the model. */
function parseName(name: string): ParsedName {
  const resource = /(?:^|\/)publishers\/([^/]+)\/models\/([^/]+)$/.exec(name);
  if (resource !== null) return { vendor: 'google', bare: resource[2] ?? '', rules: ['Vertex id'] };
  if (name.startsWith('models/')) return { vendor: 'google', bare: name.slice(7), rules: ['vendor prefix'] };
  const arn = /^(?:.*\/)?arn:aws[a-z-]*:bedrock:/.exec(name);
  if (arn !== null) {
    return { vendor: 'aws', bare: name.slice(name.lastIndexOf('/') + 1), rules: ['Bedrock id'] };
  }
  const slash = name.indexOf('/');
  if (slash > 0) {
    const vendor = canonicalVendor(name.slice(0, slash));
    const bare = name.slice(slash + 1);
    const last = bare.slice(bare.lastIndexOf('/') + 1);
    return { vendor, bare: vendor === 'aws' ? last : bare, rules: ['vendor prefix'] };
  }
  if (BEDROCK_ID.test(name)) return { vendor: 'aws', bare: name, rules: ['Bedrock id'] };
  if (name.includes('@')) return { vendor: 'google', bare: name, rules: ['Vertex id'] };
  return { vendor: null, bare: name, rules: [] };
}

function literalMatch(book: PriceBook, name: string): Found | null {
  const entry = book.names.get(name);
  return entry === undefined ? null : { entry, rule: entry === name ? 'exact' : 'alias' };
}

/** Finds a name of this seller: with its prefix, or bare if the entry has this seller or no seller. */
function findAtVendor(book: PriceBook, vendor: string, bare: string): string | null {
  for (const spelling of vendorSpellings(vendor)) {
    const entry = book.names.get(`${spelling}/${bare}`);
    if (entry !== undefined) return entry;
  }
  const entry = book.names.get(bare);
  if (entry === undefined) return null;
  const seller = book.entry(entry).provider;
  return seller === null || canonicalVendor(seller) === vendor ? entry : null;
}

function findVariant(
  variants: readonly Variant[],
  rules: readonly string[],
  find: (name: string) => string | null,
): Found | null {
  for (const { name, rule } of variants) {
    const entry = find(name);
    if (entry === null) continue;
    const used = rule === null ? rules : [...rules, rule];
    return { entry, rule: used.length === 0 ? 'alias' : used.join(', ') };
  }
  return null;
}

/**
 * Finds a Bedrock id. Newer models have a price for all regions ("global.") and one for a single region. That of Claude
 * is the same in each, except for those of governments.
 */
function matchBedrockId(book: PriceBook, parsed: ParsedName, name: string): ModelMatch | null {
  const [, prefix, id] = BEDROCK_ID.exec(parsed.bare) ?? [];
  if (id === undefined) return null;
  const region = prefix ?? awsRegion(name);
  const named = prefix === undefined ? [] : [`${prefix}.`];
  const scopes = prefix === 'global' ? ['global.', ''] : [...named, 'regional.', '', 'global.'];
  let scope = '';
  const found = findVariant(bedrockVariants(id), ['Bedrock id'], (variant) => {
    for (const one of scopes) {
      const entry = findAtVendor(book, 'aws', one + variant);
      scope = one;
      if (entry !== null) return entry;
    }
    return null;
  });
  if (found === null) return null;
  return { ...found, region, doubts: bedrockDoubts(region, scope, id) };
}

const withoutDoubt = (found: Found | null): ModelMatch | null =>
  found === null ? null : { ...found, doubts: [], region: null };

/** Sellers whose names always contain the maker: a bare name there is a mistake. */
const FULL_NAMES: ReadonlySet<string> = new Set(['openrouter', 'aws']);

/** Finds `openai/gpt-oss-20b` of a seller by `gpt-oss-20b`, if only one of its models ends so. */
function shortNameAt(book: PriceBook, vendor: string, { bare, rules }: ParsedName): Found | null {
  if (!book.imported || FULL_NAMES.has(vendor) || bare.includes('/')) return null;
  const entries = new Set<string>();
  for (const [name, entry] of book.names) {
    if (name.startsWith(`${vendor}/`) && name.endsWith(`/${bare}`)) entries.add(entry);
  }
  const [only, ...more] = entries;
  return only === undefined || more.length > 0
    ? null
    : { entry: only, rule: [...rules, 'short name'].join(', ') };
}

function matchAtVendor(book: PriceBook, vendor: string, parsed: ParsedName): ModelMatch | null {
  const variants = [...nameVariants(parsed.bare), ...fineTuneVariants(parsed.bare)];
  const found = findVariant(variants, parsed.rules, (name) => findAtVendor(book, vendor, name));
  if (found !== null) return withoutDoubt(found);
  const short = shortNameAt(book, vendor, parsed);
  if (short !== null) return withoutDoubt(short);
  const base = findVariant(fineTuneBases(parsed.bare), parsed.rules, (name) =>
    findAtVendor(book, vendor, name),
  );
  if (base === null) return null;
  const reason = `no price for fine-tuned models of ${base.entry}; it has the price of the model itself`;
  return { ...base, region: null, doubts: [{ code: 'TIER_UNPRICED', reason }] };
}

/** Matches a bare name by its variants, then as a model of its home vendor. */
function matchBareName(book: PriceBook, parsed: ParsedName): ModelMatch | null {
  const variants = [...nameVariants(parsed.bare), ...fineTuneVariants(parsed.bare)];
  const found = findVariant(variants, [], (name) => book.names.get(name) ?? null);
  if (found !== null) return withoutDoubt(found);
  const home = homeVendor(parsed.bare);
  return home === null ? null : matchAtVendor(book, home, { ...parsed, rules: ['home vendor'] });
}

/**
 * The maker's name in a seller's name for a model, if there is one: `openai/gpt-4o`, `anthropic.claude-opus-4-5-v1:0`.
 */
function namedMaker(parsed: ParsedName): { readonly maker: string; readonly bare: string } | null {
  const bedrock = parsed.vendor === 'aws' ? BEDROCK_ID.exec(parsed.bare)?.[2] : undefined;
  const [, maker, bare] =
    (bedrock === undefined ? /^([^/]+)\/(.+)$/ : /^([^.]+)\.(.+)$/).exec(bedrock ?? parsed.bare) ?? [];
  return maker === undefined || bare === undefined ? null : { maker: canonicalVendor(maker), bare };
}

/** Drops what sellers add to the names of makers: versions of Bedrock, `-maas` of Vertex. */
function makerVariants(vendor: string, bare: string): readonly string[] {
  if (vendor === 'aws') return bedrockVariants(bare).map(({ name }) => name);
  return [bare, ...(bare.endsWith('-maas') ? [bare.slice(0, -5)] : [])];
}

/** Matches a reseller's model without a price of its own, as the maker's. */
function matchAtMaker(book: PriceBook, vendor: string, parsed: ParsedName): ModelMatch | null {
  const named = namedMaker(parsed);
  const bare = named?.bare ?? parsed.bare;
  const makers = named === null ? makersFor(vendor, bare) : [named.maker];
  for (const maker of makers) {
    if (maker === vendor) continue;
    for (const variant of makerVariants(vendor, bare)) {
      const rules = [...parsed.rules, `price of ${maker}`];
      const made = matchAtVendor(book, maker, { vendor, bare: variant, rules });
      if (made === null) continue;
      const reason = `no price of ${vendor} is known for ${made.entry}; it has the price of ${maker}`;
      return { ...made, doubts: [{ code: 'SELLER_ASSUMED', reason }, ...made.doubts] };
    }
  }
  return null;
}

/** Matches a model of OpenRouter without its suffix, such as `:online` or `:nitro`. */
function matchWithoutSuffix(book: PriceBook, parsed: ParsedName): ModelMatch | null {
  const [, bare, suffix] = /^(.+):([a-z]+)$/.exec(parsed.bare) ?? [];
  if (parsed.vendor !== 'openrouter' || bare === undefined || suffix === undefined) return null;
  const rules = [...parsed.rules, `without :${suffix}`];
  const found = matchAtVendor(book, parsed.vendor, { ...parsed, bare, rules });
  if (found === null) return null;
  const reason = `no price for ${found.entry} with ":${suffix}"; it has the price of the model itself`;
  return { ...found, doubts: [{ code: 'TIER_UNPRICED', reason }, ...found.doubts] };
}

/** Models that search the web for every answer, and do not report how often. */
const SEARCHING = /^gpt-[^/]+-search-(?:preview|api)(?:-|$)/;

function searchDoubts(book: PriceBook, { entry }: Found, name: string): readonly Doubt[] {
  const names = [entry, name].map((one) => one.slice(one.lastIndexOf('/') + 1));
  if (!book.imported || !names.some((one) => SEARCHING.test(one))) return [];
  return [{ code: 'CLASS_UNPRICED', reason: `searches of ${entry} have a fee, and it does not report them` }];
}

/** Matches a deployment of Azure without the region that gateways put before its name: `azure/eu/gpt-4o`. */
function matchWithoutRegion(book: PriceBook, parsed: ParsedName): ModelMatch | null {
  const [, region, bare] = /^(us|eu|global|global-standard)\/(.+)$/.exec(parsed.bare) ?? [];
  if (parsed.vendor !== 'azure' || region === undefined || bare === undefined) return null;
  const model = { ...parsed, bare };
  const found = matchAtVendor(book, parsed.vendor, model) ?? matchAtMaker(book, parsed.vendor, model);
  if (found === null || region.startsWith('global')) return found;
  return { ...found, doubts: [...found.doubts, regionDoubt(region, 'that of global deployments')] };
}

function findModel(book: PriceBook, name: string): ModelMatch | null {
  const exact = literalMatch(book, name);
  if (exact !== null) return withoutDoubt(exact);
  const parsed = parseName(name);
  if (parsed.vendor === null) return matchBareName(book, parsed);
  if (parsed.vendor === 'aws') {
    const bedrock = matchBedrockId(book, parsed, name);
    if (bedrock !== null) return { ...bedrock, doubts: [...bedrock.doubts, ...pathDoubts(name)] };
  }
  const sold = matchAtVendor(book, parsed.vendor, parsed);
  if (sold !== null) return sold;
  const made =
    matchWithoutSuffix(book, parsed) ??
    matchWithoutRegion(book, parsed) ??
    matchAtMaker(book, parsed.vendor, parsed);
  if (made !== null) return made;
  return name.includes('@') && !name.includes('/') ? matchBareName(book, { ...parsed, vendor: null }) : null;
}

/** Finds the entry of `model`, or null. Ignores case and surrounding spaces. */
export function matchModel(book: PriceBook, model: string): ModelMatch | null {
  const name = model.trim().toLowerCase();
  const match = findModel(book, name);
  if (match === null) return null;
  const found = { ...match, doubts: [...match.doubts, ...searchDoubts(book, match, name)] };
  if (!isFloating(name)) return found;
  // A user who writes the floating name into a price file sets its price.
  if (!book.imported && (found.rule === 'exact' || found.rule === 'alias')) return found;
  const reason = `${name} means another model from time to time; it has the price of ${found.entry}`;
  return { ...found, doubts: [...found.doubts, { code: 'NAME_FLOATING', reason }] };
}
