// Reads an error of the AI SDK by its fields. So no package of a provider has to be loaded.
import { asFields, asList, asText, type Fields } from '../values/json-fields.ts';
import { parseRetryDelayMs } from '../values/retry-after.ts';

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
}

/** The error that the body of a response describes. */
export interface ReportedError {
  /** An HTTP status inside a body that came with 200, as OpenRouter sends it. */
  readonly status: number | undefined;
  /** Every name of the error: its type, code, status and reasons. */
  readonly names: readonly string[];
  readonly message: string | undefined;
  /** The retry delay that Google sends in the body instead of `Retry-After`. */
  readonly retryAfterMs: number | undefined;
}

const NETWORK_CODE = /^(E[A-Z]{3,}|(UND_ERR|CERT|DEPTH_ZERO|UNABLE_TO|ERR_TLS|ERR_SSL|SELF_SIGNED)_[A-Z_]+)$/;
const DEEPEST_CAUSE = 8;

export function readSdkError(error: unknown): SdkError {
  const thrown = asFields(error);
  const sent = thrown['responseBody'] ?? thrown['data'];
  const body = parseBody(sent);
  const reported = readReportedError(body);
  const status = typeof thrown['statusCode'] === 'number' ? thrown['statusCode'] : undefined;
  return {
    name: error instanceof Error ? error.name : '',
    message: error instanceof Error ? error.message : String(error),
    status: status !== undefined && status >= 400 ? status : (reported?.status ?? status),
    headers: asFields(thrown['responseHeaders']),
    raw: typeof sent === 'string' ? sent : undefined,
    body,
    reported,
    network: findNetworkCode(error),
  };
}

function parseBody(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}

function readReportedError(body: unknown): ReportedError | undefined {
  const whole = asFields(Array.isArray(body) ? body[0] : body);
  const error = whole['error'];
  if (error === undefined || error === null) return undefined;
  if (typeof error === 'string')
    return { status: undefined, names: [], message: error, retryAfterMs: undefined };
  const { type, code, status, message: sentMessage, details: sentDetails } = asFields(error);
  const details = asList(sentDetails).map(asFields);
  const names = [type, code, status, ...details.map((detail) => detail['reason'])];
  const message = asText(sentMessage);
  const delay = details.map((detail) => asText(detail['retryDelay'])).find((each) => each !== undefined);
  return {
    status: toHttpStatus(code),
    names: [...names.filter((name) => typeof name === 'string'), ...findNamesInMessage(message)],
    message,
    retryAfterMs: parseRetryDelayMs(delay),
  };
}

/** Anthropic reports an empty account only in the message. */
function findNamesInMessage(message: string | undefined): readonly string[] {
  return message?.toLowerCase().includes('credit balance is too low') === true ? ['insufficient_quota'] : [];
}

function toHttpStatus(code: unknown): number | undefined {
  const status = typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : code;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}

function findNetworkCode(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < DEEPEST_CAUSE && typeof current === 'object' && current !== null; depth += 1) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && NETWORK_CODE.test(code)) return code;
    current = cause;
  }
  // Some failures to connect have no code.
  const message = error instanceof Error ? error.message : '';
  return /^(cannot connect to api|fetch failed|failed to fetch)/i.test(message) ? 'no connection' : undefined;
}
