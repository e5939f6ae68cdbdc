// Lists the projections, one line each.
import { createProjections } from '../../../projections/projection-list.ts';
import { loadPricing } from '../../home/prices/pricing.ts';
import { colour } from '../terminal/colour.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ProjectionsOptions {
  readonly json?: boolean;
}

export function listProjections(options: ProjectionsOptions, terminal: Terminal): number {
  const projections = createProjections({ pricing: loadPricing() }).map(({ name, summary, scope }) => ({
    name,
    summary,
    scope,
  }));
  if (options.json === true) {
    terminal.out(`${JSON.stringify(projections, undefined, 2)}\n`);
    return 0;
  }
  const width = Math.max(...projections.map(({ name }) => name.length));
  for (const { name, summary } of projections)
    terminal.out(`${colour.bold(name.padEnd(width))}  ${summary}\n`);
  return 0;
}
