// Finds the cards of a call in the books, in order of precedence.
import type { ModelCall } from '../../src/events/model-call.ts';
import { matchModel } from './names/match-model.ts';
import type { Card, PriceBook } from './books/price-card.ts';
import type { CardOrigin, PricedBy } from './rate.ts';
import { canonicalVendor, homeVendor } from './names/vendor-name.ts';

export interface LookupName {
  readonly name: string;
  readonly by: PricedBy;
}

export interface FoundCards extends CardOrigin {
  readonly cards: readonly Card[];
}

/** Vendors whose models run on the user's machine and cost nothing. */
const LOCAL_VENDORS = new Set(['ollama']);

const FREE_CARD: Card = {
  from: null,
  until: null,
  window: null,
  prices: { input: '0', output: '0' },
  requests: {},
  tiers: [],
  serviceTiers: new Map(),
};

function vendorOf(model: string, provider: string): string {
  const slash = model.indexOf('/');
  return canonicalVendor((slash > 0 ? model.slice(0, slash) : provider).toLowerCase());
}

/**
 * Lists names to look up. The name in the answer is more specific than the requested one; both have the same seller.
 */
export function lookupNames(call: ModelCall, asModel: string | undefined): LookupName[] {
  if (asModel !== undefined) return [{ name: asModel, by: 'as_model' }];
  const { model } = call.data;
  const provider = 'provider' in call.data ? call.data.provider : '';
  const responseModel = 'response_model' in call.data ? call.data.response_model : undefined;
  const vendor = vendorOf(model, provider);
  const names: LookupName[] = [];
  if (responseModel !== undefined && responseModel !== '') {
    const own = vendor === '' || canonicalVendor(responseModel.split('/')[0] ?? '') === vendor;
    names.push({ name: own ? responseModel : `${vendor}/${responseModel}`, by: 'response_model' });
  }
  const bare = !model.includes('/');
  if (bare && vendor !== '' && vendor !== homeVendor(model.toLowerCase())) {
    names.push({ name: `${vendor}/${model}`, by: 'model' });
  }
  names.push({ name: model, by: 'model' });
  return names;
}

/** Searches book by book: a user's book wins over the catalogue by any name that it knows. */
export function findCards(
  books: readonly PriceBook[],
  names: readonly LookupName[],
  reason: string | null,
): FoundCards[] {
  const found: FoundCards[] = [];
  for (const [index, book] of books.entries()) {
    for (const { name, by } of names) {
      const match = matchModel(book, name);
      if (match === null) continue;
      const { cards } = book.entry(match.entry);
      found.push({ cards, by, reason, position: String(index), source: book.source, ...match });
      break;
    }
  }
  const local = names.find(({ name }) => LOCAL_VENDORS.has(name.split('/')[0]?.toLowerCase() ?? ''));
  if (local === undefined) return found;
  const origin = {
    entry: local.name,
    by: local.by,
    rule: 'local model',
    source: 'built in',
    position: 'local',
  };
  return [...found, { ...origin, cards: [FREE_CARD], reason }];
}
