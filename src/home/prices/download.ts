// Downloads price data: a bounded size, a bounded time, and every failure as an error with a way out.
import { PflowError } from '../../errors.ts';
import { createFetch } from '../../net/fetch.ts';
import { showUrl } from '../../net/redirects.ts';
import { createSend } from '../../net/send.ts';
import type { Environment } from '../../values/environment.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

export interface DownloadOptions {
  /** Has the variables of proxies. */
  readonly env: Environment;
  /** For the whole download; one minute if absent. */
  readonly timeoutMs?: number | undefined;
}

export interface Download {
  readonly bytes: Buffer;
  /** The day of `Last-Modified`; null without one. */
  readonly day: string | null;
}

/** Throws PRICES_UNAVAILABLE if the server cannot be reached, refuses, or sends less than it announced. */
export async function download(address: string, options: DownloadOptions): Promise<Download> {
  const { env, timeoutMs = TIMEOUT_MS } = options;
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw unavailable(address, new Error('not an http address'));
  }
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await createFetch(createSend(env))(url, { signal });
    if (!response.ok) throw new Error(`the server answered ${String(response.status)}`);
    return { bytes: await readBody(response), day: lastModified(response) };
  } catch (error) {
    const late = `it took longer than ${String(timeoutMs / 1000)} s`;
    throw unavailable(showUrl(url), signal.aborted ? new Error(late) : error);
  }
}

function lastModified({ headers }: Response): string | null {
  const modified = Date.parse(headers.get('last-modified') ?? '');
  return Number.isNaN(modified) ? null : new Date(modified).toISOString().slice(0, 10);
}

async function readBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body = (response.body ?? []) as AsyncIterable<Uint8Array>;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new Error(`more than ${String(MAX_BYTES)} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unavailable(address: string, error: unknown): PflowError {
  const { message, cause } = error as Error;
  const isNamed = !(cause instanceof Error) || message.includes(cause.message);
  const reason = isNamed ? message : `${message}: ${cause.message}`;
  return new PflowError('PRICES_UNAVAILABLE', `the prices at ${address} cannot be downloaded: ${reason}`, {
    hint: 'Check the address and the network, or take the prices from a file: pflow prices update --from FILE.',
    cause: error,
  });
}
