// Downloads images for models that take no addresses. Proxies, redirects and limits are those of every other request.
import { PflowError } from '../errors.ts';
import { ACCEPTED_ENCODINGS, readChunks } from '../net/body.ts';
import { NetworkError, type NetAnswer, type Send } from '../net/message.ts';
import { sendFollowing, showUrl } from '../net/redirects.ts';
import { ModelFailure } from './model-failure.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const HEADERS = {
  accept: 'image/*, */*;q=0.1',
  'accept-encoding': ACCEPTED_ENCODINGS,
  'user-agent': 'pflow',
};

export interface DownloadedImage {
  readonly data: Uint8Array;
  /** As the server names it. */
  readonly mediaType: string | undefined;
}

/** Throws MODEL_NETWORK where another attempt may succeed, otherwise FILE_UNREADABLE. */
export async function downloadImage(url: URL, send: Send, signal: AbortSignal): Promise<DownloadedImage> {
  try {
    const request = { url, method: 'GET', headers: HEADERS };
    const { answer } = await sendFollowing(send, request, signal);
    if (answer.status >= 200 && answer.status < 300) return await readImage(answer, url);
    answer.body.on('error', () => undefined).destroy();
    throw downloadError(
      url,
      `it answered ${String(answer.status)}`,
      answer.status >= 500 || answer.status === 429,
    );
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof NetworkError ? downloadError(url, error.message, error.retryable) : error;
  }
}

async function readImage(answer: NetAnswer, url: URL): Promise<DownloadedImage> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of readChunks(answer, 'GET')) {
    size += chunk.length;
    if (size > MAX_BYTES) throw downloadError(url, 'it is larger than 64 MiB', false);
    chunks.push(chunk);
  }
  const [type] = [answer.headers['content-type'] ?? []].flat();
  return { data: Buffer.concat(chunks), mediaType: type?.split(';', 1)[0]?.trim() };
}

function downloadError(url: URL, why: string, isRetryable: boolean): PflowError {
  const message = `image "${showUrl(url)}" cannot be loaded: ${why}`;
  const hint = 'Check the address; the model takes no addresses, so pflow loads the image.';
  return isRetryable
    ? new ModelFailure('MODEL_NETWORK', message, { hint })
    : new PflowError('FILE_UNREADABLE', message, { hint });
}
