// Explains a request that has no recorded answer. The lines are for people: the prompt, the recorded request that is
// nearest to it, and the differences.
import { isSameJson } from '../values/same-json.ts';
import { computeRequestKey, type RecordedRequest } from './request-key.ts';

interface AnsweredRequest extends RecordedRequest {
  readonly run: string;
  readonly seq: number;
  readonly node?: string | undefined;
}

const EXCERPT_LENGTH = 60;

export function describeNearestRecord(
  records: readonly AnsweredRequest[],
  request: RecordedRequest,
  caller: string | undefined,
): readonly string[] {
  const lines = [`its prompt: ${quoteExcerpt(toText(request.prompt), 0)}`];
  if (records.length === 0) {
    return [
      ...lines,
      'nothing is recorded: a log of level metrics holds no answers, one of level trace does',
    ];
  }
  const key = computeRequestKey(request);
  const equal = records.filter((record) => computeRequestKey(record) === key);
  if (equal.length > 0) {
    const nodes = [...new Set(equal.map(({ node }) => node ?? '(no node)'))].sort();
    return [...lines, `the same request is recorded ${describeCount(equal.length)}, by: ${nodes.join(', ')}`];
  }
  const nearest = records.reduce((best, record) =>
    rank(record, request, caller) > rank(best, request, caller) ? record : best,
  );
  return [
    ...lines,
    `nearest: run ${nearest.run}, seq ${String(nearest.seq)}${describeNode(nearest)}`,
    ...describeDifferences(nearest, request),
  ];
}

function rank(record: AnsweredRequest, request: RecordedRequest, caller: string | undefined): number {
  const points = [
    record.model === request.model,
    isSameJson(record.system, request.system),
    isSameJson(record.options ?? {}, request.options ?? {}),
    caller !== undefined && record.node === caller,
  ].filter(Boolean).length;
  const [a, b] = [toText(record.prompt), toText(request.prompt)];
  // The prompt weighs most: it distinguishes the requests of a workflow.
  return points + (5 * (countCommonStart(a, b) + 1)) / (Math.max(a.length, b.length) + 1);
}

function describeDifferences(record: AnsweredRequest, request: RecordedRequest): readonly string[] {
  const lines: string[] = [];
  if (record.model !== request.model) lines.push(`  its model is ${record.model}, not ${request.model}`);
  if (!isSameJson(record.system, request.system)) lines.push('  its system prompt differs');
  if (!isSameJson(record.options ?? {}, request.options ?? {})) {
    lines.push(
      `  its options are ${JSON.stringify(record.options ?? {})}, not ${JSON.stringify(request.options ?? {})}`,
    );
  }
  const [recorded, requested] = [toText(record.prompt), toText(request.prompt)];
  if (recorded !== requested) {
    const from = countCommonStart(recorded, requested);
    const [its, ours] = [quoteExcerpt(recorded, from), quoteExcerpt(requested, from)];
    lines.push(`  its prompt differs from character ${String(from + 1)}: ${its}, not ${ours}`);
  }
  return lines;
}

function countCommonStart(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) if (a[index] !== b[index]) return index;
  return length;
}

function toText(prompt: unknown): string {
  return typeof prompt === 'string' ? prompt : JSON.stringify(prompt ?? null);
}

function quoteExcerpt(whole: string, from: number): string {
  const end = from + EXCERPT_LENGTH;
  return JSON.stringify(`${from > 0 ? '…' : ''}${whole.slice(from, end)}${end < whole.length ? '…' : ''}`);
}

function describeNode({ node }: AnsweredRequest): string {
  return node === undefined ? '' : `, by node "${node}"`;
}

function describeCount(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}
