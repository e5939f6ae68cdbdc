// Defines the http node, which sends one request and reads its answer to the end.
import * as z from 'zod';
import { Deadline } from '../flow/deadline.ts';
import { NodeFailure } from '../flow/node-failure.ts';
import { present } from '../values/present.ts';
import { parseRetryAfterMs } from '../values/retry-after.ts';
import { defineNodeType } from './define-node-type.ts';
import { exactNumber } from './exact-number.ts';
import { readBody, readHeaders } from './http-response.ts';
import { buildRequest, type HttpRequest } from './http-request.ts';
import { textOrValue, toText } from './text-or-value.ts';

const scalar = z.union([z.string(), exactNumber, z.boolean()]);

const params = z.strictObject({
  url: z.string().min(1).describe('Address, http or https'),
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
  timeout_s: z.number().positive().default(30).describe('Seconds until the whole answer must be there'),
  auth_token: z
    .string()
    .min(1)
    .optional()
    .describe('Sent as a bearer token unless headers have authorization'),
});

const outputs = z.object({
  response: z.unknown().describe('The body: parsed when it is JSON, else text; base64 when it is binary'),
  status_code: z.int().describe('HTTP status'),
  response_headers: z
    .record(z.string(), z.union([z.string(), z.array(z.string())]))
    .describe('Names in lower case; set-cookie is a list'),
  response_time_ms: z.number().describe('Milliseconds from the request to the end of the answer'),
});

type Outputs = z.output<typeof outputs>;

/** Codes of failures before a connection exists: the server cannot have done anything. */
const UNSENT = new Set<unknown>(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** A method that a template fills in is not in here. */
const READING_METHODS = new Set<unknown>(['GET', 'HEAD', 'OPTIONS']);

export const http = defineNodeType({
  type: 'http',
  summary: 'Sends an HTTP request; any status but 2xx is a failure.',
  params,
  outputs,
  example: { url: 'https://api.example.com/issues', params: { state: 'open' }, auth_token: '${token}' },
  effect: ({ method, body = null }) =>
    READING_METHODS.has(method ?? (body === null ? 'GET' : 'POST')) ? 'fetches' : 'sends',
  retry: { max: 3, wait_s: 1 },
  async exec(given, context) {
    const request = buildRequest(given);
    const deadline = new Deadline(context.signal, given.timeout_s);
    try {
      return await sendRequest(request, deadline.signal);
    } catch (error) {
      if (error instanceof NodeFailure || context.signal.aborted) throw error;
      throw deadline.expired ? timeoutError(request, deadline) : networkError(request, error);
    } finally {
      deadline.clear();
    }
  },
});

async function sendRequest(request: HttpRequest, signal: AbortSignal): Promise<Outputs> {
  const { url, method, headers, body } = request;
  const start = performance.now();
  const answer = await fetch(url, { method, headers, signal, ...present({ body }) });
  const response = await readBody(answer);
  const result: Outputs = {
    response,
    status_code: answer.status,
    response_headers: readHeaders(answer),
    response_time_ms: Math.round((performance.now() - start) * 100) / 100,
  };
  if (!answer.ok) throw httpStatusError(request, answer, result);
  return result;
}

function httpStatusError({ shown, method }: HttpRequest, answer: Response, result: Outputs): NodeFailure {
  const { status, statusText } = answer;
  const retryable = status === 408 || status === 429 || status >= 500;
  const isRefused = status === 429 || (status === 503 && 'retry-after' in result.response_headers);
  return new NodeFailure(
    `${shown} answered ${`${String(status)} ${statusText}`.trim()}${summarizeBody(result.response)}`,
    {
      outputs: result,
      retryable,
      mayHaveActed: mayNotRepeat(method) && !isRefused,
      ...present({
        retryAfterMs: retryable ? parseRetryAfterMs(result.response_headers, Date.now()) : undefined,
      }),
    },
  );
}

/** Returns the start of the body, where servers usually describe the error. */
function summarizeBody(response: unknown): string {
  const text = toText(response);
  const line = text.replace(/\s+/gu, ' ').trim();
  return line === '' || line.startsWith('<')
    ? ''
    : `: ${line.length > 200 ? `${line.slice(0, 200)}…` : line}`;
}

/** True for the methods whose effect a second request would double. */
function mayNotRepeat(method: string): boolean {
  return method === 'POST' || method === 'PATCH';
}

function timeoutError({ shown, method }: HttpRequest, deadline: Deadline): NodeFailure {
  return new NodeFailure(`${shown}: no answer within ${String(deadline.seconds)} s`, {
    code: 'NODE_TIMEOUT',
    hint: 'Raise its timeout_s, or request less.',
    retryable: true,
    mayHaveActed: mayNotRepeat(method),
  });
}

/** Takes the reason from the cause, because the message of fetch lacks it. Network errors have a code. */
function networkError({ shown, method }: HttpRequest, error: unknown): NodeFailure {
  const cause: unknown = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code, message } = cause as { code?: unknown; message?: unknown };
  const reason = typeof message === 'string' && message !== '' ? message : String(code ?? cause);
  return new NodeFailure(`${shown}: ${reason}`, {
    retryable: typeof code === 'string',
    mayHaveActed: mayNotRepeat(method) && !UNSENT.has(code),
    cause: error,
  });
}
