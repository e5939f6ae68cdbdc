// Explains a question that nobody has recorded: what was asked, and which recorded question comes nearest and
// where it differs. For people; nothing is matched by it.
import { computeRequestKey, type RecordedRequest } from './request-key.ts';

interface Recorded extends RecordedRequest {
  readonly run: string;
  readonly seq: number;
  readonly node?: string | undefined;
}

const EXCERPT = 60;

export function describeNearestRecord(
  records: readonly Recorded[],
  asked: RecordedRequest,
  caller: string | undefined,
): readonly string[] {
  const lines = [`asked: ${excerpt(words(asked.prompt), 0)}`];
  if (records.length === 0) {
    return [
      ...lines,
      'nothing is recorded: a log of level metrics holds no answers, one of level trace does',
    ];
  }
  const key = computeRequestKey(asked);
  const same = records.filter((record) => computeRequestKey(record) === key);
  if (same.length > 0) {
    const nodes = [...new Set(same.map(({ node }) => node ?? '(no node)'))].sort();
    return [...lines, `the same question is recorded ${times(same.length)}, asked by: ${nodes.join(', ')}`];
  }
  const nearest = records.reduce((best, record) =>
    rank(record, asked, caller) > rank(best, asked, caller) ? record : best,
  );
  return [
    ...lines,
    `nearest: run ${nearest.run}, seq ${String(nearest.seq)}${byNode(nearest)}`,
    ...differences(nearest, asked),
  ];
}

function rank(record: Recorded, asked: RecordedRequest, caller: string | undefined): number {
  const points = [
    record.model === asked.model,
    same(record.system, asked.system),
    same(record.options ?? {}, asked.options ?? {}),
    caller !== undefined && record.node === caller,
  ].filter(Boolean).length;
  const [a, b] = [words(record.prompt), words(asked.prompt)];
  // The prompt weighs most: it is what makes a question that question.
  return points + (5 * (commonStart(a, b) + 1)) / (Math.max(a.length, b.length) + 1);
}

function differences(record: Recorded, asked: RecordedRequest): readonly string[] {
  const lines: string[] = [];
  if (record.model !== asked.model) lines.push(`  its model is ${record.model}, not ${asked.model}`);
  if (!same(record.system, asked.system)) lines.push('  its system prompt is another one');
  if (!same(record.options ?? {}, asked.options ?? {})) {
    lines.push(
      `  its options are ${JSON.stringify(record.options ?? {})}, not ${JSON.stringify(asked.options ?? {})}`,
    );
  }
  const [theirs, ours] = [words(record.prompt), words(asked.prompt)];
  if (theirs !== ours) {
    const from = commonStart(theirs, ours);
    lines.push(
      `  its prompt differs from character ${String(from + 1)}: ${excerpt(theirs, from)}, not ${excerpt(ours, from)}`,
    );
  }
  return lines;
}

function commonStart(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) if (a[index] !== b[index]) return index;
  return length;
}

function words(prompt: unknown): string {
  return typeof prompt === 'string' ? prompt : JSON.stringify(prompt ?? null);
}

function excerpt(whole: string, from: number): string {
  const end = from + EXCERPT;
  return JSON.stringify(`${from > 0 ? '…' : ''}${whole.slice(from, end)}${end < whole.length ? '…' : ''}`);
}

function same(a: unknown, b: unknown): boolean {
  return computeRequestKey({ model: '', prompt: a }) === computeRequestKey({ model: '', prompt: b });
}

function byNode({ node }: Recorded): string {
  return node === undefined ? '' : `, asked by node "${node}"`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}
