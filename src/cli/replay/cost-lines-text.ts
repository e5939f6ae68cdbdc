// Formats the calls of `--explain` for people: each with its price and, class by class, count × price = amount.
import type { CostLine } from '../../../projections/cost/schema.ts';
import { groupDigits } from '../../values/format-count.ts';
import { colour } from '../terminal/colour.ts';

type Part = CostLine['parts'][number];

interface Widths {
  readonly what: number;
  readonly count: number;
  readonly price: number;
  /** Of the amounts, up to the decimal point. */
  readonly whole: number;
}

export function costLinesText(value: unknown): string[] {
  const lines = value as readonly CostLine[];
  const parts = lines.flatMap((line) => line.parts);
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
  const widths = {
    what: widest(parts.map(({ what }) => what)),
    count: widest(parts.map(({ count }) => groupDigits(count))),
    price: widest(parts.map(({ price }) => price)),
    whole: widest(parts.map(({ amount_usd }) => amount_usd.split('.')[0] ?? '')),
  };
  const runs = new Set(lines.map(({ run }) => run));
  return lines.flatMap((line, index) => [
    ...(runs.size > 1 && line.run !== lines[index - 1]?.run ? [colour.dim(`run ${line.run}`)] : []),
    headText(line),
    ...priceTexts(line).map((text) => `    ${text}`),
    ...line.parts.map((part) => `    ${productText(part, widths)}`),
  ]);
}

function headText(line: CostLine): string {
  const { call, node, model, cost_usd, state, reused, visit, item, attempt } = line;
  const place = [
    visit === undefined ? '' : `visit ${String(visit)}`,
    item === undefined ? '' : `item ${String(item)}`,
    attempt === undefined ? '' : `attempt ${String(attempt)}`,
    reused ? 'reused' : '',
    state === 'priced' ? '' : state,
  ].filter(Boolean);
  const about = place.length === 0 ? '' : `  ${colour.yellow(place.join(', '))}`;
  return `call ${String(call)}  ${node ?? '-'}  ${colour.bold(model)}  ${cost_usd ?? 'no cost'}${about}`;
}

/** How the price was found, and why it is not exact. */
function priceTexts(line: CostLine): string[] {
  const { entry, by, rule, source, tier, service_tier, reason, response_model } = line;
  const lines: string[] = [];
  if (entry !== null) {
    const name = by === 'response_model' ? `answered by ${response_model ?? ''}` : MATCHED_BY[by ?? 'model'];
    const facts = [
      tier === null ? '' : `tier ${tier}`,
      service_tier === null ? '' : `service tier ${service_tier}`,
    ];
    const more = facts.filter(Boolean).map((fact) => `, ${fact}`);
    lines.push(colour.dim(`price of ${entry} (${name}; ${rule ?? ''}; ${source ?? ''})`) + more.join(''));
  }
  if (reason !== null) lines.push(colour.yellow(reason));
  if (line.provider_cost_usd !== undefined)
    lines.push(colour.dim(`the provider reports ${line.provider_cost_usd}`));
  return lines;
}

const MATCHED_BY: Readonly<Record<NonNullable<CostLine['by']>, string>> = {
  response_model: 'answered by',
  model: 'as requested',
  as_model: '--as-model',
  fallback: 'fallback',
};

function productText({ what, count, priced_as, price, amount_usd }: Part, widths: Widths): string {
  const unit = priced_as === null ? 'per 1,000' : 'per million';
  const own = priced_as === null || priced_as === what ? '' : colour.dim(`  priced as ${priced_as}`);
  const times = `${groupDigits(count).padStart(widths.count)} × ${price.padStart(widths.price)} ${unit.padEnd(11)}`;
  // Aligns the decimal points: the digits before them take the same width everywhere.
  const [whole = ''] = amount_usd.split('.');
  const amount = ' '.repeat(widths.whole - whole.length) + amount_usd;
  return `${what.padEnd(widths.what)}  ${times} = ${amount}${own}`;
}
