// Turns what the AI SDK throws into a ModelFailure with a message and a hint. No key gets into a text.
import { PflowError } from '../errors.ts';
import { present } from '../values/present.ts';
import { parseRetryAfterMs } from '../values/retry-after.ts';
import {
  classifyFailure,
  getFailureHint,
  getFailureMessage,
  ModelFailure,
  type ModelFailureCode,
  type ModelFailureFacts,
} from './model-failure.ts';
import { readSdkError, type SdkError } from './sdk-error.ts';
import type { Bill } from './usage/bill.ts';

/** The model and the endpoint that were called. */
export interface CallTarget {
  /** `provider/name`. */
  readonly model: string;
  readonly key_variable: string | undefined;
  readonly base_url: string;
  readonly base_url_from: string;
  /** Replaced wherever they occur in a text of the provider. */
  readonly secrets: readonly string[];
  readonly bill: (body: unknown) => Bill;
  /** Milliseconds since 1970, for a `Retry-After` that is a date. */
  readonly now: number;
}

/** The request was passed on, and its answer came too late. */
const GATEWAY_TIMEOUTS = new Set([408, 504, 524]);
/** Codes of connections that were never made. */
const NOT_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_|DEPTH_ZERO|UNABLE_TO|ERR_TLS|ERR_SSL|SELF_SIGNED|no connection)/;

const LONGEST_QUOTE = 300;
const UNUSABLE_ANSWER =
  /^AI_(InvalidResponseData|NoContentGenerated|EmptyResponseBody|JSONParse|TypeValidation)Error$/;
const UNUSABLE_REQUEST =
  /^AI_(InvalidPrompt|InvalidArgument|InvalidDataContent|UnsupportedFunctionality|Download|MessageConversion)Error$/;

/** Returns INTERNAL for an error of no known form. */
export function modelFailureOf(error: unknown, target: CallTarget): PflowError {
  const thrown = readSdkError(error);
  const code = classifyFailure(thrown.status, thrown.reported?.names ?? []);
  if (code !== undefined) return providerError(code, thrown, target);
  if (thrown.network !== undefined) return connectionError(thrown.network, thrown, target);
  const isAnswered = thrown.status !== undefined || UNUSABLE_ANSWER.test(thrown.name);
  return isAnswered ? unusableAnswerError(thrown, target) : unsentRequestError(thrown, target);
}

function providerError(
  code: ModelFailureCode,
  { status, reported, headers, body }: SdkError,
  target: CallTarget,
): ModelFailure {
  const quoted = reported?.message === undefined ? undefined : `"${quote(reported.message, target)}"`;
  const reason = [status, quoted].filter((part) => part !== undefined).join(': ');
  const message = `${target.model}: ${getFailureMessage(code)}${reason === '' ? '' : ` (${reason})`}`;
  return new ModelFailure(code, message, {
    hint: getFailureHint(code, { ...target, status }),
    ...present({ retryAfterMs: parseRetryAfterMs(headers, target.now) ?? reported?.retryAfterMs }),
    ...(status !== undefined && GATEWAY_TIMEOUTS.has(status) ? { maybe_billed: true } : {}),
    ...readUsage(body, target),
  });
}

function connectionError(networkCode: string, { status }: SdkError, target: CallTarget): ModelFailure {
  const host = URL.canParse(target.base_url) ? new URL(target.base_url).host : target.base_url_from;
  const problem =
    status === undefined
      ? `${host} cannot be reached`
      : `the connection to ${host} broke off in the middle of the answer`;
  return new ModelFailure('MODEL_NETWORK', `${target.model}: ${problem} (${networkCode})`, {
    hint: getFailureHint('MODEL_NETWORK', target),
    maybe_billed: status !== undefined || !NOT_CONNECTED.test(networkCode),
  });
}

function unusableAnswerError({ raw, body }: SdkError, target: CallTarget): ModelFailure {
  return new ModelFailure('MODEL_ANSWER_INVALID', `${target.model}: ${describeProblem(raw, body)}`, {
    hint: getFailureHint('MODEL_ANSWER_INVALID', target),
    ...(raw === undefined || raw.trim() === '' ? {} : { details: [`it begins: ${quote(raw, target)}`] }),
    maybe_billed: true,
    ...readUsage(body, target),
  });
}

function describeProblem(raw: string | undefined, body: unknown): string {
  if (raw === undefined) return 'the answer holds no message';
  if (raw.trim() === '') return 'the answer is empty';
  return typeof body === 'string'
    ? 'the answer is not JSON'
    : "the answer does not have the form of the provider's API";
}

/** An answer that failed may have cost something. */
function readUsage(body: unknown, target: CallTarget): Pick<ModelFailureFacts, 'usage' | 'usage_doubts'> {
  const { usage, usage_doubts } = target.bill(body);
  return Object.keys(usage).length === 0 ? {} : { usage, ...present({ usage_doubts }) };
}

function unsentRequestError({ name, message }: SdkError, target: CallTarget): PflowError {
  const quoted = quote(message, target);
  if (UNUSABLE_REQUEST.test(name)) {
    return new ModelFailure(
      'MODEL_REQUEST_INVALID',
      `${target.model}: the request cannot be sent: ${quoted}`,
      {
        hint: getFailureHint('MODEL_REQUEST_INVALID', target),
      },
    );
  }
  return new PflowError('INTERNAL', `${target.model}: the call failed with an unknown error: ${quoted}`, {
    hint: 'This is a fault in pflow; please report it with this text.',
  });
}

/** Shortens a text of the provider to one line without secrets. */
function quote(whole: string, target: CallTarget): string {
  const redacted = target.secrets.reduce((rest, secret) => rest.replaceAll(secret, '<redacted>'), whole);
  const line = redacted.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}
