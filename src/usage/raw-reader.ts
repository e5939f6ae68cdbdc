// Reads counts from a provider's own numbers, and collects the doubts about them. Providers and proxies also send
// counts as texts, as `12.0`, or as null.
import type { Doubt, DoubtCode } from '../events/doubts.ts';
import type { Fields } from '../values/json-fields.ts';

/** A whole number as a text. Longer ones could not be added exactly. */
const WHOLE_TEXT = /^\d{1,15}(?:\.0{1,15})?$/u;

const FRACTION = 'is a fraction';
const NO_COUNT = 'is not a count';

/** True for the reason of a doubt about an invalid count. */
export function isInvalidCount(reason: string): boolean {
  return reason.endsWith(FRACTION) || reason.endsWith(NO_COUNT);
}

export class RawReader {
  readonly doubts: Doubt[] = [];

  doubt(code: DoubtCode, reason: string): void {
    if (!this.doubts.some((known) => known.code === code && known.reason === reason))
      this.doubts.push({ code, reason });
  }

  /** Undefined if the count is absent, null or not a count. A fraction is rounded up and is a doubt. */
  count(fields: Fields, name: string): number | undefined {
    const value = fields[name];
    if (value === undefined || value === null) return undefined;
    const number = typeof value === 'string' && WHOLE_TEXT.test(value) ? Number(value) : value;
    if (typeof number === 'number' && number >= 0 && number <= Number.MAX_SAFE_INTEGER) {
      if (Number.isInteger(number)) return number;
      this.doubt('USAGE_UNREAD', `${name} ${FRACTION}`);
      return Math.ceil(number);
    }
    this.doubt('USAGE_UNREAD', `${name} ${NO_COUNT}`);
    return undefined;
  }

  /** 0 where the count is absent. */
  countOr0(fields: Fields, name: string): number {
    return this.count(fields, name) ?? 0;
  }

  /** The first of several names of one count, by a fixed order. Two names with different counts are a doubt. */
  first(places: readonly (readonly [fields: Fields, name: string])[]): number | undefined {
    let found: number | undefined;
    for (const [fields, name] of places) {
      if (fields[name] === undefined || fields[name] === null) continue;
      const count = this.count(fields, name);
      if (count === undefined) continue;
      if (found !== undefined && found !== count) {
        this.doubt('USAGE_UNREAD', `${name} is reported twice, with different counts`);
        found = Math.max(found, count);
      } else found = count;
    }
    return found;
  }
}
