// The tab with the cost: all calls with other prices, by model, and every line explained.
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Cost } from '../../projections/cost/schema.ts';
import { createCost } from '../../projections/cost/projection.ts';
import { project } from '../../projections/fold.ts';
import { groupDigits } from '../values/format-count.ts';
import { doubtReasons, isExactModel } from './cost-doubts.ts';
import { CostLines } from './cost-lines.tsx';
import { callCosts } from './call-costs.ts';
import type { LogLine } from './log-lines.ts';
import { fullMoneyText } from './money-text.ts';
import { pagePricing, pricedModels } from './page-pricing.ts';
import type { RunModel } from './run-model.ts';
import { oneLine } from './one-line.ts';
import type { PriceSources } from '../../projections/pricing/books/price-sources.ts';

interface CostViewProps {
  readonly model: RunModel;
  readonly lines: readonly LogLine[];
  readonly prices: PriceSources;
}

/** The cost with the prices of another model, or why it is unknown. */
type Repriced = { readonly cost: Cost } | { readonly problem: string } | null;

export function CostView({ model: run, lines, prices }: CostViewProps): VNode {
  const { cost, timeline } = run;
  const [model, setModel] = useState('');
  const models = useMemo(() => pricedModels(prices), [prices]);
  const repriced = useMemo(() => reprice(lines, prices, model.trim()), [lines, prices, model]);
  const shown = repriced !== null && 'cost' in repriced ? repriced.cost : cost;
  const calls = useMemo(() => callCosts(shown.lines ?? run.costLines(), timeline), [shown, run, timeline]);
  return (
    <div class="cost-view">
      <div class="reprice">
        <label>
          Price all calls as
          <input
            type="text"
            list="models"
            value={model}
            placeholder="the models that were called"
            spellcheck={false}
            onInput={(event) => {
              setModel(event.currentTarget.value);
            }}
          />
        </label>
        <datalist id="models">
          {models.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <p class="what-if" role="status">
          {repricedText(cost, repriced)}
        </p>
      </div>
      <Doubts cost={shown} />
      <ByModel cost={shown} />
      <h3>Every call</h3>
      {calls.length === 0 ? <p class="muted">no model calls</p> : null}
      <CostLines costs={calls} />
    </div>
  );
}

function reprice(lines: readonly LogLine[], prices: PriceSources, model: string): Repriced {
  if (model === '') return null;
  try {
    const pricing = pagePricing(prices, model);
    const events = lines.map(({ event }) => event);
    return { cost: project(createCost({ pricing, explain: true }), events) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function repricedText(cost: Cost, repriced: Repriced): string {
  const was = fullMoneyText(cost.total_cost_usd, cost.exact);
  if (repriced === null) return `${was} as it was`;
  if ('problem' in repriced) return oneLine(repriced.problem);
  const { total_cost_usd, exact } = repriced.cost;
  const before = Number(cost.total_cost_usd);
  const about = exact && cost.exact ? '' : '~';
  const percent = String(Math.round((Number(total_cost_usd) / before) * 100));
  const change = before === 0 ? '' : `, ${about}${percent} % of ${was}`;
  return `${fullMoneyText(total_cost_usd, exact)}${change}`;
}

function Doubts({ cost }: { readonly cost: Cost }): VNode | null {
  const reasons = doubtReasons(cost);
  if (reasons.length === 0) return null;
  return (
    <section>
      <h3>Why the cost is not exact</h3>
      <ul>
        {reasons.map((reason) => (
          <li key={reason}>{oneLine(reason)}</li>
        ))}
      </ul>
    </section>
  );
}

function ByModel({ cost }: { readonly cost: Cost }): VNode | null {
  if (cost.by_model.length === 0) return null;
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            {['model', 'calls', 'failed', 'input', 'cached', 'output', 'cost'].map((title, index) => (
              <th scope="col" key={title} class={index === 0 ? '' : 'number'}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cost.by_model.map((row) => (
            <tr key={row.model}>
              <td>{oneLine(row.model)}</td>
              <td class="number">{row.calls}</td>
              <td class="number">{row.failed_calls}</td>
              <td class="number">{groupDigits(row.tokens_input)}</td>
              <td class="number">{groupDigits(row.tokens_cache_read)}</td>
              <td class="number">{groupDigits(row.tokens_output)}</td>
              <td class="number">{fullMoneyText(row.cost_usd, isExactModel(cost, row))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
