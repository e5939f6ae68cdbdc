// Reads the cost of an answer that its provider reports. There are several forms, each with its own name.
import { asFields, type Fields } from '../values/json-fields.ts';
import type { KnownFields } from './known-fields.ts';

export const BILL_FIELDS: KnownFields = {
  cost: 'read',
  cost_details: 'ignored',
  cost_in_usd_ticks: 'read',
  estimated_cost: 'read',
  is_byok: 'ignored',
};

/** 1 tick is 10^-10 USD. */
const USD_OF_TICK = 'e-10';
const DECIMAL = /^\d{1,20}(?:\.\d{1,30})?(?:e-?\d{1,3})?$/iu;
/** Digits that a sum of two doubles has in common with the exact sum. */
const EXACT_DIGITS = 15;

/** Half a sentence on why a bill cannot be read; undefined without a problem. */
export function unreadBill(raw: Fields): string | undefined {
  const { cost, estimated_cost } = raw;
  const total = typeof cost === 'object' && cost !== null ? asFields(cost)['total_cost'] : cost;
  const isUnread = (value: unknown): boolean =>
    value !== undefined && value !== null && dollars(value) === undefined;
  if (isUnread(total)) return 'cost is not an amount';
  if (isUnread(estimated_cost)) return 'estimated_cost is not an amount';
  if (isUnread(raw['cost_in_usd_ticks'])) return 'cost_in_usd_ticks is not an amount';
  const hasUpstream = dollars(asFields(raw['cost_details'])['upstream_inference_cost']) !== undefined;
  return isByok(raw) && !hasUpstream
    ? 'the upstream has a bill of its own, which is not in the usage'
    : undefined;
}

/** The user's own key: the upstream sends a bill, too. */
export function isByok(raw: Fields): boolean {
  return String(raw['is_byok']).toLowerCase() === 'true';
}

/** Dollars; undefined where the provider reports no bill. */
export function reportedBill(raw: Fields): number | undefined {
  const cost = raw['cost'];
  const reported = dollars(cost) ?? dollars(asFields(cost)['total_cost']) ?? dollars(raw['estimated_cost']);
  if (reported !== undefined) return isByok(raw) ? withUpstream(reported, raw) : reported;
  return ofTicks(raw['cost_in_usd_ticks']);
}

/** With a key of the user the cost is only the fee. The upstream's own bill may be missing. */
function withUpstream(fee: number, raw: Fields): number | undefined {
  const upstream = dollars(asFields(raw['cost_details'])['upstream_inference_cost']);
  return upstream === undefined ? undefined : Number((fee + upstream).toPrecision(EXACT_DIGITS));
}

/** 0 ticks occur in answers that are billed: they are no bill. */
function ofTicks(ticks: unknown): number | undefined {
  const count = dollars(ticks);
  if (count === undefined || count === 0) return undefined;
  const usd = Number(`${String(count)}${USD_OF_TICK}`);
  return Number.isFinite(usd) ? usd : undefined;
}

export function dollars(value: unknown): number | undefined {
  const amount = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
  return typeof amount === 'number' && amount >= 0 && Number.isFinite(amount) ? amount : undefined;
}
