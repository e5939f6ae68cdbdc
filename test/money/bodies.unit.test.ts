// Invariant: the answer of each vendor, in its documented form, gives the right counts and the right amount.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Usage } from '../../src/events/usage.ts';
import { readBill } from '../../src/models/usage/bill.ts';
import { costOfCall, type OwnPrices } from './cost-of-call.ts';

interface RecordedBody {
  readonly id: string;
  readonly model: string;
  /** As a provider sends it; of a stream, the chunk with the usage. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pricing?: OwnPrices;
  readonly want: {
    /** All counts but the total; null: the doubt matters and not the counts. */
    readonly usage: Usage | null;
    /** Absent where the prices change from day to day. */
    readonly cost_usd?: string;
    readonly exact?: boolean;
  };
}

const BODIES = JSON.parse(readFileSync('fixtures/money/bodies.json', 'utf8')) as readonly RecordedBody[];

test.each(BODIES.map((body) => [body.id, body] as const))(
  'counts and amount are right: %s',
  (_id, { model, body, headers, pricing, want }) => {
    const provider = model.split('/')[0] ?? '';
    const bill = readBill(body, { provider, model, headers });
    if (want.usage !== null) {
      const { total_tokens: _total, ...counts } = bill.usage;
      const isCounted = ([, count]: readonly [string, unknown]): boolean => count !== 0;
      expect(Object.fromEntries(Object.entries(counts).filter(isCounted))).toEqual(want.usage);
    }
    const cost = costOfCall({ provider, model, bill, pricing });
    const { cost_usd = cost.total_cost_usd, exact = cost.exact } = want;
    expect({ cost_usd: cost.total_cost_usd, exact: cost.exact, doubts: cost.doubts }).toEqual({
      cost_usd,
      exact,
      doubts: exact ? [] : cost.doubts,
    });
  },
);
