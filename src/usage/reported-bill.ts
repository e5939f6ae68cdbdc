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

/** One of the bills of an answer. */
interface NamedBill {
  readonly name: string;
  /** Undefined where it is not an amount. */
  readonly usd: number | undefined;
}

/** In order of precedence. */
function billsOf({ cost, estimated_cost, cost_in_usd_ticks: ticks }: Fields): NamedBill[] {
  const isObject = typeof cost === 'object' && cost !== null;
  const all = [
    { name: 'cost', value: cost, usd: dollars(isObject ? totalIn(asFields(cost)) : cost) },
    { name: 'estimated_cost', value: estimated_cost, usd: dollars(estimated_cost) },
    // 0 ticks occur in answers that are billed: they are not a bill.
    { name: 'cost_in_usd_ticks', value: dollars(ticks) === 0 ? null : ticks, usd: ofTicks(ticks) },
  ];
  return all.filter(({ value }) => value !== undefined && value !== null);
}

function totalIn({ total_cost, currency = 'USD' }: Fields): unknown {
  return String(currency).toUpperCase() === 'USD' ? total_cost : undefined;
}

/** Half a sentence on why a bill is not certain; undefined without a problem. */
export function unreadBill(raw: Fields): string | undefined {
  const bills = billsOf(raw);
  const unread = bills.find(({ usd }) => usd === undefined);
  if (unread !== undefined) return `${unread.name} is not an amount`;
  const [first] = bills;
  const other = bills.find(({ usd }) => usd !== first?.usd);
  if (first !== undefined && other !== undefined) return `${other.name} is another amount than ${first.name}`;
  const hasUpstream = dollars(asFields(raw['cost_details'])['upstream_inference_cost']) !== undefined;
  return isByok(raw) && !hasUpstream
    ? 'the upstream has a bill of its own, which is not in the usage'
    : undefined;
}

/** The user's own key: the upstream sends a bill, too. */
export function isByok(raw: Fields): boolean {
  return String(raw['is_byok']).toLowerCase() === 'true';
}

/** Dollars; undefined where the provider reports no bill. Any other bill counts before one of 0. */
export function reportedBill(raw: Fields): number | undefined {
  const amounts = billsOf(raw).flatMap(({ usd }) => usd ?? []);
  const reported = amounts.find((usd) => usd > 0) ?? amounts[0];
  return reported !== undefined && isByok(raw) ? withUpstream(reported, raw) : reported;
}

/** With a key of the user the cost is only the fee. The upstream's own bill may be missing. */
function withUpstream(fee: number, raw: Fields): number | undefined {
  const upstream = dollars(asFields(raw['cost_details'])['upstream_inference_cost']);
  return upstream === undefined ? undefined : Number((fee + upstream).toPrecision(EXACT_DIGITS));
}

function ofTicks(ticks: unknown): number | undefined {
  const count = dollars(ticks);
  const usd = count === undefined ? NaN : Number(`${String(count)}${USD_OF_TICK}`);
  return Number.isFinite(usd) ? usd : undefined;
}

export function dollars(value: unknown): number | undefined {
  const amount = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
  return typeof amount === 'number' && amount >= 0 && Number.isFinite(amount) ? amount : undefined;
}
