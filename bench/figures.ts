// Defines a figure: its target, what was measured, and whether the target is reached.
import type { Chart } from './charts.ts';

export interface Figure {
  readonly what: string;
  /** Absent for a figure without a target, given for comparison. */
  readonly target?: string;
  readonly measured: string;
  readonly reached?: boolean;
}

/** What one group of measurements found. */
export interface Measured {
  readonly figures: readonly Figure[];
  readonly charts?: readonly Chart[];
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, target: target = '–', measured, reached }) => [
    what,
    target,
    measured,
    reached === undefined ? '–' : reached ? 'yes' : '**no**',
  ]);
  return [
    '| what | target | measured | reached |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/gu, ' ');
}
