// Calculates costs for the oracles the naive way: whole trillionths of a dollar, price times tokens, call by call.
import type { EventOf, LogEvent } from '../../../src/events/event.ts';
import { SONNET, TEST_PRICES } from '../../support/test-prices.ts';

type Call = EventOf<'llm.completed'> | EventOf<'llm.failed'>;

/** Calls that count: all completed ones, failed ones that report their usage, and those without an end. */
export function callsIn(log: readonly LogEvent[]): Call[] {
  const ended = log.filter(
    (event): event is Call =>
      event.type === 'llm.completed' || (event.type === 'llm.failed' && event.data.usage !== undefined),
  );
  return [...ended, ...openIn(log)];
}

/** As calls that failed without a count. */
function openIn(log: readonly LogEvent[]): Call[] {
  const hasEnd = ({ run, data }: LogEvent): boolean =>
    log.some(
      (other) =>
        (other.type === 'llm.completed' || other.type === 'llm.failed') &&
        other.run === run &&
        other.data.call === data['call' as keyof typeof data],
    );
  const open = log.filter(
    (event): event is EventOf<'llm.sent'> | EventOf<'llm.prompted'> =>
      (event.type === 'llm.sent' || event.type === 'llm.prompted') && !hasEnd(event),
  );
  const once = new Map(open.map((event) => [JSON.stringify([event.run, event.data.call]), event]));
  return [...once.values()].map(({ data: { call, model }, ...event }) => ({
    ...event,
    type: 'llm.failed',
    data: { call, model, duration_ms: 0, error: { name: 'Error', message: '' }, usage: {} },
  }));
}

export function isReused(call: Call): boolean {
  return call.type === 'llm.completed' && call.data.reused !== undefined;
}

export function isUnmetered(call: Call): boolean {
  return Object.keys(call.data.usage ?? {}).length === 0;
}

export function isEstimated(call: Call): boolean {
  return !isUnmetered(call) && !Object.hasOwn(TEST_PRICES, call.data.model);
}

/** Rounds to dollars with 6 decimals, half to even. */
export function dollarsOf(calls: readonly Call[]): number {
  const trillionths = calls.map(costOf).reduce((sum, cost) => sum + cost, 0n);
  const millionths = trillionths / 1_000_000n;
  const rest = trillionths % 1_000_000n;
  const up = rest > 500_000n || (rest === 500_000n && millionths % 2n === 1n);
  return Number(millionths + (up ? 1n : 0n)) / 1e6;
}

function costOf({ data: { model, usage = {} } }: Call): bigint {
  const card = TEST_PRICES[model] ?? TEST_PRICES[SONNET];
  if (card === undefined) throw new Error('no price');
  const hour = usage.cache_creation_1h_input_tokens ?? 0;
  const amount = (tokens: number, price: number): bigint => BigInt(tokens) * BigInt(Math.round(price * 1e6));
  return (
    amount(usage.input_tokens ?? 0, card.input) +
    amount(usage.output_tokens ?? 0, card.output) +
    amount(usage.cache_read_input_tokens ?? 0, card.cache_read) +
    amount((usage.cache_creation_input_tokens ?? 0) - hour, card.cache_write) +
    amount(hour, card.cache_write_1h)
  );
}
