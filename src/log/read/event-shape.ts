// Checks whether a parsed line is an event: the envelope, then the payload by the schema of its type. The envelope
// is checked by hand, since every line passes here; a test compares it with its schema.
import type { LogEvent } from '../../events/event.ts';
import { payloadFault } from '../../events/payload-check.ts';
import { isEventType } from '../../events/vocabulary.ts';
import type { LineDamage } from './reading-report.ts';

/** Limits the depth that every reader can traverse. Our writer never exceeds it. */
const DEPTH_LIMIT = 1_000;
/** A shorter line cannot be nested deeper than the limit. */
const SHORT_LINE = 2 * DEPTH_LIMIT;

/** An event with a valid envelope; its type may be unknown. */
export type ParsedEvent = Omit<LogEvent, 'type' | 'data'> & {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
};

export function envelopeDamage(value: unknown): LineDamage | undefined {
  const field = typeof value === 'object' && value !== null ? invalidField(value as Fields) : 'everything';
  return field === undefined
    ? undefined
    : { code: 'envelope', why: `"${field}" is missing or has the wrong form` };
}

type Fields = Readonly<Record<keyof LogEvent, unknown>>;

function invalidField(value: Fields): string | undefined {
  if (!isText(value.type)) return 'type';
  if (!isCount(value.seq, 0)) return 'seq';
  if (!isText(value.run)) return 'run';
  if (!isText(value.at)) return 'at';
  if (typeof value.ms !== 'number' || !(value.ms >= 0) || value.ms === Infinity) return 'ms';
  if (typeof value.data !== 'object' || value.data === null || Array.isArray(value.data)) return 'data';
  return invalidPlaceField(value);
}

function invalidPlaceField({ phase, node, visit, item, attempt }: Fields): string | undefined {
  if (phase !== undefined && phase !== 'workflow' && phase !== 'planner') return 'phase';
  if (node !== undefined && typeof node !== 'string') return 'node';
  if (visit !== undefined && !isCount(visit, 1)) return 'visit';
  if (item !== undefined && !isCount(item, 0)) return 'item';
  return attempt !== undefined && !isCount(attempt, 1) ? 'attempt' : undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

/** `bytes`: the length of the line. */
export function payloadDamage(event: ParsedEvent, bytes: number): LineDamage | undefined {
  if (bytes > SHORT_LINE && isDeeperThan(event.data, DEPTH_LIMIT)) {
    return { code: 'too-deep', why: `its payload is nested deeper than ${String(DEPTH_LIMIT)} levels` };
  }
  if (!isEventType(event.type)) return undefined;
  const fault = payloadFault(event.type, event.data);
  if (fault === undefined) return undefined;
  return { code: 'payload', why: `${fault.field} of ${event.type}: ${fault.message}` };
}

function isDeeperThan(value: object, levels: number): boolean {
  if (levels === 0) return true;
  // Iterates without building a list of members: whole workflows pass here.
  if (Array.isArray(value))
    return value.some((member) => isObject(member) && isDeeperThan(member, levels - 1));
  for (const key in value) {
    const member: unknown = (value as Fields)[key as keyof Fields];
    if (isObject(member) && isDeeperThan(member, levels - 1)) return true;
  }
  return false;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
