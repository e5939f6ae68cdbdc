// Turns the params of the http node into a request for fetch. Sends nothing.
import { PflowError } from '../errors.ts';
import { present } from '../values/present.ts';
import { toText } from './text-or-value.ts';

type Scalar = string | number | bigint | boolean;

interface HttpParams {
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
  const url = parseUrl(params.url);
  const headers = toHeaders(params.headers);
  const body = params.body ?? undefined;
  const method = chooseMethod(params.method, body !== undefined);
  if (typeof body === 'object' && !headers.has('content-type'))
    headers.set('content-type', 'application/json');
  authorize(headers, url, params.auth_token);
  const shown = `${url.origin}${url.pathname}${url.search === '' && url.hash === '' ? '' : '?…'}`;
  for (const [name, value] of Object.entries(params.params)) {
    for (const each of [value].flat()) if (each !== null) url.searchParams.append(name, String(each));
  }
  return {
    url,
    method,
    headers,
    shown: `${method} ${shown}`,
    ...present({ body: body === undefined ? undefined : toText(body) }),
  };
}

function chooseMethod(requested: string | undefined, hasBody: boolean): string {
  const method = requested ?? (hasBody ? 'POST' : 'GET');
  if (!hasBody || (method !== 'GET' && method !== 'HEAD')) return method;
  throw invalidParamError('body', `a ${method} request has no body`);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  const shown = text.replace(/\/\/[^/]*@/u, '//').replace(/\?.*$/su, '?…');
  throw invalidParamError('url', `"${shown}" is not a URL that starts with http:// or https://`);
}

function toHeaders(given: HttpParams['headers']): Headers {
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

/** Prefers an own header to the token, and the token to the URL. Removes the credentials from the URL. */
function authorize(headers: Headers, url: URL, token: string | undefined): void {
  const hasCredentials = url.username !== '' || url.password !== '';
  const credentials = hasCredentials ? `${decode(url.username)}:${decode(url.password)}` : undefined;
  url.username = '';
  url.password = '';
  if (headers.has('authorization')) return;
  if (token !== undefined) {
    if (/[^\x21-\x7e]/u.test(token))
      throw invalidParamError('auth_token', 'it holds characters that a token cannot have');
    headers.set('authorization', `Bearer ${token}`);
  } else if (credentials !== undefined) {
    headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function invalidParamError(param: string, message: string): PflowError {
  return new PflowError('NODE_PARAMS_INVALID', `param "${param}": ${message}`, { path: `params.${param}` });
}
