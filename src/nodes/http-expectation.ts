// Checks an answer against what the workflow expects of it.
import * as z from 'zod';
import { findPartMismatch } from '../values/match-part.ts';
import { textOrJson } from './text-or-value.ts';

const STATUS_RANGE = /^(?:[1-5]xx|\d{3}-\d{3})$/iu;

const oneStatus = z.union([
  z.int().min(100).max(599),
  z.string().regex(STATUS_RANGE, 'expected a range such as "2xx" or "200-299"'),
]);

export const expectation = z.strictObject({
  status: z
    .union([oneStatus, z.array(oneStatus).min(1)])
    .optional()
    .describe('A status, a range such as "2xx" or "200-299", or a list of them; without it 2xx'),
  body: z
    .unknown()
    .optional()
    .describe('Part of the body: objects may have more members, lists and other values are equal'),
});

export type Expectation = z.output<typeof expectation>;

/** Without an expectation the statuses 200 to 299 are a success. */
export function isExpectedStatus(status: number, { status: expected = '2xx' }: Expectation = {}): boolean {
  return [expected].flat().some((one) => {
    if (typeof one === 'number') return one === status;
    if (one.length === 3) return Math.floor(status / 100) === Number(one.charAt(0));
    const [from, to] = one.split('-').map(Number);
    return status >= (from ?? 0) && status <= (to ?? 0);
  });
}

/** Half a sentence about the status; empty where the workflow does not name one. */
export function describeExpectedStatus({ status }: Expectation = {}): string {
  return status === undefined ? '' : `, expected ${[status].flat().join(' or ')}`;
}

/** Half a sentence about the first part that differs; undefined without a difference. */
export function describeBodyMismatch(
  body: unknown,
  { body: expected }: Expectation = {},
): string | undefined {
  if (expected === undefined) return undefined;
  const mismatch = findPartMismatch(body, expected);
  if (mismatch === undefined) return undefined;
  const subject = `body${mismatch.path === '' || mismatch.path.startsWith('[') ? '' : '.'}${mismatch.path}`;
  const found = mismatch.found === undefined ? 'missing' : show(mismatch.found);
  return `${subject} is ${found}, expected ${show(mismatch.expected)}`;
}

function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : textOrJson(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
