// Preloaded into a process: its timers of HELD_TIMER_MS milliseconds end at SIGUSR2, and not before.
const LONGEST_MS = 2_147_483_647;
const held = Number(process.env.HELD_TIMER_MS);
const { setTimeout } = globalThis;

globalThis.setTimeout = (call, ms, ...args) => {
  if (ms !== held) return setTimeout(call, ms, ...args);
  const timer = setTimeout(() => undefined, LONGEST_MS);
  process.once('SIGUSR2', () => call(...args));
  return timer;
};

const { timeout } = AbortSignal;
AbortSignal.timeout = (ms) => {
  if (ms !== held) return timeout.call(AbortSignal, ms);
  const controller = new AbortController();
  process.once('SIGUSR2', () => controller.abort(new DOMException('held', 'TimeoutError')));
  return controller.signal;
};
