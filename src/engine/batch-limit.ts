// Limits what all runs of one submission may spend together. The sums of the runs are in the database.
import type { Pool } from 'pg';
import { createCost } from '../../projections/cost/projection.ts';
import { startFold } from '../../projections/fold.ts';
import { isAtLeast, sumAmounts, toDecimal, toPlainDecimal } from '../../projections/pricing/decimal.ts';
import { sumLedger } from '../../projections/pricing/ledger/sum-ledger.ts';
import type { Pricing } from '../../projections/pricing/create-pricing.ts';
import { PflowError } from '../errors.ts';
import type { EventLog } from '../log/write/event-log.ts';
import type { ModelClient } from '../models/model.ts';
import { outlastOutage } from './database.ts';

interface BatchLimitOptions {
  readonly pool: Pool;
  readonly batch: string;
  readonly run: string;
  /** US dollars. */
  readonly usd: string;
  readonly log: Pick<EventLog, 'follow'>;
  readonly pricing: Pricing;
  /** Stops the run. */
  readonly controller: AbortController;
}

/** Checks the sum before each call. Each call adds to it when it has ended. */
export class BatchLimit {
  private readonly budget: BatchLimitOptions;
  private readonly own: () => string;
  /** Ends when the cost so far is in the database. */
  private stored: Promise<unknown> = Promise.resolve();

  constructor(budget: BatchLimitOptions) {
    this.budget = budget;
    const cost = startFold(createCost({ pricing: budget.pricing }));
    this.own = () => toDecimal(sumLedger(cost.state().ledger).cost);
    budget.log.follow((event) => {
      cost.add(event);
      if (event.type === 'llm.completed' || event.type === 'llm.failed')
        this.stored = this.stored.then(() => this.store());
    });
  }

  /** Resolves when the cost of the run is in the database. */
  async settle(): Promise<void> {
    await this.stored;
  }

  wrap(inner: ModelClient): ModelClient {
    return {
      answer: async (...call) => {
        await this.check();
        return inner.answer(...call);
      },
    };
  }

  private async check(): Promise<void> {
    const { pool, batch, run, usd, controller } = this.budget;
    const { rows } = await outlastOutage(() =>
      pool.query<{ usd: string }>(
        'SELECT coalesce(sum(usd), 0)::text AS usd FROM pflow.spent WHERE batch = $1 AND run <> $2',
        [batch, run],
      ),
    );
    const spent = sumAmounts([rows[0]?.usd ?? '0', this.own()]);
    if (!isAtLeast(spent, usd)) return;
    const error = new PflowError(
      'MAX_COST_REACHED',
      `the runs of this submission spent $${spent} of the $${toPlainDecimal(usd)} limit; no further model call is made`,
      { hint: 'Submit the rest again with another --tag and a higher --max-cost.' },
    );
    // Neither a retry nor an error edge may continue the run.
    controller.abort(error);
    throw error;
  }

  private async store(): Promise<void> {
    const { pool, batch, run } = this.budget;
    await outlastOutage(() =>
      pool.query(
        `INSERT INTO pflow.spent (batch, run, usd) VALUES ($1, $2, $3)
         ON CONFLICT (batch, run) DO UPDATE SET usd = excluded.usd`,
        [batch, run, this.own()],
      ),
    );
  }
}
