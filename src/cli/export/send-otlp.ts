// Sends runs to an OpenTelemetry receiver: packed, with repeated attempts where it is busy. Waits for no receiver for
// long.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { PflowError } from '../../errors.ts';
import { readChunks } from '../../net/body.ts';
import type { NetAnswer } from '../../net/message.ts';
import { createSend } from '../../net/send.ts';
import { formatCount } from '../../values/format-count.ts';
import { parseRetryAfterMs } from '../../values/retry-after.ts';
import type { ExportedRun } from './exported-run.ts';
import type { OtlpOptions } from './otlp.ts';
import type { MetricsBody } from './otlp-bodies.ts';
import { addressOf, headersOf, requireEndpoint, type OtlpProtocol } from './otlp-endpoint.ts';
import { otlpMetrics } from './otlp-metrics.ts';
import { tracesRequests } from './otlp-requests.ts';
import { present } from '../../values/present.ts';

export interface OtlpTarget {
  /** Base address; /v1/traces and /v1/metrics are added unless they are there. */
  readonly endpoint: string;
  readonly protocol: OtlpProtocol;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends all attempts, after this time in all. By default only each attempt has a limit. */
  readonly limitMs?: number;
}

const ATTEMPTS = 4;
const TIMEOUT_MS = 10_000;
const LONGEST_WAIT_MS = 5_000;
const BUSY: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const pack = promisify(gzip);

/** Returns what the receiver refused, one text for each reason. Throws EXPORT_FAILED if it did not take a request. */
export async function sendOtlp(
  runs: readonly ExportedRun[],
  target: OtlpTarget,
  options: OtlpOptions,
): Promise<string[]> {
  const { endpoint, limitMs, protocol } = target;
  requireEndpoint(endpoint, '--endpoint');
  const signal = limitMs === undefined ? undefined : AbortSignal.timeout(limitMs);
  const sender = { ...target, signal, refused: new Map<string, number>(), taken: 0 };
  if (!endpoint.endsWith('/v1/metrics')) {
    for await (const body of tracesRequests(runs, protocol, options)) await post('/v1/traces', body, sender);
  }
  const metrics = endpoint.endsWith('/v1/traces') ? undefined : otlpMetrics(runs, options);
  if (metrics !== undefined) await post('/v1/metrics', await encode(metrics, protocol), sender);
  return [...sender.refused].map(([reason, count]) => reason.replace('%d', String(count)));
}

interface Sender extends OtlpTarget {
  readonly signal: AbortSignal | undefined;
  /** Counts of what was refused, by reason: a text with `%d` for the count. */
  readonly refused: Map<string, number>;
  /** Requests that the receiver took. */
  taken: number;
}

async function post(path: string, body: string | Uint8Array, sender: Sender): Promise<void> {
  const address = addressOf(sender.endpoint, path);
  const request = { address, body: await pack(body) };
  let why = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const answer = await tryPost(request, sender);
    if ('taken' in answer) {
      sender.taken += 1;
      await addRefused(answer.taken, path, sender);
      return;
    }
    why = answer.why;
    if (!answer.mayRepeat || attempt === ATTEMPTS) break;
    const wait = Math.min(LONGEST_WAIT_MS, answer.waitMs ?? 100 * 2 ** attempt);
    await sleep(wait, undefined, { signal: sender.signal }).catch(() => undefined);
    if (sender.signal?.aborted === true) break;
  }
  const before = sender.taken === 0 ? '' : `; it took ${formatCount(sender.taken, 'request')} before`;
  throw new PflowError(
    'EXPORT_FAILED',
    `${address.origin}${address.pathname} did not take the export: ${why}${before}`,
    {
      hint: 'Check the address and the receiver; with -o FILE the export is written to a file.',
    },
  );
}

async function encode(metrics: MetricsBody, protocol: OtlpProtocol): Promise<string | Uint8Array> {
  if (protocol === 'json') return JSON.stringify(metrics);
  const { encodeMetrics } = await import('./otlp-protobuf.ts');
  return encodeMetrics(metrics);
}

interface PackedRequest {
  readonly address: URL;
  readonly body: Buffer;
}

interface TakenAnswer {
  readonly contentType: string;
  readonly body: Buffer;
}

type Answer =
  | { readonly taken: TakenAnswer }
  | { readonly why: string; readonly mayRepeat: boolean; readonly waitMs?: number };

async function tryPost({ address: url, body }: PackedRequest, sender: Sender): Promise<Answer> {
  const { env, signal, limitMs = TIMEOUT_MS } = sender;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const request = { url, method: 'POST', headers: headersFor(sender), body };
    return await readAnswer(await createSend(env)(request, either));
  } catch (error) {
    if (either.aborted) {
      const seconds = String(Math.min(limitMs, TIMEOUT_MS) / 1_000);
      return { why: `no answer within ${seconds} s`, mayRepeat: false };
    }
    // Spans that arrive twice have the same ids.
    return { why: (error as Error).message, mayRepeat: true };
  }
}

function headersFor({ protocol, env }: Sender): Record<string, string> {
  const type = protocol === 'json' ? 'application/json' : 'application/x-protobuf';
  return { 'content-type': type, 'content-encoding': 'gzip', ...headersOf(env) };
}

/** An answer is short: what is longer is not an answer of a receiver. */
const LONGEST_ANSWER = 64 * 1024;

async function readAnswer(answer: NetAnswer): Promise<Answer> {
  const { status, headers } = answer;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of readChunks(answer, 'POST')) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST_ANSWER) break;
  }
  if (status >= 200 && status < 300)
    return { taken: { contentType: String(headers['content-type'] ?? ''), body: Buffer.concat(chunks) } };
  const wait = parseRetryAfterMs(headers, Date.now());
  const message = messageIn(Buffer.concat(chunks).toString());
  const why = `it answered ${String(status)}${message === '' ? '' : `: ${message}`}`;
  return { why, mayRepeat: BUSY.has(status), ...present({ waitMs: wait }) };
}

/** Receivers answer a refusal with a status of gRPC, whose reason is `message`. Empty for anything else. */
function messageIn(json: string): string {
  try {
    const { message } = JSON.parse(json) as { readonly message?: unknown };
    return typeof message === 'string' ? truncate(message) : '';
  } catch {
    return '';
  }
}

const LONGEST_MESSAGE = 200;

function truncate(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
}

/** A receiver may take a part and report how much it refused. */
async function addRefused({ contentType, body }: TakenAnswer, path: string, sender: Sender): Promise<void> {
  const isProtobuf = contentType.includes('protobuf');
  const { refused, message } = isProtobuf ? await decodeAnswer(body) : partialSuccessIn(body.toString());
  if (refused === 0 && message === '') return;
  const reason = `${path}: %d refused${message === '' ? '' : `: ${message}`}`;
  sender.refused.set(reason, (sender.refused.get(reason) ?? 0) + refused);
}

/** What cannot be read has no refusal. */
async function decodeAnswer(body: Buffer): Promise<Refusal> {
  const { decodePartialSuccess } = await import('./otlp-protobuf.ts');
  try {
    return decodePartialSuccess(body);
  } catch {
    return NO_REFUSAL;
  }
}

interface Refusal {
  readonly refused: number;
  readonly message: string;
}

const NO_REFUSAL: Refusal = { refused: 0, message: '' };

function partialSuccessIn(json: string): Refusal {
  try {
    const { partialSuccess: partial } = JSON.parse(json) as {
      readonly partialSuccess?: Readonly<Record<string, unknown>>;
    };
    const message = partial?.['errorMessage'];
    return {
      refused: Number(partial?.['rejectedSpans'] ?? partial?.['rejectedDataPoints'] ?? 0),
      message: typeof message === 'string' ? message : '',
    };
  } catch {
    return NO_REFUSAL;
  }
}
