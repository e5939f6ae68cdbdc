// Colours the statuses of runs.
import type { RunRow } from '../../../projections/runs/schema.ts';
import { colour } from './colour.ts';

const COLOURS: Readonly<Record<RunRow['status'], (text: string) => string>> = {
  success: colour.green,
  failed: colour.red,
  interrupted: colour.yellow,
  paused: colour.yellow,
  denied: colour.red,
  incomplete: colour.yellow,
  running: colour.cyan,
};

/** Writes `text` in the colour of a status. */
export function inStatusColour(status: RunRow['status'], text: string): string {
  return COLOURS[status](text);
}
