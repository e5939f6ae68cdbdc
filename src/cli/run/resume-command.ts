// Names the command that continues a run.
import type { EventLog } from '../../log/write/event-log.ts';
import type { RunOutcome } from '../../run/run-request.ts';
import { shellPath } from '../../values/shell-word.ts';

/** `modules`: those of `--nodes`. Returns undefined for a run that succeeded or whose log cannot be resumed. */
export function resumeCommandOf(
  { status, executed }: RunOutcome,
  { level, state }: EventLog,
  modules: readonly string[],
): string | undefined {
  const { path, complete } = state;
  const canResume = status !== 'success' && executed !== undefined && level === 'trace' && complete;
  if (!canResume || path === undefined) return undefined;
  const options = modules.map((module) => ` --nodes ${shellPath(module)}`);
  return `pflow resume ${shellPath(path)}${options.join('')}`;
}
