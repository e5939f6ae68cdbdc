// The statuses of runs, written out: the list of the projection is not loaded for a help text.
import type { RunRow } from '../../../projections/runs/schema.ts';

export const LISTED_STATUSES: Readonly<Record<RunRow['status'], true>> = {
  success: true,
  failed: true,
  interrupted: true,
  paused: true,
  denied: true,
  incomplete: true,
  running: true,
};
