// Reads what a call's price may depend on besides its tokens: speed, geography, region and size of the search context.
import type { ModelCall } from '../../src/events/model-call.ts';
import { CALL_FACTS, type CallFact, type Card } from './books/price-card.ts';
import type { Doubt } from '../../src/events/doubts.ts';
import { asFields } from '../../src/values/json-fields.ts';

export type CallFacts = Readonly<Partial<Record<CallFact, string>>>;

export const NO_FACTS: CallFacts = Object.freeze({});

/** Values by which providers mean their ordinary prices. */
const ORDINARY: Readonly<Partial<Record<CallFact, ReadonlySet<string>>>> = {
  speed: new Set(['standard', 'normal', 'default']),
  geo: new Set(['global', 'not_available']),
};

/** Lists the facts that the provider reported, in lower case. Ordinary ones are left out. */
export function callFacts(call: ModelCall): CallFacts {
  const reported = call.data.usage as Readonly<Partial<Record<CallFact, unknown>>> | undefined;
  if (reported === undefined || hasNoFacts(reported, call)) return NO_FACTS;
  let facts: Partial<Record<CallFact, string>> | null = null;
  for (const fact of CALL_FACTS) {
    const value = reported[fact] ?? (fact === 'search_context' ? searchContext(call) : undefined);
    if (typeof value !== 'string' || value === '') continue;
    const text = value.toLowerCase();
    if (ORDINARY[fact]?.has(text) !== true) (facts ??= {})[fact] = text;
  }
  return facts ?? NO_FACTS;
}

/** True for nearly all calls. Spelled out, since it runs for every call of a log. */
function hasNoFacts(reported: Readonly<Partial<Record<CallFact, unknown>>>, call: ModelCall): boolean {
  return (
    reported.speed === undefined &&
    reported.geo === undefined &&
    reported.region === undefined &&
    reported.search_context === undefined &&
    (call.type === 'llm.failed' || call.data.raw_usage === undefined)
  );
}

/** Perplexity reports it beside its counts. */
function searchContext(call: ModelCall): unknown {
  return call.type === 'llm.completed' ? asFields(call.data.raw_usage)['search_context_size'] : undefined;
}

/** The service tier in the usage itself. */
export function callTier(call: ModelCall): string | undefined {
  const { tier } = (call.data.usage ?? {}) as { readonly tier?: unknown };
  return typeof tier === 'string' && tier !== '' ? tier : undefined;
}

/** Lists the cards with a condition that these facts meet. */
export function overlaysFor(overlays: readonly Card[], facts: CallFacts): Card[] {
  return overlays.filter(({ when }) =>
    CALL_FACTS.every((fact) => when?.[fact]?.includes(facts[fact] ?? '') ?? true),
  );
}

const DOUBT_OF: Readonly<Record<CallFact, Doubt['code']>> = {
  speed: 'TIER_UNPRICED',
  geo: 'REGION_ASSUMED',
  region: 'REGION_ASSUMED',
  search_context: 'TIER_UNPRICED',
};

/** Doubts about facts that no card has a price for. `overlays` are all cards with a condition of the entry. */
export function factDoubts(facts: CallFacts, met: readonly Card[], overlays: readonly Card[]): Doubt[] {
  return CALL_FACTS.flatMap((fact): Doubt[] => {
    const value = facts[fact];
    const isPriced = met.some(({ when }) => when?.[fact] !== undefined);
    // The region of a name and the search context only matter for prices that depend on them.
    const matters =
      fact === 'speed' ||
      fact === 'geo' ||
      (fact === 'search_context' && value !== undefined) ||
      overlays.some(({ when }) => when?.[fact] !== undefined);
    if (isPriced || !matters) return [];
    if (value !== undefined) return [{ code: DOUBT_OF[fact], reason: `no price for ${fact} "${value}"` }];
    if (fact !== 'search_context') return [];
    return [{ code: DOUBT_OF[fact], reason: 'the provider did not report the size of the search context' }];
  });
}
