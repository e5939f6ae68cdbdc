// Writes the inputs of a code node as JSON. Reports values that JSON would change without notice.
import { NodeFailure } from '../flow/node-failure.ts';
import { present } from '../values/present.ts';

export interface EncodedInputs {
  readonly json: string;
  /** Start of each text that replaces a BigInt: its digits follow. Absent without a BigInt. */
  readonly mark?: string;
}

/** Throws a NodeFailure for a value that has no JSON form. */
export function encodeInputs(inputs: Readonly<Record<string, unknown>>): EncodedInputs {
  for (let attempt = 0; ; attempt += 1) {
    const mark = `pflow-integer-${String(attempt)}:`;
    let marked = 0;
    const json = stringify(inputs, (value) => {
      marked += 1;
      return `${mark}${String(value)}`;
    });
    // A text of the inputs that looks like a mark changes the count.
    if (marked === 0 || json.split(mark).length === marked + 1) {
      return { json, ...present({ mark: marked === 0 ? undefined : mark }) };
    }
  }
}

function stringify(inputs: object, markBigInt: (value: bigint) => string): string {
  try {
    return JSON.stringify(inputs, (key, value: unknown) => {
      if (typeof value === 'bigint') return markBigInt(value);
      if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${key} is ${String(value)}`);
      return value;
    });
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw new NodeFailure(`the inputs cannot be given to the code: ${reason}`, {
      hint: 'Give it objects, lists, texts, numbers, true, false and null.',
      cause,
    });
  }
}
