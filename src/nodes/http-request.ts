// The params of the http node as a request for fetch. It sends nothing.
import { PflowError } from '../errors.ts';
import { toText } from './text-or-value.ts';

type Scalar = string | number | boolean;

export interface HttpParams {
  readonly url: string;
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, Scalar>>;
  readonly params: Readonly<Record<string, Scalar | null | readonly Scalar[]>>;
  readonly body?: Scalar | readonly unknown[] | Readonly<Record<string, unknown>> | null | undefined;
  readonly auth_token?: string | undefined;
}

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body?: string;
  /** For messages: `GET https://host/path`, without credentials and query. */
  readonly shown: string;
}

export function buildRequest(params: HttpParams): HttpRequest {
  const url = parsedUrl(params.url);
  const headers = headersOf(params.headers);
  const body = params.body ?? undefined;
  const method = methodFor(params.method, body !== undefined);
  if (typeof body === 'object' && !headers.has('content-type'))
    headers.set('content-type', 'application/json');
  authorize(headers, url, params.auth_token);
  const shown = `${url.origin}${url.pathname}${url.search === '' && url.hash === '' ? '' : '?…'}`;
  for (const [name, value] of Object.entries(params.params)) {
    for (const one of [value].flat()) if (one !== null) url.searchParams.append(name, String(one));
  }
  return {
    url,
    method,
    headers,
    shown: `${method} ${shown}`,
    ...(body === undefined ? {} : { body: toText(body) }),
  };
}

function methodFor(named: string | undefined, hasBody: boolean): string {
  const method = named ?? (hasBody ? 'POST' : 'GET');
  if (!hasBody || (method !== 'GET' && method !== 'HEAD')) return method;
  throw invalidParamError('body', `a ${method} request has no body`);
}

function parsedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  const shown = text.replace(/\/\/[^/]*@/u, '//').replace(/\?.*$/su, '?…');
  throw invalidParamError('url', `"${shown}" is no URL that starts with http:// or https://`);
}

function headersOf(given: HttpParams['headers']): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, String(value));
    } catch {
      throw invalidParamError(
        'headers',
        `the header "${name}" has a name or a value that HTTP does not allow`,
      );
    }
  }
  return headers;
}

/** A header of that name wins, then the token, then credentials in the URL; these never stay in the URL. */
function authorize(headers: Headers, url: URL, token: string | undefined): void {
  const named = url.username !== '' || url.password !== '';
  const pair = named ? `${decoded(url.username)}:${decoded(url.password)}` : undefined;
  url.username = '';
  url.password = '';
  if (headers.has('authorization')) return;
  if (token !== undefined) {
    if (/[^\x21-\x7e]/u.test(token))
      throw invalidParamError('auth_token', 'it holds characters that no token has');
    headers.set('authorization', `Bearer ${token}`);
  } else if (pair !== undefined) {
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function invalidParamError(param: string, message: string): PflowError {
  return new PflowError('NODE_PARAMS_INVALID', `param "${param}": ${message}`, { path: `params.${param}` });
}
