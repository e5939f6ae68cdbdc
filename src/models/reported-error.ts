// Reads the error that the body of a response describes. Several APIs and gateways have their own forms.
import { asFields, asList, asText, type Fields } from '../values/json-fields.ts';
import { parseRetryDelayMs } from '../values/retry-after.ts';
import { findErrorNames, SPENT, type Wait } from './error-words.ts';

export interface ReportedError {
  /** An HTTP status inside a body that came with 200, as OpenRouter sends it. */
  readonly status: number | undefined;
  /** Every name of the error: what its words mean, its type, code, status and reasons. */
  readonly names: readonly string[];
  readonly message: string | undefined;
  /** The retry delay that Google sends in the body instead of `Retry-After`. */
  readonly retryAfterMs: number | undefined;
}

export interface ErrorOccasion {
  /**
   * The status is that of a failure. A good answer may hold a `message` too, so only then the body counts as an error.
   */
  readonly isFailure: boolean;
  /** The wait that the response requests. */
  readonly wait: Wait | undefined;
}

export function readReportedError(body: unknown, occasion: ErrorOccasion): ReportedError | undefined {
  const whole = asFields(Array.isArray(body) ? body[0] : body);
  const inChoice = asFields(asList(whole['choices'])[0])['error'];
  const error = whole['error'] ?? inChoice ?? readBaseResponse(whole);
  if (error !== undefined) return readError(error, whole, occasion);
  return occasion.isFailure || whole['object'] === 'error' ? readError(whole, {}, occasion) : undefined;
}

/** MiniMax answers with HTTP 200 and a status of its own. */
function readBaseResponse(whole: Fields): Fields | undefined {
  const { status_code, status_msg } = asFields(whole['base_resp']);
  return typeof status_code === 'number' && status_code !== 0
    ? { code: `base_resp_${String(status_code)}`, message: status_msg }
    : undefined;
}

function readError(error: unknown, whole: Fields, { wait }: ErrorOccasion): ReportedError {
  const fields = asFields(error);
  const message = messageOf(error) ?? messageOf(whole);
  const details = asList(fields['details']).map(asFields);
  const delay = details.map((detail) => asText(detail['retryDelay'])).find((each) => each !== undefined);
  const { type, code, status } = fields;
  const given = [type, code, status, ...details.map((detail) => detail['reason'])];
  const names = given.filter((name) => typeof name === 'string');
  const limits = details
    .flatMap((detail) => asList(detail['violations']))
    .map((one) => asFields(one)['quotaId']);
  const isDaily = limits.some((limit) => typeof limit === 'string' && /Per(?:Day|Month)/.test(limit));
  const words = findErrorNames(message, wait ?? (delay === undefined ? undefined : 'short'));
  return {
    status: toHttpStatus(code),
    // Google names a delay of seconds for limits of a day, too.
    names: [...(isDaily ? [SPENT] : []), ...words, ...names],
    message,
    retryAfterMs: parseRetryDelayMs(delay),
  };
}

/** Errors name their text `message`; gateways also `msg` and `detail`. */
function messageOf(error: unknown): string | undefined {
  if (typeof error === 'string') return asText(error);
  const { message, msg, detail } = asFields(error);
  return asText(message) ?? asText(msg) ?? asText(detail) ?? problemsOf(detail);
}

const MOST_PROBLEMS = 3;

/** FastAPI, which vLLM and many gateways are built with, lists the faults of a request. */
function problemsOf(detail: unknown): string | undefined {
  const problems = asList(detail)
    .slice(0, MOST_PROBLEMS)
    .flatMap((each) => {
      const { loc, msg } = asFields(each);
      const text = asText(msg);
      const place = asList(loc).filter((part) => typeof part === 'string' || typeof part === 'number');
      return text === undefined ? [] : [[place.join('.'), text].filter((part) => part !== '').join(': ')];
    });
  return problems.length === 0 ? undefined : problems.join('; ');
}

function toHttpStatus(code: unknown): number | undefined {
  const status = typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : code;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}
