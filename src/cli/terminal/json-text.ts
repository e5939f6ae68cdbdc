// A result as JSON text, however deep it is (the platform's own way ends at a few thousand levels), with the forms of
// `docs/values.md` for numbers that JSON has no word for.

interface Frame {
  readonly close: ']' | '}';
  /** Each with the text before it. */
  readonly members: Iterator<readonly [string, unknown]>;
  first: boolean;
}

/** Indented by `indent`, unless it is so deep that only the compact form is of any use. */
export function formatJson(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, toJsonValue, indent);
  } catch (error) {
    if (error instanceof RangeError) return deepText(value);
    throw error;
  }
}

/** `1e400` in a JSON text is read as Infinity, and would be written as null. */
function toJsonValue(_key: string, value: unknown): unknown {
  const isUnrepresentable =
    typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value));
  return isUnrepresentable ? String(value) : value;
}

function deepText(value: unknown): string {
  const written: string[] = [];
  const open: Frame[] = [];
  const write = (one: unknown): void => {
    const frame = frameOf(one);
    if (frame === undefined) {
      const leaf: unknown = JSON.stringify(one, toJsonValue);
      written.push(typeof leaf === 'string' ? leaf : 'null');
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
    written.push(frame.first ? before : `,${before}`);
    frame.first = false;
    write(member);
  }
  return written.join('');
}

/** Returns undefined for values without members and for those with a toJSON of their own. */
function frameOf(value: unknown): Frame | undefined {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return undefined;
  if (Array.isArray(value)) return { close: ']', members: items(value), first: true };
  return { close: '}', members: entries(value), first: true };
}

function* items(list: readonly unknown[]): Iterator<readonly [string, unknown]> {
  for (const item of list) yield ['', item];
}

function* entries(value: object): Iterator<readonly [string, unknown]> {
  for (const [key, member] of Object.entries(value) as [string, unknown][]) {
    // What has no form in JSON is left out of an object.
    if (['undefined', 'function', 'symbol'].includes(typeof member)) continue;
    yield [`${JSON.stringify(key)}:`, member];
  }
}
