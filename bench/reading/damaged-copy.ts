// Copies a log with one bit turned in its middle. The bit is in a line that most projections skip.
import { readFileSync, writeFileSync } from 'node:fs';

const PASSED_OVER = '{"type":"llm.prompted"';

/** Returns `copy`. */
export function damagedCopy(log: string, copy: string): string {
  const bytes = readFileSync(log);
  const line = bytes.indexOf(PASSED_OVER, bytes.length >> 1);
  const at = bytes.indexOf('\n', line) - 100;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(copy, bytes);
  return copy;
}
