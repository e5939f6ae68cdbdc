// Turns the params of the http node into a request. Sends nothing.
import { PflowError } from '../errors.ts';
import { ACCEPTED_ENCODINGS } from '../net/body.ts';
import type { NetRequest } from '../net/message.ts';
import { showUrl } from '../net/redirects.ts';
import { present } from '../values/present.ts';
import { textOrJson } from './text-or-value.ts';

type Scalar = string | number | bigint | boolean;

interface HttpParams {
  readonly url: string;
  readonly method?: string | undefined;
  readonly headers: Readonly<Record<string, Scalar>>;
  readonly params: Readonly<Record<string, Scalar | null | readonly Scalar[]>>;
  readonly body?: Scalar | readonly unknown[] | Readonly<Record<string, unknown>> | null | undefined;
  readonly auth_token?: string | undefined;
}

export interface HttpRequest extends NetRequest {
  /** For messages: `GET https://host/path`, without credentials and query. */
  readonly shown: string;
}

const DEFAULT_HEADERS = { accept: '*/*', 'accept-encoding': ACCEPTED_ENCODINGS, 'user-agent': 'pflow' };

export function buildRequest(params: HttpParams): HttpRequest {
  const url = parseUrl(params.url);
  const headers = toHeaders(params.headers);
  const body = params.body ?? undefined;
  const method = chooseMethod(params.method, body !== undefined);
  if (typeof body === 'object' && !headers.has('content-type'))
    headers.set('content-type', 'application/json');
  authorize(headers, url, params.auth_token);
  const shown = showUrl(url);
  appendQuery(url, params.params);
  return {
    url,
    method,
    headers: { ...DEFAULT_HEADERS, ...Object.fromEntries(headers) },
    shown: `${method} ${shown}`,
    ...present({ body: body === undefined ? undefined : textOrJson(body) }),
  };
}

/** Leaves the query that the URL has byte for byte: a signature may depend on its spelling. */
function appendQuery(url: URL, params: HttpParams['params']): void {
  const added = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    for (const each of [value].flat()) if (each !== null) added.append(name, String(each));
  const text = added.toString();
  if (text === '') return;
  const { search } = url;
  url.search = `${search}${search === '' || search.endsWith('&') ? '' : '&'}${text}`;
}

function chooseMethod(requested: string | undefined, hasBody: boolean): string {
  const method = requested ?? (hasBody ? 'POST' : 'GET');
  if (!hasBody || (method !== 'GET' && method !== 'HEAD')) return method;
  throw invalidParamError('body', `a ${method} request has no body`);
}

/** How addresses begin, as the pattern of a JSON Schema. */
export const URL_START = '^\\s*[hH][tT][tT][pP][sS]?:';

/** Returns why a text is not an address of http or https. Shows no password and no query. */
export function findUrlProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return undefined;
  const shown = text.replace(/\/\/[^/]*@/u, '//').replace(/\?.*$/su, '?…');
  return `"${shown}" is not a URL that starts with http:// or https://`;
}

function parseUrl(text: string): URL {
  const problem = findUrlProblem(text);
  if (problem !== undefined) throw invalidParamError('url', problem);
  return new URL(text);
}

function toHeaders(given: HttpParams['headers']): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    if (/^transfer-encoding$/iu.test(name))
      throw invalidParamError('headers', `leave out "${name}": a body is sent as one piece, with its length`);
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
