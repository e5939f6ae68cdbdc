// One figure: what was wanted, what was measured, whether it is reached.

export interface Figure {
  readonly what: string;
  readonly wanted: string;
  readonly measured: string;
  readonly reached: boolean;
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, wanted, measured, reached }) => [
    what,
    wanted,
    measured,
    reached ? 'yes' : '**no**',
  ]);
  return [
    '| what | wanted | measured | reached |',
    '|---|---|---|---|',
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}
