// Writes results as JSON text, however deeply they are nested. `JSON.stringify` fails at a few thousand levels.
// docs/values.md describes the forms of numbers that JSON does not have.
import { exactJsonText, JsonDepthError } from '../../values/exact-json.ts';

interface Frame {
  readonly close: ']' | '}';
  /** Each member with the text before it. */
  readonly members: Iterator<readonly [string, unknown]>;
  isFirst: boolean;
}

/** Indents by `indent`; very deep values get the compact form. */
export function formatJson(value: unknown, indent?: number): string {
  try {
    return exactJsonText(value, indent, String) ?? 'null';
  } catch (error) {
    if (error instanceof JsonDepthError || error instanceof RangeError) return formatDeepJson(value);
    throw error;
  }
}

function formatDeepJson(value: unknown): string {
  const written: string[] = [];
  const open: Frame[] = [];
  const write = (one: unknown): void => {
    const frame = openFrame(one);
    if (frame === undefined) {
      written.push(exactJsonText(one, undefined, String) ?? 'null');
      return;
    }
    written.push(frame.close === ']' ? '[' : '{');
    open.push(frame);
  };
  write(value);
  for (let frame = open.at(-1); frame !== undefined; frame = open.at(-1)) {
    const next = frame.members.next();
    if (next.done === true) {
      written.push(frame.close);
      open.pop();
      continue;
    }
    const [before, member] = next.value;
    written.push(frame.isFirst ? before : `,${before}`);
    frame.isFirst = false;
    write(member);
  }
  return written.join('');
}

/** Returns undefined for a value without members, and for one that has its own `toJSON`. */
function openFrame(value: unknown): Frame | undefined {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return undefined;
  if (Array.isArray(value)) return { close: ']', members: items(value), isFirst: true };
  return { close: '}', members: entries(value), isFirst: true };
}

function* items(list: readonly unknown[]): Iterator<readonly [string, unknown]> {
  for (const item of list) yield ['', item];
}

function* entries(value: object): Iterator<readonly [string, unknown]> {
  for (const [key, member] of Object.entries(value) as [string, unknown][]) {
    // JSON leaves these out of an object.
    if (['undefined', 'function', 'symbol'].includes(typeof member)) continue;
    yield [`${JSON.stringify(key)}:`, member];
  }
}
