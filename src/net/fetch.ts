// Offers the network as a `fetch`, for packages that take one. Proxies, redirects and broken bodies are handled as for
// every other request, and there is no limit of 300 s as in Node's own.
import { Readable } from 'node:stream';
import { ACCEPTED_ENCODINGS, hasBody, readChunks } from './body.ts';
import type { NetAnswer, NetRequest, Send } from './message.ts';
import { sendFollowing } from './redirects.ts';

/** Characters that a status line may have. */
const STATUS_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/u;

/** Rejects with a NetworkError, or with the reason of the signal. */
export function createFetch(send: Send): typeof globalThis.fetch {
  return async (input, init) => {
    const signal = init?.signal ?? new AbortController().signal;
    const request = await toNetRequest(new Request(input, { ...init, signal }));
    const followed = await sendFollowing(send, request, signal);
    return toResponse(followed.answer, followed.request.method);
  };
}

async function toNetRequest(request: Request): Promise<NetRequest> {
  const { url, method, headers, body } = request;
  return {
    url: new URL(url),
    method,
    headers: { 'accept-encoding': ACCEPTED_ENCODINGS, ...Object.fromEntries(headers) },
    ...(body === null ? {} : { body: Buffer.from(await request.arrayBuffer()) }),
  };
}

function toResponse(answer: NetAnswer, method: string): Response {
  const { status, statusText } = answer;
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    // The body is unpacked, so neither its encoding nor its length is the one that was sent.
    if (name === 'content-encoding' || name === 'content-length') continue;
    for (const each of [value].flat()) headers.append(name, each);
  }
  const isStandard = status >= 200 && status <= 599;
  const init = {
    status: isStandard ? status : 500,
    statusText: STATUS_TEXT.test(statusText) ? statusText : '',
    headers,
  };
  const response = new Response(bodyOf(answer, method), init);
  // Some servers deny requests with 999, which a Response does not take.
  return isStandard ? response : Object.defineProperty(response, 'status', { value: status });
}

function bodyOf(answer: NetAnswer, method: string): ReadableStream | null {
  if (hasBody(answer, method))
    return Readable.toWeb(Readable.from(readChunks(answer, method))) as ReadableStream;
  answer.body.resume();
  return null;
}
