// Sends OTLP/JSON to a receiver: packed, with repeated attempts where it is busy. Waits for no receiver for long.
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { PflowError } from '../../errors.ts';
import { parseRetryAfterMs } from '../../values/retry-after.ts';
import type { ExportedRun } from './exported-run.ts';
import { otlpTraces, type OtlpOptions } from './otlp.ts';
import { otlpMetrics } from './otlp-metrics.ts';

export interface OtlpTarget {
  /** Base address; /v1/traces and /v1/metrics are added unless they are there. */
  readonly endpoint: string;
  readonly env: Readonly<Record<string, string | undefined>>;
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
  const isTracesOnly = target.endpoint.endsWith('/v1/traces');
  const isMetricsOnly = target.endpoint.endsWith('/v1/metrics');
  const refused: string[] = [];
  if (!isMetricsOnly) refused.push(...(await post('/v1/traces', otlpTraces(runs, options), target)));
  const metrics = isTracesOnly ? undefined : otlpMetrics(runs, options);
  if (metrics !== undefined) refused.push(...(await post('/v1/metrics', metrics, target)));
  return refused;
}

async function post(path: string, body: object, { endpoint, env }: OtlpTarget): Promise<string[]> {
  const address = addressOf(endpoint, path);
  const packed = await pack(JSON.stringify(body));
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', ...headersOf(env) };
  let why = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const answer = await tryPost(address, packed, headers);
    if ('taken' in answer) return partialSuccess(answer.taken, path);
    why = answer.why;
    if (!answer.mayRepeat || attempt === ATTEMPTS) break;
    await sleep(Math.min(LONGEST_WAIT_MS, answer.waitMs ?? 100 * 2 ** attempt));
  }
  throw new PflowError(
    'EXPORT_FAILED',
    `${address.origin}${address.pathname} did not take the export: ${why}`,
    {
      hint: 'Check the address and the receiver; with -o FILE the export is written to a file.',
    },
  );
}

type Answer =
  | { readonly taken: string }
  | { readonly why: string; readonly mayRepeat: boolean; readonly waitMs?: number };

async function tryPost(
  address: URL,
  body: Buffer,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(address, { method: 'POST', body: new Uint8Array(body), headers, signal });
    const answered = await response.text();
    if (response.ok) return { taken: answered };
    const wait = parseRetryAfterMs(Object.fromEntries(response.headers), Date.now());
    const why = `it answered ${String(response.status)}`;
    return { why, mayRepeat: BUSY.has(response.status), ...(wait === undefined ? {} : { waitMs: wait }) };
  } catch (error) {
    const { name, message, cause } = error as Error;
    if (name === 'TimeoutError')
      return { why: `no answer within ${String(TIMEOUT_MS / 1_000)} s`, mayRepeat: false };
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : message;
    return { why: reason, mayRepeat: true };
  }
}

/** A receiver may take a part and report how much it refused. */
function partialSuccess(answered: string, path: string): string[] {
  try {
    const { partialSuccess: partial } = JSON.parse(answered) as {
      readonly partialSuccess?: Readonly<Record<string, unknown>>;
    };
    const refused = Number(partial?.['rejectedSpans'] ?? partial?.['rejectedDataPoints'] ?? 0);
    const message = partial?.['errorMessage'];
    if (refused === 0 && (message === undefined || message === '')) return [];
    return [`${path}: ${String(refused)} refused${typeof message === 'string' ? `: ${message}` : ''}`];
  } catch {
    return [];
  }
}

function addressOf(endpoint: string, path: string): URL {
  let address: URL;
  try {
    address = new URL(endpoint);
  } catch {
    throw new PflowError('USAGE', `the endpoint is not an address: ${endpoint}`, {
      hint: 'For example --endpoint http://127.0.0.1:4318.',
    });
  }
  if (!/\/v1\/(?:traces|metrics)$/u.test(address.pathname))
    address.pathname = `${address.pathname.replace(/\/$/u, '')}${path}`;
  return address;
}

/** OTEL_EXPORTER_OTLP_HEADERS is `name=value,…`, percent-encoded. */
function headersOf(env: OtlpTarget['env']): Record<string, string> {
  const pairs = (env['OTEL_EXPORTER_OTLP_HEADERS'] ?? '').split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals).trim().toLowerCase(), decode(pair.slice(equals + 1).trim())];
    }),
  );
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
