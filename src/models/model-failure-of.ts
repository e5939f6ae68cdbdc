// Turns whatever a provider's client throws into a ModelFailure that says what happened and what to do. No key
// gets into a text.
import { PflowError } from '../errors.ts';
import { classifyFailure } from './classify-failure.ts';
import { FAILURE_MESSAGES, failureHint } from './failure-hints.ts';
import { ModelFailure, type ModelFailureCode, type ModelFailureFacts } from './model-failure.ts';
import { retryAfterMs } from '../values/retry-after.ts';
import { readSdkError, type SdkError } from './sdk-error.ts';
import type { Bill } from './usage/bill.ts';

export interface CallTarget {
  /** `provider/name`. */
  readonly model: string;
  readonly key_variable: string | undefined;
  readonly base_url: string;
  readonly base_url_from: string;
  /** Replaced wherever they stand in what the provider says. */
  readonly secrets: readonly string[];
  readonly bill: (body: unknown) => Bill;
  /** Milliseconds since 1970, for a `Retry-After` that is a date. */
  readonly now: number;
}

const LONGEST_QUOTE = 300;
const UNUSABLE_ANSWER =
  /^AI_(InvalidResponseData|NoContentGenerated|EmptyResponseBody|JSONParse|TypeValidation)Error$/;
const UNUSABLE_REQUEST =
  /^AI_(InvalidPrompt|InvalidArgument|InvalidDataContent|UnsupportedFunctionality|Download|MessageConversion)Error$/;

export function modelFailureOf(error: unknown, origin: CallTarget): PflowError {
  const thrown = readSdkError(error);
  const kind = classifyFailure(thrown.status, thrown.errorBody?.names ?? []);
  if (kind !== undefined) return providerError(kind, thrown, origin);
  if (thrown.network !== undefined) return connectionError(thrown.network, thrown, origin);
  const isAnswered = thrown.status !== undefined || UNUSABLE_ANSWER.test(thrown.name);
  return isAnswered ? unusableAnswerError(thrown, origin) : unexpectedError(thrown, origin);
}

function providerError(
  kind: ModelFailureCode,
  { status, errorBody: told, headers, body }: SdkError,
  origin: CallTarget,
): ModelFailure {
  const said = told?.message === undefined ? undefined : `"${quote(told.message, origin)}"`;
  const why = [status, said].filter((part) => part !== undefined).join(': ');
  const wait = retryAfterMs(headers, origin.now) ?? told?.retryAfterMs;
  return new ModelFailure(
    kind,
    `${origin.model}: ${FAILURE_MESSAGES[kind]}${why === '' ? '' : ` (${why})`}`,
    {
      hint: failureHint(kind, { ...origin, status }),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
      ...paid(body, origin),
    },
  );
}

function connectionError(code: string, { status }: SdkError, origin: CallTarget): ModelFailure {
  const host = URL.canParse(origin.base_url) ? new URL(origin.base_url).host : origin.base_url_from;
  const what =
    status === undefined
      ? `${host} cannot be reached`
      : `the connection to ${host} broke off in the middle of the answer`;
  return new ModelFailure('MODEL_NETWORK', `${origin.model}: ${what} (${code})`, {
    hint: failureHint('MODEL_NETWORK', origin),
  });
}

function unusableAnswerError({ raw, body }: SdkError, origin: CallTarget): ModelFailure {
  return new ModelFailure('MODEL_ANSWER_INVALID', `${origin.model}: ${whatIsWrong(raw, body)}`, {
    hint: failureHint('MODEL_ANSWER_INVALID', origin),
    ...(raw === undefined || raw.trim() === '' ? {} : { details: [`it begins: ${quote(raw, origin)}`] }),
    ...paid(body, origin),
  });
}

function whatIsWrong(raw: string | undefined, body: unknown): string {
  if (raw === undefined) return 'the answer holds no message';
  if (raw.trim() === '') return 'the answer is empty';
  return typeof body === 'string'
    ? 'the answer is not JSON'
    : "the answer has not the form of the provider's API";
}

function paid(body: unknown, origin: CallTarget): Pick<ModelFailureFacts, 'usage'> {
  const { usage } = origin.bill(body);
  return Object.keys(usage).length === 0 ? {} : { usage };
}

function unexpectedError({ name, message }: SdkError, origin: CallTarget): PflowError {
  const said = quote(message, origin);
  if (UNUSABLE_REQUEST.test(name)) {
    return new ModelFailure('MODEL_REQUEST_INVALID', `${origin.model}: the request cannot be sent: ${said}`, {
      hint: failureHint('MODEL_REQUEST_INVALID', origin),
    });
  }
  return new PflowError(
    'INTERNAL',
    `${origin.model}: the call failed in a way that pflow does not know: ${said}`,
    {
      hint: 'This is a fault in pflow; please report it with this text.',
    },
  );
}

/** One line, short, and without a secret. */
function quote(said: string, origin: CallTarget): string {
  const hidden = origin.secrets.reduce((whole, secret) => whole.replaceAll(secret, '<redacted>'), said);
  const line = hidden.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}
