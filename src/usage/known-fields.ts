// Lists the fields that usages of providers have, and finds those that are not read. Names are those of the recorded
// answers in `test/usage/recorded`.
import type { RawReader } from './raw-reader.ts';

/** `read`: a count that is read. `ignored`: part of another count, a time or a text. Else the fields inside. */
export type Known = 'read' | 'ignored' | KnownFields;

export interface KnownFields {
  readonly [name: string]: Known;
}

/** Times and rates, which no provider bills: `queue_time`, `tokens_per_second`, `total_duration`. */
const TIME_NAME =
  /(?:_time|_ms|_seconds|_duration|latency|_per_second|_per_sec|timestamp|_at|acceptance_rate)$|^time_to_|_per_sec_|latency_/u;
/** Texts and switches that may decide the price. */
const PRICED_TEXT_NAME = /tier|speed|geo|region|location|mode|priority|batch|context_size/iu;
const MAX_DEPTH = 6;

/** True for the name of a time or a rate. */
export function isTime(name: string): boolean {
  return TIME_NAME.test(name);
}

/** Adds a doubt for every field with a count that `known` does not have. */
export function findUnread(raw: unknown, known: KnownFields, reader: RawReader, depth = 0): void {
  if (typeof raw !== 'object' || raw === null || depth > MAX_DEPTH) return;
  const fields = raw as Readonly<Record<string, unknown>>;
  for (const name in fields) {
    const value = fields[name];
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (typeof kind !== 'string' && value !== null && value !== 0)
      checkField(name, value, kind, reader, depth);
  }
}

function checkField(
  name: string,
  value: unknown,
  known: KnownFields | undefined,
  reader: RawReader,
  depth: number,
): void {
  if (known !== undefined && typeof value === 'object' && value !== null)
    findInside(value, known, reader, depth + 1);
  else if (isCounted(name, value, depth)) reader.doubt('USAGE_UNREAD', `${name} is not read`);
}

function findInside(value: object, known: KnownFields, reader: RawReader, depth: number): void {
  if (!Array.isArray(value)) findUnread(value, known, reader, depth);
  else for (const item of value) findUnread(item, known, reader, depth);
}

/** True if an unknown field may hold something that is billed. */
export function isCounted(name: string, value: unknown, depth: number): boolean {
  if (typeof value === 'number') return value !== 0 && !isTime(name);
  if (typeof value === 'boolean') return value && PRICED_TEXT_NAME.test(name);
  if (typeof value === 'string')
    return PRICED_TEXT_NAME.test(name) || (value !== '' && Number(value) > 0 && !isTime(name));
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false;
  return Object.entries(value).some(([key, inside]) =>
    isCounted(Array.isArray(value) ? name : key, inside, depth + 1),
  );
}
