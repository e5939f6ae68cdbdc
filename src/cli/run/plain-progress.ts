// Prints a run while it goes on, for logs of CI servers: a line for each start and end of a node, and nothing that
// moves.
import { startLive, type Fold } from '../../../projections/fold.ts';
import type { Summary } from '../../../projections/summary/schema.ts';
import { createSummary } from '../../../projections/summary/projection.ts';
import type { LogEvent } from '../../events/event.ts';
import { colour } from '../terminal/colour.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Progress, ProgressSource } from './progress.ts';
import { endedLine, headingLine, lastLine, positionText, widthFor, type Heading } from './progress-lines.ts';

/** Shows neither the progress of tools nor texts that are streamed. */
export function startPlainProgress(
  { log, pricing }: ProgressSource,
  terminal: Terminal,
  heading: Heading,
): Progress {
  const live = startLive(createSummary({ pricing }));
  let width = widthFor(heading);
  terminal.err(headingLine(heading));
  const unsubscribe = log.follow((event) => {
    live.add(event);
    if ('planner' in heading && event.type === 'workflow.started' && event.node === undefined) {
      width = widthFor(event.data);
      terminal.err(headingLine(event.data));
      return;
    }
    terminal.err(startedLine(event, live, width) ?? endedLine(event, live, width) ?? '');
  });
  return {
    pauseWhile: (work) => work(),
    showToolProgress: () => undefined,
    showModelText: () => undefined,
    showCommandOutput: () => undefined,
    end() {
      unsubscribe();
      terminal.err(lastLine(live.result()));
    },
  };
}

/** A batch has one line, however many items it has. */
function startedLine(event: LogEvent, live: Fold<unknown, Summary>, width: number): string | undefined {
  if (event.type !== 'node.started' || event.item !== undefined) return undefined;
  const { node = '', visit = 1, phase } = event;
  const isOwn = phase !== 'planner' && !node.includes('/');
  const texts = [isOwn ? positionText(live.result()) : '', visit === 1 ? '' : `visit ${String(visit)}`];
  const about = texts.filter((text) => text !== '').join(', ');
  return `  ${colour.cyan('▸')} ${about === '' ? node : `${node.padEnd(width)}  ${colour.dim(about)}`}\n`;
}
