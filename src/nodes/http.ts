// Defines the http node, which sends one request and reads its answer to the end.
import * as z from 'zod';
import { Deadline } from '../flow/deadline.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { NetworkError, type NetAnswer, type Send } from '../net/message.ts';
import { sendFollowing, showUrl } from '../net/redirects.ts';
import { createSend } from '../net/send.ts';
import { present } from '../values/present.ts';
import { parseRetryAfterMs } from '../values/retry-after.ts';
import { defineNodeType } from './define-node-type.ts';
import { exactNumber } from './exact-number.ts';
import {
  describeBodyMismatch,
  describeExpectedStatus,
  expectation,
  isExpectedStatus,
} from './http-expectation.ts';
import { buildRequest, findUrlProblem, URL_START, type HttpRequest } from './http-request.ts';
import { readBody } from './http-response.ts';
import { textOrValue, textOrJson } from './text-or-value.ts';

const scalar = z.union([z.string(), exactNumber, z.boolean()]);

const params = z.strictObject({
  url: z
    .string()
    .min(1)
    .superRefine((url, context) => {
      const problem = findUrlProblem(url);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .meta({ pattern: URL_START })
    .describe('Address, http or https'),
  method: z
    .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])
    .optional()
    .describe('Without it POST when there is a body, else GET'),
  headers: z.record(z.string(), scalar).default({}).describe('Request headers'),
  params: z
    .record(z.string(), z.union([scalar, z.array(scalar), z.null()]))
    .default({})
    .describe('Query parameters; a list is repeated, null is left out'),
  body: textOrValue.nullish().describe('Text as it is; an object or a list is sent as JSON'),
  timeout_s: z
    .number()
    .positive()
    .optional()
    .describe('Seconds until the whole answer must be there; without it 300, or the limit of the node'),
  auth_token: z
    .string()
    .min(1)
    .optional()
    .describe('Sent as a bearer token unless headers have authorization'),
  follow_redirects: z
    .boolean()
    .default(true)
    .describe('False: a redirect is an answer, and so a failure unless its status is expected'),
  expect: expectation.optional().describe('Status and part of the body; another answer is a failure'),
});

const outputs = z.object({
  response: z.unknown().describe('The body: parsed when it is JSON, else text; base64 when it is binary'),
  response_is_binary: z.boolean().describe('True when response is base64'),
  status_code: z.int().describe('HTTP status'),
  response_headers: z
    .record(z.string(), z.union([z.string(), z.array(z.string())]))
    .describe('Names in lower case; set-cookie is a list'),
  redirects: z.array(z.string()).describe('Addresses that it was redirected to, without their queries'),
  response_time_ms: z.number().describe('Milliseconds from the request to the end of the answer'),
});

type Params = z.output<typeof params>;
type Outputs = z.output<typeof outputs>;

/** Seconds for a request of a node without a limit. */
const DEFAULT_TIMEOUT_S = 300;

/** A method that a template fills in is not in here. */
const READING_METHODS = new Set<unknown>(['GET', 'HEAD', 'OPTIONS']);

const OVERRIDE_HEADER = /^x-(?:http-)?method(?:-override)?$/i;
const OVERRIDE_QUERY = /[?&](?:_method|x-http-method(?:-override)?)=/i;

/** Detects a GET request that many servers treat as another method. */
function overridesMethod({
  headers,
  url,
  query,
}: Readonly<Record<'headers' | 'url' | 'query', unknown>>): boolean {
  const names = Object.keys(typeof headers === 'object' && headers !== null ? headers : {});
  const params = Object.keys(typeof query === 'object' && query !== null ? query : {});
  return (
    typeof headers === 'string' ||
    names.some((name) => OVERRIDE_HEADER.test(name.trim()) || name.includes('${')) ||
    params.some((name) => OVERRIDE_QUERY.test(`?${name}=`)) ||
    (typeof url === 'string' && OVERRIDE_QUERY.test(url))
  );
}

export const http = defineNodeType({
  type: 'http',
  summary: 'Sends an HTTP request; any status but 2xx is a failure.',
  params,
  outputs,
  jsonParams: ['body'],
  example: { url: 'https://api.example.com/issues', params: { state: 'open' }, auth_token: '${token}' },
  effect: ({ method, body = null, headers, url, params: query }) =>
    READING_METHODS.has(method ?? (body === null ? 'GET' : 'POST')) &&
    !overridesMethod({ headers, url, query })
      ? 'fetches'
      : 'sends',
  retry: { max: 3, wait_s: 1 },
  async exec(given, context) {
    const request = buildRequest(given);
    const deadline = new Deadline(context.signal, given.timeout_s ?? context.timeout_s ?? DEFAULT_TIMEOUT_S);
    const send = context.send ?? createSend(context.env);
    try {
      return await sendRequest(request, { given, send, signal: deadline.signal });
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason;
      if (deadline.expired) throw timeoutError(request, deadline, error);
      throw error instanceof NetworkError ? networkError(request, error) : error;
    } finally {
      deadline.clear();
    }
  },
});

interface Sending {
  readonly given: Params;
  readonly send: Send;
  readonly signal: AbortSignal;
}

async function sendRequest(request: HttpRequest, { given, send, signal }: Sending): Promise<Outputs> {
  const start = performance.now();
  const first = given.follow_redirects
    ? await sendFollowing(send, request, signal)
    : { answer: await send(request, signal), request, hops: [] };
  const { answer, hops } = first;
  const body = await readBody(answer, first.request.method);
  const result: Outputs = {
    ...body,
    status_code: answer.status,
    response_headers: { ...answer.headers },
    redirects: hops.map(showUrl),
    response_time_ms: Math.round((performance.now() - start) * 100) / 100,
  };
  if (!isExpectedStatus(answer.status, given.expect)) throw statusError(request, answer, result, given);
  const mismatch = describeBodyMismatch(result.response, given.expect);
  if (mismatch !== undefined) throw bodyError(request, result, mismatch);
  return result;
}

function statusError(request: HttpRequest, answer: NetAnswer, result: Outputs, given: Params): NodeFailure {
  const { status, statusText } = answer;
  const retryable = status === 408 || status === 429 || status >= 500;
  const isRefused = status === 429 || (status === 503 && 'retry-after' in answer.headers);
  const came = `answered ${`${String(status)} ${statusText}`.trim()}${describeExpectedStatus(given.expect)}`;
  const retryAfterMs = retryable ? parseRetryAfterMs(answer.headers, Date.now()) : undefined;
  return new NodeFailure(`${showRoute(request, result)} ${came}${summarizeBody(result)}`, {
    outputs: result,
    retryable,
    mayHaveActed: mayNotRepeat(request) && !isRefused,
    ...present({ retryAfterMs }),
    ...(status === 407 ? { hint: 'A proxy requires credentials: set HTTP_PROXY or HTTPS_PROXY.' } : {}),
  });
}

function bodyError(request: HttpRequest, result: Outputs, mismatch: string): NodeFailure {
  const came = `answered ${String(result.status_code)}, but ${mismatch}`;
  return new NodeFailure(`${showRoute(request, result)} ${came}${summarizeBody(result)}`, {
    outputs: result,
  });
}

/** Names the last address too, where it was redirected. */
function showRoute({ shown }: HttpRequest, { redirects }: Outputs): string {
  const last = redirects.at(-1);
  return last === undefined ? shown : `${shown}, redirected to ${last},`;
}

/** Returns the start of the body, where servers usually describe the error. */
function summarizeBody({ response, response_is_binary }: Outputs): string {
  if (response_is_binary) return ': binary data';
  const line = textOrJson(response).replace(/\s+/gu, ' ').trim();
  return line === '' || line.startsWith('<')
    ? ''
    : `: ${line.length > 200 ? `${line.slice(0, 200)}…` : line}`;
}

/** True for the methods whose effect a second request would double. */
function mayNotRepeat({ method }: HttpRequest): boolean {
  return method === 'POST' || method === 'PATCH';
}

function timeoutError(request: HttpRequest, deadline: Deadline, error: unknown): NodeFailure {
  const wasSent = !(error instanceof NetworkError) || error.wasSent;
  const limit = `within ${String(deadline.seconds)} s`;
  const reason = wasSent ? `no whole answer ${limit}; the request was sent` : `no connection ${limit}`;
  return new NodeFailure(`${request.shown}: ${reason}`, {
    code: 'NODE_TIMEOUT',
    hint: 'Raise its timeout_s, or request less.',
    retryable: true,
    mayHaveActed: mayNotRepeat(request) && wasSent,
  });
}

function networkError(request: HttpRequest, error: NetworkError): NodeFailure {
  const { message, retryable, wasSent, hint } = error;
  return new NodeFailure(`${request.shown}: ${message}`, {
    retryable,
    mayHaveActed: mayNotRepeat(request) && wasSent,
    cause: error,
    ...present({ hint }),
  });
}
