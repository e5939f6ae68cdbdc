// Lists the projections, one line each.
import { createProjections } from '../../../projections/projection-list.ts';
import { loadPricing } from '../../home/prices/pricing.ts';
import { colour } from '../terminal/colour.ts';
import { formatList, formatOf, type ListFormat } from '../terminal/list-format.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ProjectionsOptions {
  readonly json?: boolean;
  readonly format?: ListFormat;
}

export function listProjections(options: ProjectionsOptions, terminal: Terminal): number {
  const projections = createProjections({ pricing: loadPricing() }).map(({ name, summary, scope }) => ({
    name,
    summary,
    scope,
  }));
  const format = formatOf(options);
  if (format !== 'table') {
    terminal.out(formatList(projections, ['name', 'summary', 'scope'], format));
    return 0;
  }
  const width = Math.max(...projections.map(({ name }) => name.length));
  for (const { name, summary } of projections)
    terminal.out(`${colour.bold(name.padEnd(width))}  ${summary}\n`);
  return 0;
}
