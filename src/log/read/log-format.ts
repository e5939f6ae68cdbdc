// Finds the log format that the start of a run declares. Refuses formats newer than this version.
import { PflowError } from '../../errors.ts';
import { hasChecksum, lineText } from '../line-form.ts';
import type { ParsedEvent } from './event-shape.ts';

/** The format is within this many bytes of a line that pflow wrote. */
const HEAD_BYTES = 400;

/** Returns Infinity where the event declares no format. */
export function formatOfEvent({ type, data }: ParsedEvent): number {
  const format = type === 'run.started' ? data['format'] : undefined;
  return typeof format === 'number' ? format : Infinity;
}

/** The format in a line with `run.started`. Infinity where the format is missing; parsing reports why. */
export function formatOfLine(bytes: Buffer, start: number, end: number): number {
  // Looks where pflow writes it first, to avoid parsing a whole workflow.
  const head = bytes.toString('latin1', start, Math.min(end, start + HEAD_BYTES));
  const found = /"data":\{"format":(\d+)[,}]/u.exec(head);
  if (found !== null) return Number(found[1]);
  try {
    const text = lineText(bytes, start, end, hasChecksum(bytes, start, end) ? 'valid' : 'missing');
    const { data } = JSON.parse(text) as { readonly data?: { readonly format?: unknown } };
    return typeof data?.format === 'number' ? data.format : Infinity;
  } catch {
    return Infinity;
  }
}

/** Throws `LOG_FORMAT_NEWER`. Call it before all other checks: a newer format may have other rules. */
export function refuseNewerFormat(event: ParsedEvent, current: number, sourceOf: () => string): void {
  const format = formatOfEvent(event);
  if (format <= current || format === Infinity) return;
  const writer = event.data['pflow'];
  const source = sourceOf();
  const by = typeof writer === 'string' ? ` by pflow ${writer}` : '';
  throw new PflowError('LOG_FORMAT_NEWER', `"${source}" was written${by} in log format ${String(format)}`, {
    hint: `This pflow reads formats up to ${String(current)}: install a newer one.`,
    path: source,
  });
}
