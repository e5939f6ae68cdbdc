// Follows redirects as browsers do, and takes no header of the user to another origin.
import { NetworkError, type NetAnswer, type NetRequest, type Send } from './message.ts';
import { present } from '../values/present.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MOST_HOPS = 20;

/** Headers that state nothing about the user. */
const PUBLIC_HEADER = /^(?:accept(?:-.*)?|user-agent|content-type)$/u;

export interface FollowedAnswer {
  readonly answer: NetAnswer;
  /** The request that was answered. */
  readonly request: NetRequest;
  /** Where it was sent after the first address, in order. */
  readonly hops: readonly URL[];
}

/** Throws a NetworkError for a redirect that leads nowhere. */
export async function sendFollowing(
  send: Send,
  first: NetRequest,
  signal: AbortSignal,
): Promise<FollowedAnswer> {
  const hops: URL[] = [];
  for (let request = first; ;) {
    const answer = await send(request, signal);
    const location = answer.headers['location'];
    if (!REDIRECTS.has(answer.status) || typeof location !== 'string') return { answer, request, hops };
    answer.body.on('error', () => undefined).destroy();
    if (hops.length === MOST_HOPS) throw badRedirectError(`more than ${String(MOST_HOPS)} redirects`);
    request = nextRequest(request, answer.status, resolveLocation(location, request.url));
    hops.push(request.url);
  }
}

function resolveLocation(location: string, base: URL): URL {
  const url = URL.canParse(location, base.href) ? new URL(location, base.href) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw badRedirectError('it redirects to an address that is not http or https');
  url.username = '';
  url.password = '';
  return url;
}

function nextRequest(request: NetRequest, status: number, url: URL): NetRequest {
  const { method, body } = request;
  const isOtherOrigin = url.origin !== request.url.origin;
  const becomesGet =
    (status === 303 && method !== 'GET' && method !== 'HEAD') ||
    ((status === 301 || status === 302) && method === 'POST');
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(
      ([name]) =>
        (!isOtherOrigin || PUBLIC_HEADER.test(name)) && (!becomesGet || !name.startsWith('content-')),
    ),
  );
  if (becomesGet) return { url, method: 'GET', headers };
  return { url, method, headers, ...present({ body }) };
}

function badRedirectError(message: string): NetworkError {
  return new NetworkError(message, { code: 'REDIRECT_INVALID', wasSent: true, retryable: false });
}

/** Shows an address without credentials and query, which may be secrets. */
export function showUrl({ origin, pathname, search, hash }: URL): string {
  return `${origin}${pathname}${search === '' && hash === '' ? '' : '?…'}`;
}
