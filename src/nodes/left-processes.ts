// Ends what commands left running in the background, once their run is stopped.
import type { StartedCommand } from './command-processes.ts';
import { endCommand, endLeftProcesses, isGroupAlive, killCommand, killLeftProcesses } from './end-group.ts';

/** Marks of the commands that have ended, by the signal of their run. */
const marksOfRuns = new WeakMap<AbortSignal, Set<string>>();

/** Ends everything that a command has left, when `runSignal` is aborted. */
export function endWithRun(command: StartedCommand, runSignal: AbortSignal): void {
  marksOf(runSignal).add(command.mark);
  if (!isGroupAlive(command)) return;
  onStop(
    runSignal,
    () => endCommand(command),
    () => {
      killCommand(command);
    },
  );
}

/** Such processes are searched for once for all commands, when the run is stopped. */
function marksOf(runSignal: AbortSignal): Set<string> {
  const known = marksOfRuns.get(runSignal);
  if (known !== undefined) return known;
  const marks = new Set<string>();
  marksOfRuns.set(runSignal, marks);
  onStop(
    runSignal,
    () => endLeftProcesses(marks),
    () => {
      killLeftProcesses(marks);
    },
  );
  return marks;
}

/** An immediate exit of this process must not leave them behind either. */
function onStop(runSignal: AbortSignal, end: () => Promise<void>, kill: () => void): void {
  const stop = (): void => {
    process.on('exit', kill);
    void end().then(() => process.off('exit', kill));
  };
  if (runSignal.aborted) stop();
  else runSignal.addEventListener('abort', stop, { once: true });
}
