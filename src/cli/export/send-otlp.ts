// Sends runs to an OpenTelemetry receiver: packed, with repeated attempts where it is busy. Waits for no receiver for long.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { PflowError } from '../../errors.ts';
import { readChunks } from '../../net/body.ts';
import type { NetAnswer } from '../../net/message.ts';
import { createSend } from '../../net/send.ts';
import { parseRetryAfterMs } from '../../values/retry-after.ts';
import type { ExportedRun } from './exported-run.ts';
import { otlpTraces, type OtlpOptions } from './otlp.ts';
import type { MetricsBody, TracesBody } from './otlp-bodies.ts';
import { addressOf, headersOf, requireEndpoint, type OtlpProtocol } from './otlp-endpoint.ts';
import { otlpMetrics } from './otlp-metrics.ts';

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

/** Returns what the receiver refused, one text for each. Throws EXPORT_FAILED if it took nothing. */
export async function sendOtlp(
  runs: readonly ExportedRun[],
  target: OtlpTarget,
  options: OtlpOptions,
): Promise<string[]> {
  const { endpoint, limitMs } = target;
  requireEndpoint(endpoint, '--endpoint');
  const sender = { ...target, signal: limitMs === undefined ? undefined : AbortSignal.timeout(limitMs) };
  const isTracesOnly = endpoint.endsWith('/v1/traces');
  const isMetricsOnly = endpoint.endsWith('/v1/metrics');
  const refused: string[] = [];
  if (!isMetricsOnly) refused.push(...(await post({ traces: otlpTraces(runs, options) }, sender)));
  const metrics = isTracesOnly ? undefined : otlpMetrics(runs, options);
  if (metrics !== undefined) refused.push(...(await post({ metrics }, sender)));
  return refused;
}

interface Sender extends OtlpTarget {
  readonly signal: AbortSignal | undefined;
}

type Body = { readonly traces: TracesBody } | { readonly metrics: MetricsBody };

async function post(body: Body, sender: Sender): Promise<string[]> {
  const path = 'traces' in body ? '/v1/traces' : '/v1/metrics';
  const address = addressOf(sender.endpoint, path);
  const request = { address, body: await pack(await encode(body, sender.protocol)) };
  let why = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const answer = await tryPost(request, sender);
    if ('taken' in answer) return refusedBy(answer.taken, path);
    why = answer.why;
    if (!answer.mayRepeat || attempt === ATTEMPTS) break;
    const wait = Math.min(LONGEST_WAIT_MS, answer.waitMs ?? 100 * 2 ** attempt);
    await sleep(wait, undefined, { signal: sender.signal }).catch(() => undefined);
    if (sender.signal?.aborted === true) break;
  }
  throw new PflowError(
    'EXPORT_FAILED',
    `${address.origin}${address.pathname} did not take the export: ${why}`,
    {
      hint: 'Check the address and the receiver; with -o FILE the export is written to a file.',
    },
  );
}

async function encode(body: Body, protocol: OtlpProtocol): Promise<string | Uint8Array> {
  if (protocol === 'json') return JSON.stringify('traces' in body ? body.traces : body.metrics);
  const { encodeMetrics, encodeTraces } = await import('./otlp-protobuf.ts');
  return 'traces' in body ? encodeTraces(body.traces) : encodeMetrics(body.metrics);
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

/** An answer is short: what is longer is no answer of a receiver. */
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
  const why = `it answered ${String(status)}`;
  return { why, mayRepeat: BUSY.has(status), ...(wait === undefined ? {} : { waitMs: wait }) };
}

/** A receiver may take a part and report how much it refused. */
async function refusedBy({ contentType, body }: TakenAnswer, path: string): Promise<string[]> {
  const isProtobuf = contentType.includes('protobuf');
  const { refused, message } = isProtobuf ? await decodeAnswer(body) : partialSuccessIn(body.toString());
  if (refused === 0 && message === '') return [];
  return [`${path}: ${String(refused)} refused${message === '' ? '' : `: ${message}`}`];
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
