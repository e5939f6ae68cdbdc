// Writes durations and amounts of money for people. The spelling is the same whatever the locale.

/** `0.02 s`, `12.3 s`, `2 min 05 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  // Compares rounded values, so that neither `10.00 s` nor `60.0 s` is printed.
  if (Math.round(seconds * 100) < 1000) return `${seconds.toFixed(2)} s`;
  if (Math.round(seconds * 10) < 600) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${String(Math.floor(whole / 60))} min ${String(whole % 60).padStart(2, '0')} s`;
}

/** `$0.001566`, with `~` in front if part of the amount is an estimate. */
export function formatDollars(usd: number | string, exact = true): string {
  return `${exact ? '' : '~'}$${Number(usd).toFixed(6)}`;
}
