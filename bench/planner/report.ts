// The judgements as aligned rows for a terminal and as a table for the page.
import { alignRows } from '../../src/cli/terminal/table.ts';
import { renderColour } from '../../src/cli/terminal/colour.ts';
import type { CaseScore } from './score-case.ts';
import { share, totalsOf } from './totals.ts';

type Row = Readonly<Record<string, string>>;

export function reportText(judgements: readonly CaseScore[]): string {
  const lines = alignRows([...judgements.map(rowOf), sumRow(judgements)]);
  const reasons = judgements.flatMap(({ name, reasons: why }) => why.map((reason) => `${name}: ${reason}`));
  return renderColour(
    [...lines, '', ...reasons, ...(reasons.length === 0 ? [] : ['']), summary(judgements)].join('\n'),
    false,
  );
}

export function reportTable(judgements: readonly CaseScore[]): string {
  const rows = [...judgements.map(rowOf), sumRow(judgements)];
  const [first = {}] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(Object.keys(first)),
    line(Object.keys(first).map(() => '---')),
    ...rows.map((row) => line(Object.values(row))),
    '',
    summary(judgements),
  ].join('\n');
}

function rowOf(one: CaseScore): Row {
  const { right, planned, expected } = one.structure;
  return {
    sentence: one.name,
    outcome: yesNo(one.outcome),
    valid: yesNo(one.valid),
    rounds: String(one.rounds),
    precision: percent(share(right, planned)),
    recall: percent(share(right, expected)),
    executes: one.executes === null ? '-' : yesNo(one.executes),
    success: yesNo(one.success),
    calls: String(one.calls),
    'cost usd': Number(one.cost).toFixed(6),
  };
}

function sumRow(judgements: readonly CaseScore[]): Row {
  const all = totalsOf(judgements);
  const of = (part: number, whole = all.sentences): string => `${String(part)}/${String(whole)}`;
  return {
    sentence: 'all',
    outcome: of(all.outcomes),
    valid: of(all.valid),
    rounds: '',
    precision: percent(all.precision),
    recall: percent(all.recall),
    executes: of(all.executing, all.executed),
    success: of(all.successes),
    calls: String(all.calls),
    'cost usd': Number(all.cost).toFixed(6),
  };
}

function summary(judgements: readonly CaseScore[]): string {
  const { successes, sentences, cost_per_success } = totalsOf(judgements);
  const price = cost_per_success === null ? 'no success to pay for' : `$${cost_per_success} per success`;
  return `${String(successes)} of ${String(sentences)} sentences, ${price}`;
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');
const percent = (part: number | null): string => (part === null ? '-' : `${(part * 100).toFixed(0)} %`);
