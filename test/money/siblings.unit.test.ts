// Invariant: inputs of the kinds that have been priced wrongly give the right amount, or one that is not exact.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readBill, type Bill } from '../../src/models/usage/bill.ts';
import { costOfCall, type OwnPrices } from './cost-of-call.ts';

interface Sibling {
  readonly id: string;
  readonly kind: string;
  readonly model: string;
  /** Who answers at the address of the provider. */
  readonly vendor?: string;
  /** As a provider sends it. */
  readonly body?: unknown;
  /** Of the response. */
  readonly headers?: Readonly<Record<string, string>>;
  /** As a log has it, instead of a body. */
  readonly call?: Partial<Bill>;
  readonly at?: string;
  readonly pricing?: OwnPrices;
  readonly want: {
    readonly cost_usd?: string;
    readonly exact?: boolean;
    /** An amount that is not exact is right, too. */
    readonly or_not_exact?: boolean;
  };
}

/** `reports.json` has bodies of public reports, with amounts calculated by hand from public prices. */
const SIBLINGS = ['siblings', 'reports'].flatMap(
  (name) => JSON.parse(readFileSync(`fixtures/money/${name}.json`, 'utf8')) as readonly Sibling[],
);

test.each(SIBLINGS.map((one) => [one.kind, one.id, one] as const))(
  'the amount is right, or not exact: %s, %s',
  (_kind, _id, sibling) => {
    const { model, vendor, body, headers, call, at, pricing, want } = sibling;
    const provider = model.split('/')[0] ?? '';
    const bill = call ?? readBill(body, { provider, model, vendor, headers });
    const cost = costOfCall({ provider, vendor, model, bill, at, pricing });
    if (want.or_not_exact === true && !cost.exact) return;
    const { cost_usd = cost.total_cost_usd, exact = cost.exact } = want;
    expect({ cost_usd: cost.total_cost_usd, exact: cost.exact }).toEqual({ cost_usd, exact });
  },
);
