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

/** Dollars; undefined where the provider reports no bill. */
export function reportedBill(raw: Fields): number | undefined {
  const cost = raw['cost'];
  const reported = dollars(cost) ?? dollars(asFields(cost)['total_cost']) ?? dollars(raw['estimated_cost']);
  if (reported !== undefined) return raw['is_byok'] === true ? withUpstream(reported, raw) : reported;
  return ofTicks(raw['cost_in_usd_ticks']);
}

/** With a key of the user the cost is only the fee. The upstream's own bill may be missing. */
function withUpstream(fee: number, raw: Fields): number | undefined {
  const upstream = dollars(asFields(raw['cost_details'])['upstream_inference_cost']);
  return upstream === undefined ? undefined : Number((fee + upstream).toPrecision(EXACT_DIGITS));
}

/** 0 ticks occur in answers that are billed: they are no bill. */
function ofTicks(ticks: unknown): number | undefined {
  const count = Number(ticks);
  if (ticks === null || ticks === '' || !Number.isSafeInteger(count) || count <= 0) return undefined;
  return Number(`${String(count)}${USD_OF_TICK}`);
}

export function dollars(value: unknown): number | undefined {
  const amount = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
  return typeof amount === 'number' && amount >= 0 && Number.isFinite(amount) ? amount : undefined;
}
