// Ends time limits at an event of the test: the speed of the machine decides nothing.
import { onTestFinished, vi } from 'vitest';

const LONGEST_MS = 2_147_483_647;

/** Timers of so many seconds wait for the returned function. All others go on as they are. */
export function holdTimer(seconds: number): () => void {
  const { setTimeout, clearTimeout } = globalThis;
  const held = new Map<unknown, () => void>();
  const starting = vi.spyOn(globalThis, 'setTimeout').mockImplementation((call, ms, ...args) => {
    if (ms !== seconds * 1000) return setTimeout(call, ms, ...args);
    const timer = setTimeout(() => undefined, LONGEST_MS);
    held.set(timer, () => {
      clearTimeout(timer);
      call(...args);
    });
    return timer;
  });
  const ending = vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    held.delete(timer);
    clearTimeout(timer);
  });
  onTestFinished(() => {
    starting.mockRestore();
    ending.mockRestore();
  });
  return () => {
    const due = [...held.values()];
    held.clear();
    for (const fire of due) fire();
  };
}

/** The environment of a process whose timers of so many seconds end at SIGUSR2. */
export function heldTimerEnv(seconds: number): Readonly<Record<string, string>> {
  const hook = new URL('hold-timer.mjs', import.meta.url).href;
  return { NODE_OPTIONS: `--import="${hook}"`, HELD_TIMER_MS: String(seconds * 1000) };
}
