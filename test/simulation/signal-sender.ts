// Sends the signal of a scenario to the listeners that its run has added.
import type { StopSignal } from '../../src/run/interruption.ts';
import type { Scenario } from './scenario.ts';

type Listener = (signal: StopSignal) => void;

export class SignalSender {
  private readonly signal: Scenario['signal'];
  private readonly before: readonly unknown[];
  private steps = 0;

  constructor(signal: Scenario['signal']) {
    this.signal = signal;
    this.before = signal === undefined ? [] : process.listeners(signal.name);
  }

  get wasSent(): boolean {
    return this.signal !== undefined && this.steps >= this.signal.at;
  }

  /** A request has arrived, or an attempt of a node starts. */
  step(): void {
    this.steps += 1;
    if (this.steps === this.signal?.at) this.send();
  }

  private send(): void {
    const { signal, before } = this;
    if (signal === undefined) return;
    const added = process.listeners(signal.name).filter((listener) => !before.includes(listener));
    for (let count = signal.twice ? 2 : 1; count > 0; count -= 1)
      for (const listener of added) (listener as Listener)(signal.name);
  }
}

/** Listeners for signals and for the end of this process. One for SIGHUP is kept on purpose until that end. */
export function countListeners(): number {
  return ['SIGINT', 'SIGTERM', 'SIGQUIT', 'exit'].reduce((sum, name) => sum + process.listenerCount(name), 0);
}

/** Removes the listener that a stopped run keeps. */
export function dropHangupListeners(before: readonly unknown[]): void {
  for (const listener of process.listeners('SIGHUP'))
    if (!before.includes(listener)) process.off('SIGHUP', listener);
}
