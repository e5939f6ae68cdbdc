// What a provider's client has thrown, read by its fields, so that no provider's code is loaded to find out.
import { readErrorBody, type ErrorBody } from './error-body.ts';
import { fields, type Fields } from '../values/json-fields.ts';

export interface SdkError {
  readonly name: string;
  readonly message: string;
  /** The HTTP status; one that stands in the body counts where HTTP says that all is well. */
  readonly status: number | undefined;
  /** Names in lower case. */
  readonly headers: Fields;
  /** As it came; undefined when nothing came. */
  readonly raw: string | undefined;
  /** Parsed where it is JSON. */
  readonly body: unknown;
  readonly errorBody: ErrorBody | undefined;
  /** Code of the first network error in the chain of causes. */
  readonly network: string | undefined;
}

const NETWORK_CODE = /^(E[A-Z]{3,}|(UND_ERR|CERT|DEPTH_ZERO|UNABLE_TO|ERR_TLS|ERR_SSL|SELF_SIGNED)_[A-Z_]+)$/;
const DEEPEST = 8;

export function readSdkError(error: unknown): SdkError {
  const thrown = fields(error);
  const sent = thrown['responseBody'] ?? thrown['data'];
  const body = parsed(sent);
  const told = readErrorBody(body);
  const answered = typeof thrown['statusCode'] === 'number' ? thrown['statusCode'] : undefined;
  return {
    name: error instanceof Error ? error.name : '',
    message: error instanceof Error ? error.message : String(error),
    status: answered !== undefined && answered >= 400 ? answered : (told?.status ?? answered),
    headers: fields(thrown['responseHeaders']),
    raw: typeof sent === 'string' ? sent : undefined,
    body,
    errorBody: told,
    network: networkCode(error),
  };
}

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

function networkCode(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < DEEPEST && typeof current === 'object' && current !== null; depth += 1) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && NETWORK_CODE.test(code)) return code;
    current = cause;
  }
  // Some refusals to connect carry no code.
  const message = error instanceof Error ? error.message : '';
  return /^(cannot connect to api|fetch failed|failed to fetch)/i.test(message) ? 'no connection' : undefined;
}
