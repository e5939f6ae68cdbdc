// One figure: what was wanted, what was measured, whether it is reached.
import type { Chart } from './charts.ts';

export interface Figure {
  readonly what: string;
  /** Absent where nothing is wanted: the figure is there to compare with. */
  readonly wanted?: string;
  readonly measured: string;
  readonly reached?: boolean;
}

/** What one group of measurements found. */
export interface Measured {
  readonly figures: readonly Figure[];
  readonly charts?: readonly Chart[];
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, wanted = '–', measured, reached }) => [
    what,
    wanted,
    measured,
    reached === undefined ? '–' : reached ? 'yes' : '**no**',
  ]);
  return [
    '| what | wanted | measured | reached |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/gu, ' ');
}
