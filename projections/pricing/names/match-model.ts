// Matches a model name to an entry of a book: by exact names, documented aliases and the spellings of sellers. Never
// matches by prefix, so `gpt-40` is not `gpt-4`.
import { bedrockVariants, fineTuneVariants, nameVariants, type Variant } from './name-variants.ts';
import type { PriceBook } from '../books/price-card.ts';
import { canonicalVendor, homeVendor, makersFor, vendorSpellings } from './vendor-name.ts';

export interface ModelMatch {
  /** Id of the entry. */
  readonly entry: string;
  /** Such as `exact`, `alias`, `vendor prefix, date suffix`. */
  readonly rule: string;
}

interface ParsedName {
  /** Canonical; null when the name has no prefix. */
  readonly vendor: string | null;
  readonly bare: string;
  readonly rules: readonly string[];
}

const BEDROCK_ID =
  /^(?:(us-gov|us|eu|apac|au|jp|ca|in|sa|global)\.)?((?:anthropic|amazon|meta|mistral|cohere|deepseek|ai21|openai|qwen|google|nvidia|writer|moonshot|minimax|stability)\..+)$/;

/** Splits a name into its seller and the seller's name for the model. */
function parseName(name: string): ParsedName {
  const resource = /(?:^|\/)publishers\/([^/]+)\/models\/([^/]+)$/.exec(name);
  if (resource !== null) return { vendor: 'google', bare: resource[2] ?? '', rules: ['Vertex id'] };
  if (name.startsWith('models/')) return { vendor: 'google', bare: name.slice(7), rules: ['vendor prefix'] };
  if (name.startsWith('arn:aws')) {
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

function literalMatch(book: PriceBook, name: string): ModelMatch | null {
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
): ModelMatch | null {
  for (const { name, rule } of variants) {
    const entry = find(name);
    if (entry === null) continue;
    const used = rule === null ? rules : [...rules, rule];
    return { entry, rule: used.length === 0 ? 'alias' : used.join(', ') };
  }
  return null;
}

function matchBedrockId(book: PriceBook, parsed: ParsedName): ModelMatch | null {
  const [, region, id] = BEDROCK_ID.exec(parsed.bare) ?? [];
  if (id === undefined) return null;
  const scopes = region === 'global' ? ['global.'] : ['regional.', ''];
  return findVariant(bedrockVariants(id), ['Bedrock id'], (name) => {
    for (const scope of scopes) {
      const entry = findAtVendor(book, 'aws', scope + name);
      if (entry !== null) return entry;
    }
    return null;
  });
}

function matchAtVendor(book: PriceBook, vendor: string, parsed: ParsedName): ModelMatch | null {
  const variants = [...nameVariants(parsed.bare), ...fineTuneVariants(parsed.bare)];
  return findVariant(variants, parsed.rules, (name) => findAtVendor(book, vendor, name));
}

/** Matches a bare name by its variants, then as a model of its home vendor. */
function matchBareName(book: PriceBook, parsed: ParsedName): ModelMatch | null {
  const variants = [...nameVariants(parsed.bare), ...fineTuneVariants(parsed.bare)];
  const found = findVariant(variants, [], (name) => book.names.get(name) ?? null);
  if (found !== null) return found;
  const home = homeVendor(parsed.bare);
  return home === null ? null : matchAtVendor(book, home, { ...parsed, rules: ['home vendor'] });
}

/** Finds the entry of `model`, or null. Ignores case and surrounding spaces. */
export function matchModel(book: PriceBook, model: string): ModelMatch | null {
  const name = model.trim().toLowerCase();
  const exact = literalMatch(book, name);
  if (exact !== null) return exact;
  const parsed = parseName(name);
  if (parsed.vendor === null) return matchBareName(book, parsed);
  if (parsed.vendor === 'aws') {
    const bedrock = matchBedrockId(book, parsed);
    if (bedrock !== null) return bedrock;
  }
  const sold = matchAtVendor(book, parsed.vendor, parsed);
  if (sold !== null) return sold;
  for (const maker of makersFor(parsed.vendor)) {
    const made = matchAtVendor(book, maker, { ...parsed, rules: [...parsed.rules, `price of ${maker}`] });
    if (made !== null) return made;
  }
  return name.includes('@') && !name.includes('/') ? matchBareName(book, { ...parsed, vendor: null }) : null;
}
