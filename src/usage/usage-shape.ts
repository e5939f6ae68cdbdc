// Compiles the shape of a raw usage: which of its numbers is which count. Calls of one model nearly always have the
// same keys and texts; their numbers are then read without looking at a key again.
import { asFields, type Fields } from '../values/json-fields.ts';
import { isByok } from './reported-bill.ts';
import { isCounted, isTime, type Known, type KnownFields } from './known-fields.ts';
import { formNameOf, isUsual, unusualTier } from './read-report.ts';
import { ORDINARY_FORMS, type OrdinaryForm, type Places } from './ordinary-forms.ts';
import * as Slot from './usage-slots.ts';
import { chatVendorOf, type ChatVendor } from './vendors.ts';

/** Texts that do not change how a usage is read: they are compared elsewhere, or are not priced. */
const TIERS = new Set(['service_tier', 'serviceTier', 'trafficType', 'traffic_type', 'modality']);
const PLACES = new Set(['speed', 'inference_geo']);
/** Objects that have a reader of their own. It finds nothing where all their numbers are 0. */
const TOOLS = new Set(['server_tool_use', 'server_tool_use_details', 'server_side_tool_usage_details']);
/** Ticks have to be converted, so they are ordinary only where they are 0. */
const BILLS = new Set(['cost', 'estimated_cost']);
/** Modalities that have the price of text. */
const PLAIN_MODALITIES = new Set(['TEXT', 'DOCUMENT', 'VIDEO']);
const MOST_NUMBERS = 48;
const MAX_DEPTH = 5;

/** Which number of a usage is which count: its place among the numbers, or -1. */
export interface UsageShape {
  readonly input: number;
  readonly output: number;
  readonly total: number;
  readonly cached: number;
  readonly written: number;
  readonly uncached: number;
  readonly written5m: number;
  readonly written1h: number;
  readonly reasoning: number;
  readonly thoughts: number;
  /** Numbers that have to be 0. */
  readonly zeros: readonly number[];
  /** Amounts of money. */
  readonly bills: readonly number[];
  /** Pairs of numbers that have to be equal: the same count under two names. */
  readonly same: readonly number[];
  /** Cached tokens are not part of the input. */
  readonly cachedBeside: boolean;
  /** The service tier; undefined for the ordinary one. */
  readonly tier: string | undefined;
}

/** A raw usage with the place of each number instead of the number. */
export type NumberedUsage = Fields;

/** Null if a usage of this shape needs the whole reading. `numbers`: how many it has. */
export function compileShape(provider: string, raw: NumberedUsage, numbers: number): UsageShape | null {
  const form = ORDINARY_FORMS[formNameOf(raw, provider) ?? 'other'];
  if (form === undefined || numbers > MOST_NUMBERS || !isOrdinaryForm(form, raw)) return null;
  const reasoning = form === ORDINARY_FORMS.chat ? placeOfReasoning(chatVendorOf(provider)) : Slot.REASONING;
  const slots = new Array<number>(numbers).fill(-1);
  if (reasoning === null || !fillSlots(raw, { known: form.known, places: form.places }, slots, 0))
    return null;
  // A key that is there twice hides one of its numbers.
  if (slots.includes(-1)) return null;
  return shapeOf(
    slots.map((slot) => (slot === Slot.REASONING ? reasoning : slot)),
    { cachedBeside: form.cachedBeside, tier: unusualTier(raw) },
  );
}

/** Null for vendors whose chat completions need more than the counts here. */
function placeOfReasoning({ isPerplexity, audio, rest, reasoning }: ChatVendor): number | null {
  if (isPerplexity || audio === 'beside' || rest === 'thoughts') return null;
  return reasoning === 'beside' ? Slot.THOUGHTS : Slot.REASONING;
}

function shapeOf(
  slots: readonly number[],
  facts: Pick<UsageShape, 'cachedBeside' | 'tier'>,
): UsageShape | null {
  const places = (slot: number): number[] => slots.flatMap((one, at) => (one === slot ? [at] : []));
  const first = (slot: number): number => slots.indexOf(slot);
  if (first(Slot.INPUT) < 0 || first(Slot.OUTPUT) < 0) return null;
  return {
    input: first(Slot.INPUT),
    output: first(Slot.OUTPUT),
    total: first(Slot.TOTAL),
    cached: first(Slot.CACHED),
    written: first(Slot.WRITTEN),
    uncached: first(Slot.UNCACHED),
    written5m: first(Slot.WRITTEN_5M),
    written1h: first(Slot.WRITTEN_1H),
    reasoning: first(Slot.REASONING),
    thoughts: first(Slot.THOUGHTS),
    zeros: places(Slot.ZERO),
    bills: places(Slot.BILL),
    same: Array.from({ length: Slot.SLOTS }, (_, slot) => slot)
      .filter((slot) => slot >= Slot.INPUT && slot !== Slot.BILL)
      .flatMap((slot) =>
        places(slot)
          .slice(1)
          .flatMap((at) => [first(slot), at]),
      ),
    ...facts,
  };
}

/** Compiles a raw usage from its text with `#` for each number. Null as above, or where it is not JSON. */
export function compileShapeText(provider: string, text: string): UsageShape | null {
  let numbers = 0;
  // A number is not inside a text.
  const numbered = text.replaceAll(/"[^"]*"|#/gu, (found) => (found === '#' ? String(numbers++) : found));
  try {
    return compileShape(provider, asFields(JSON.parse(numbered)), numbers);
  } catch {
    return null;
  }
}

function isOrdinaryForm({ alternatives, unusual }: OrdinaryForm, raw: Fields): boolean {
  const isThere = (name: string): boolean => raw[name] !== undefined && raw[name] !== null;
  if (isByok(raw)) return false;
  return !unusual.some(isThere) && !alternatives.some(([name, other]) => name in raw && other in raw);
}

/** What the fields of an object may be. */
interface Expected {
  readonly known: KnownFields;
  readonly places: Places;
}

function fillSlots(fields: Fields, { known, places }: Expected, slots: number[], depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  // A number of a modality would be compared as a count.
  if (typeof fields['modality'] === 'number') return false;
  const isPriced = !PLAIN_MODALITIES.has(String(fields['modality']));
  return Object.entries(fields).every(([name, value]) => {
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    const place = Object.hasOwn(places, name) ? places[name] : undefined;
    if (value === null) return true;
    if (kind === 'ignored') return fillAll(value, Slot.IGNORED, slots);
    if (typeof value !== 'number') return fillField(name, value, { kind, place }, slots, depth);
    slots[value] = typeof place === 'number' ? place : slotOf(name, kind, depth > 0 && !isPriced);
    return true;
  });
}

/** Fills the slots of a field that is not a number. */
function fillField(
  name: string,
  value: unknown,
  { kind, place }: { readonly kind: Known | undefined; readonly place: number | Places | undefined },
  slots: number[],
  depth: number,
): boolean {
  if (kind === undefined) return fillUnknown(name, value, slots);
  if (typeof kind === 'string') return isOrdinaryText(name, value, slots);
  if (typeof value !== 'object' || value === null) return false;
  const inside = { known: kind, places: typeof place === 'object' ? place : {} };
  const parts = Array.isArray(value) ? value.map(asFields) : [asFields(value)];
  return parts.every((part) => fillSlots(part, inside, slots, depth + 1));
}

/** The slot of a number that is not a count of the form. */
function slotOf(name: string, kind: Known | undefined, isModality: boolean): number {
  if (kind === undefined) return isTime(name) ? Slot.IGNORED : Slot.ZERO;
  if (BILLS.has(name)) return Slot.BILL;
  if (isModality && name === 'tokenCount') return Slot.IGNORED;
  return Slot.ZERO;
}

/** Checks a value of a field that is read and is not a number. */
function isOrdinaryText(name: string, value: unknown, slots: number[]): boolean {
  if (TIERS.has(name)) return typeof value === 'string';
  if (PLACES.has(name)) return typeof value === 'string' && isUsual(value);
  return TOOLS.has(name) && !Array.isArray(value) && fillAll(value, Slot.ZERO, slots);
}

/** Gives all numbers of a value one slot. Texts that should be 0 are not ordinary. */
function fillAll(value: unknown, slot: number, slots: number[]): boolean {
  if (typeof value === 'number') slots[value] = slot;
  else if (typeof value === 'object' && value !== null)
    return Object.values(value).every((inside) => fillAll(inside, slot, slots));
  else if (slot !== Slot.IGNORED) return value === null;
  return true;
}

function fillUnknown(name: string, value: unknown, slots: number[]): boolean {
  if (typeof value !== 'object' || value === null) return !isCounted(name, value, 0);
  const inside: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((one: unknown) => [name, one] as const)
    : Object.entries(value);
  return inside.every(([key, one]) => {
    if (typeof one !== 'number') return fillUnknown(key, one, slots);
    slots[one] = isTime(key) ? Slot.IGNORED : Slot.ZERO;
    return true;
  });
}
