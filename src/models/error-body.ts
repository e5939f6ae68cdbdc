// What a provider says went wrong, read from the body of its response whatever form that has.
import { fields, list, text } from '../values/json-fields.ts';

export interface ErrorBody {
  /** An HTTP status inside a body that came with 200, as OpenRouter sends it. */
  readonly status: number | undefined;
  /** Every name the error is given: type, code, status, reasons. */
  readonly names: readonly string[];
  readonly message: string | undefined;
  /** Google's way to say `Retry-After`. */
  readonly retryAfterMs: number | undefined;
}

/** Undefined when the body tells of no error. */
export function readErrorBody(body: unknown): ErrorBody | undefined {
  const whole = fields(Array.isArray(body) ? body[0] : body);
  const error = whole['error'];
  if (error === undefined || error === null) return undefined;
  if (typeof error === 'string')
    return { status: undefined, names: [], message: error, retryAfterMs: undefined };
  const told = fields(error);
  const details = list(told['details']).map(fields);
  const names = [told['type'], told['code'], told['status'], ...details.map((detail) => detail['reason'])];
  const message = text(told['message']);
  return {
    status: httpStatus(told['code']),
    names: [...names.filter((name) => typeof name === 'string'), ...namesInWords(message)],
    message,
    retryAfterMs: seconds(
      details.map((detail) => detail['retryDelay']).find((delay) => text(delay) !== undefined),
    ),
  };
}

/** Anthropic names an empty account in words only. */
function namesInWords(message: string | undefined): readonly string[] {
  return message?.toLowerCase().includes('credit balance is too low') === true ? ['insufficient_quota'] : [];
}

function httpStatus(code: unknown): number | undefined {
  const status = typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : code;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : undefined;
}

function seconds(delay: unknown): number | undefined {
  const match = /^(\d+(?:\.\d+)?)s$/.exec(text(delay) ?? '');
  return match === null ? undefined : Number(match[1]) * 1000;
}
