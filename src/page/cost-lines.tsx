// Explains the cost of model calls line by line: tokens, price, rule and doubts.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { CostLine } from '../../projections/cost/schema.ts';
import { formatCount, groupDigits } from '../values/format-count.ts';
import type { CallCost, UnreadCall } from './call-costs.ts';
import { isExactLine } from './cost-doubts.ts';
import { fullMoneyText } from './money-text.ts';
import { oneLine } from './one-line.ts';

const SHOWN = 100;

export function CostLines({ costs }: { readonly costs: readonly CallCost[] }): VNode {
  const [most, setMost] = useState(SHOWN);
  return (
    <div class="cost-lines">
      {costs
        .slice(0, most)
        .map((cost) =>
          'parts' in cost.cost ? (
            <Line key={cost.call} line={cost.cost} />
          ) : (
            <UnreadLine key={cost.call} {...cost} unread={cost.cost} />
          ),
        )}
      {costs.length <= most ? null : (
        <button
          type="button"
          class="more"
          onClick={() => {
            setMost(most + 500);
          }}
        >
          Show more of {formatCount(costs.length, 'call')}
        </button>
      )}
    </div>
  );
}

function Line({ line }: { readonly line: CostLine }): VNode {
  const { call, node, model, response_model, state, reason, parts, cost_usd, doubts = [], reused } = line;
  return (
    <article class={`cost-line ${state}`}>
      <h4>
        <span class="mono">call {call}</span> <span>{oneLine(node ?? 'planner')}</span>
        <span class="amount">{fullMoneyText(cost_usd, isExactLine(line))}</span>
      </h4>
      <p class="muted">
        {oneLine(model)}
        {response_model === undefined ? '' : `, answered by ${oneLine(response_model)}`}
        {` · ${state}${reused ? ', reused: nothing was paid' : ''}`}
        {reason === null ? '' : `: ${oneLine(reason)}`}
      </p>
      {parts.length === 0 ? null : (
        <table>
          <thead>
            <tr>
              <th scope="col">what</th>
              {['count', 'price', 'amount'].map((title) => (
                <th scope="col" class="number" key={title}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {parts.map(({ what, count, price, amount_usd, priced_as }, index) => (
              <tr key={index}>
                <td>
                  {oneLine(what)}
                  {priced_as === null || priced_as === what ? '' : `, as ${priced_as}`}
                </td>
                <td class="number">{groupDigits(count)}</td>
                <td class="number">
                  ${price} {priced_as === null ? '/ 1,000' : '/ M'}
                </td>
                <td class="number">${amount_usd}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="muted">{ruleText(line)}</p>
      {doubts.map((doubt) => (
        <p class="warning" key={doubt.code}>
          <span class="mono">{doubt.code}</span> {oneLine(doubt.reason)}
        </p>
      ))}
    </article>
  );
}

interface UnreadLineProps extends Omit<CallCost, 'cost'> {
  readonly unread: UnreadCall;
}

function UnreadLine({ call, place, unread }: UnreadLineProps): VNode {
  const { model, cost_usd, state, reason } = unread;
  return (
    <article class={`cost-line ${state}`}>
      <h4>
        <span class="mono">call {call}</span> <span>{oneLine(place.node ?? 'planner')}</span>
        <span class="amount">{fullMoneyText(cost_usd)}</span>
      </h4>
      <p class="muted">
        {oneLine(model)} · {state}: {reason}
      </p>
    </article>
  );
}

/** Which price was taken, and from where. */
function ruleText({ entry, by, rule, source, tier, service_tier, provider_cost_usd }: CostLine): string {
  return [
    entry === null ? '' : `price of ${oneLine(entry)}`,
    by === null ? '' : `found by ${by}`,
    rule === null ? '' : `rule ${oneLine(rule)}`,
    source === null ? '' : `in ${oneLine(source)}`,
    tier === null ? '' : `tier ${oneLine(tier)}`,
    service_tier === null ? '' : `service tier ${oneLine(service_tier)}`,
    provider_cost_usd === undefined ? '' : `the provider reported $${provider_cost_usd}`,
  ]
    .filter((text) => text !== '')
    .join(' · ');
}
