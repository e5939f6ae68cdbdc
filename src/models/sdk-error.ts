// Reads an error of the AI SDK by its fields. No package of a provider is loaded for it.
import { asFields, type Fields } from '../values/json-fields.ts';
import { parseRetryAfterMs } from '../values/retry-after.ts';
import type { Received } from './exchange.ts';
import type { Wait } from './error-words.ts';
import { readReportedError, type ReportedError } from './reported-error.ts';

export interface SdkError {
  readonly name: string;
  readonly message: string;
  /** HTTP status. A status in the body counts where HTTP reports success. */
  readonly status: number | undefined;
  /** Header names are in lower case. */
  readonly headers: Fields;
  /** The body as it came; undefined when the provider sent no body. */
  readonly raw: string | undefined;
  /** The body, parsed where it is JSON. */
  readonly body: unknown;
  readonly reported: ReportedError | undefined;
  /** Code of the first network error among the causes. */
  readonly network: string | undefined;
  /** HTTP status of a proxy that opened no connection. */
  readonly proxyStatus: number | undefined;
}

const NETWORK_CODE =
  /^(E[A-Z]{3,}|Z_[A-Z_]+|(ENCODING|REDIRECT|STREAM|PROXY|PROTOCOL|HPE|UND_ERR|CERT|DEPTH_ZERO|UNABLE_TO|ERR_TLS|ERR_SSL|SELF_SIGNED)_[A-Z_]+)$/;
const DEEPEST_CAUSE = 8;
const LONGEST_SHORT_WAIT_MS = 60_000;

export function readSdkError(error: unknown, received: Received | undefined): SdkError {
  return {
    name: error instanceof Error ? error.name : '',
    message: error instanceof Error ? error.message : String(error),
    ...readResponse(received),
    network: findNetworkCode(error),
    proxyStatus: findProxyStatus(error),
  };
}

type ResponseFacts = Pick<SdkError, 'status' | 'headers' | 'raw' | 'body' | 'reported'>;

/** Without a response every member is undefined. */
export function readResponse(received: Received | undefined): ResponseFacts {
  const { status, headers = {}, raw, body } = received ?? {};
  const isFailure = status !== undefined && status >= 400;
  const reported = readReportedError(body, { isFailure, wait: waitOf(asFields(headers)) });
  return {
    status: isFailure ? status : (reported?.status ?? status),
    headers: asFields(headers),
    raw,
    body,
    reported,
  };
}

/** A wait of 0 is short. So are a date in the past and a header that cannot be read. */
function waitOf(headers: Fields): Wait | undefined {
  if (headers['retry-after'] === undefined && headers['retry-after-ms'] === undefined) return undefined;
  return (parseRetryAfterMs(headers, Date.now()) ?? 0) > LONGEST_SHORT_WAIT_MS ? 'long' : 'short';
}

/** An error and its causes, from the outermost. */
function causesOf(error: unknown): readonly Fields[] {
  const found: Fields[] = [];
  let current = error;
  while (found.length < DEEPEST_CAUSE && typeof current === 'object' && current !== null) {
    found.push(current as unknown as Fields);
    current = (current as { cause?: unknown }).cause;
  }
  return found;
}

function findNetworkCode(error: unknown): string | undefined {
  for (const { code } of causesOf(error)) {
    if (typeof code === 'string' && NETWORK_CODE.test(code)) return code;
  }
  // Some failures to connect have no code.
  const message = error instanceof Error ? error.message : '';
  return /^(cannot connect to api|fetch failed|failed to fetch|terminated)/i.test(message)
    ? 'no connection'
    : undefined;
}

function findProxyStatus(error: unknown): number | undefined {
  for (const { message, code, stack } of causesOf(error)) {
    if (code === 'PROXY_AUTHENTICATION') return 407;
    if (typeof message !== 'string') continue;
    const match = /Proxy response \((\d{3})\)/.exec(message);
    if (match !== null) return Number(match[1]);
    if (isHiddenProxyAnswer(message, stack)) return 407;
  }
  return undefined;
}

/** By its standard, `fetch` hides a response with status 407. Node.js gives its error no text. */
function isHiddenProxyAnswer(message: string, stack: unknown): boolean {
  if (message !== '') return /proxy authentication required/i.test(message);
  return typeof stack === 'string' && stack.includes(' at httpNetworkOrCacheFetch');
}
