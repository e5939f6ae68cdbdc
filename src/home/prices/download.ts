// Downloads price data: a bounded size, a bounded time, and every failure as an error with a way out.
import { PflowError } from '../../errors.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

export interface Download {
  readonly bytes: Buffer;
  /** The day of `Last-Modified`; null without one. */
  readonly day: string | null;
}

/** Throws PRICES_UNAVAILABLE if the server cannot be reached, refuses, or sends less than it announced. */
export async function download(url: string): Promise<Download> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`the server answered ${String(response.status)}`);
    const bytes = await readBody(response);
    const modified = Date.parse(response.headers.get('last-modified') ?? '');
    const day = Number.isNaN(modified) ? null : new Date(modified).toISOString().slice(0, 10);
    return { bytes, day };
  } catch (error) {
    throw unavailable(url, error);
  }
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

function unavailable(url: string, error: unknown): PflowError {
  const { message, cause } = error as Error;
  const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
  return new PflowError('PRICES_UNAVAILABLE', `the prices at ${url} cannot be downloaded: ${reason}`, {
    hint: 'Check the address and the network, or take the prices from a file: pflow prices update --from FILE.',
    cause: error,
  });
}
