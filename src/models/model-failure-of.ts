// Turns what the AI SDK throws, or an answer without a message, into a ModelFailure. No key gets into a text.
import { PflowError } from '../errors.ts';
import { present } from '../values/present.ts';
import { parseRetryAfterMs } from '../values/retry-after.ts';
import { chatSetting, missingResponsesHint, type CalledEndpoint } from './chat-only-endpoint.ts';
import type { Exchange } from './exchange.ts';
import { findCircumstance } from './failure-circumstance.ts';
import { findAnswerForm, isChatForm, type AnswerForm } from './foreign-answer.ts';
import {
  classifyFailure,
  getFailureHint,
  getFailureMessage,
  ModelFailure,
  type ModelFailureCode,
  type ModelFailureFacts,
} from './model-failure.ts';
import type { StructuredMode } from './model-name.ts';
import { readResponse, readSdkError, type SdkError } from './sdk-error.ts';
import { isUsual } from '../usage/read-report.ts';
import type { ReadBill } from './usage/api-bills.ts';

/** The model and the endpoint that were called. */
export interface CallTarget extends CalledEndpoint {
  readonly base_url_from: string;
  readonly provider: string;
  /** Who answers at the address of a provider with a name of the user's own. */
  readonly vendor: string | undefined;
  /** Replaced wherever they occur in a text of the provider. */
  readonly secrets: readonly string[];
  readonly bill: ReadBill;
  readonly exchange: Exchange;
  readonly structured: StructuredMode | undefined;
  /** Milliseconds since 1970, for a `Retry-After` that is a date. */
  readonly now: number;
}

const LONGEST_QUOTE = 300;
const UNUSABLE_REQUEST =
  /^AI_(InvalidPrompt|InvalidArgument|InvalidDataContent|UnsupportedFunctionality|Download|MessageConversion)Error$/;

type Response = Omit<SdkError, 'name' | 'message' | 'network'>;

/** Returns a PflowError unchanged, and INTERNAL for an error of no known form. */
export function modelFailureOf(error: unknown, target: CallTarget): PflowError {
  if (error instanceof PflowError) return error;
  const thrown = readSdkError(error, target.exchange.received.at(-1));
  const failure = responseFailure(thrown, target);
  if (failure !== undefined) return failure;
  if (thrown.network !== undefined) return connectionError(thrown.network, thrown, target);
  if (thrown.status !== undefined) return unusableAnswerError(thrown, target);
  return unsentRequestError(thrown, target);
}

/** Explains an answer that came with success and holds an error or no message. */
export function unreadAnswerFailure(target: CallTarget): ModelFailure {
  const response = { ...readResponse(target.exchange.received.at(-1)), proxyStatus: undefined };
  return responseFailure(response, target) ?? unusableAnswerError(response, target);
}

/** Detects an answer without text that reports an error. Failed answers of the Responses API do. */
export function isReportedFailure({ text }: { readonly text: string }, { exchange }: CallTarget): boolean {
  return text.trim() === '' && readResponse(exchange.received.at(-1)).reported !== undefined;
}

/** Undefined for a response that reports no failure. */
function responseFailure(response: Response, target: CallTarget): ModelFailure | undefined {
  const endpointHint = missingResponsesHint(response, target);
  const circumstance = findCircumstance(response, target);
  if (circumstance !== undefined) {
    const { code, message, hint, retryable } = circumstance;
    return new ModelFailure(code, `${target.model}: ${quote(message, target)}${reasonOf(response, target)}`, {
      hint: endpointHint === undefined ? hint : `${hint} ${endpointHint}`,
      retryable,
      hintsAtEndpoint: true,
      ...billFacts(response.body, target),
    });
  }
  const code = classifyFailure(response.status, response.reported?.names ?? []);
  return code === undefined ? undefined : providerError(code, response, target, endpointHint);
}

function providerError(
  code: ModelFailureCode,
  response: Response,
  target: CallTarget,
  endpointHint: string | undefined,
): ModelFailure {
  const { status, headers, reported, body } = response;
  const message = `${target.model}: ${getFailureMessage(code)}${reasonOf(response, target)}`;
  return new ModelFailure(code, message, {
    hint:
      endpointHint === undefined
        ? getFailureHint(code, { ...target, status })
        : `Check that ${target.base_url_from} has the right path, usually /v1. ${endpointHint}`,
    hintsAtEndpoint: endpointHint !== undefined,
    ...present({ retryAfterMs: parseRetryAfterMs(headers, target.now) ?? reported?.retryAfterMs }),
    ...billFacts(body, target),
  });
}

/** ` (429: "slow down")`. */
function reasonOf({ status, reported }: Response, target: CallTarget): string {
  const quoted = reported?.message === undefined ? undefined : `"${quote(reported.message, target)}"`;
  const shown = status !== undefined && status >= 400 ? status : undefined;
  const reason = [shown, quoted].filter((part) => part !== undefined).join(': ');
  return reason === '' ? '' : ` (${reason})`;
}

function connectionError(networkCode: string, { status, body }: Response, target: CallTarget): ModelFailure {
  const host = URL.canParse(target.base_url) ? new URL(target.base_url).host : target.base_url_from;
  const problem =
    status === undefined
      ? `${host} cannot be reached`
      : `the connection to ${host} broke off in the middle of the answer`;
  return new ModelFailure('MODEL_NETWORK', `${target.model}: ${problem} (${networkCode})`, {
    hint: getFailureHint('MODEL_NETWORK', target),
    ...billFacts(body, target),
  });
}

function unusableAnswerError({ raw, body }: Response, target: CallTarget): ModelFailure {
  const form = findAnswerForm(body);
  const isForeign = form !== undefined && form.bill !== target.bill;
  const isOfNoForm = body === undefined ? isStream(raw) : form === undefined;
  return new ModelFailure(
    'MODEL_ANSWER_INVALID',
    `${target.model}: ${describeProblem(raw, body, form, target)}`,
    {
      hint: hintOf(raw, isForeign ? form : undefined, target),
      // An answer of another form would come again, and be paid again.
      ...(isForeign || isOfNoForm ? { retryable: false } : {}),
      hintsAtEndpoint: isForeign,
      ...(raw === undefined || raw.trim() === '' ? {} : { details: [`it begins: ${quote(raw, target)}`] }),
      ...billFacts(body, { ...target, bill: form?.bill ?? target.bill }),
    },
  );
}

/** Streams that were not requested. Some gateways send nothing else. */
function isStream(raw: string | undefined): boolean {
  return raw !== undefined && /^(?:data|event):/.test(raw);
}

function hintOf(raw: string | undefined, foreign: AnswerForm | undefined, target: CallTarget): string {
  if (foreign !== undefined) return foreignFormHint(foreign, target);
  return isStream(raw)
    ? 'Set "stream" of the node to true: the endpoint answers with streams only.'
    : getFailureHint('MODEL_ANSWER_INVALID', target);
}

function describeProblem(
  raw: string | undefined,
  body: unknown,
  form: AnswerForm | undefined,
  { bill }: CallTarget,
): string {
  if (raw === undefined) return 'the answer holds no message';
  if (raw.trim() === '') return 'the answer is empty';
  if (body === undefined)
    return isStream(raw) ? 'a stream came instead of one answer' : 'the answer is not JSON';
  if (form === undefined) return "the answer does not have the form of the provider's API";
  return form.bill === bill
    ? 'the answer holds no message'
    : `the answer has the form of ${form.name}, which is not what was called`;
}

function foreignFormHint(form: AnswerForm, target: CallTarget): string {
  if (target.api !== 'openai' || !isChatForm(form))
    return `Check ${target.base_url_from}: another API answers there.`;
  return `The endpoint speaks chat completions: ${chatSetting(target)}`;
}

/** A failed answer may have cost something. So may a request without a readable answer. */
function billFacts(
  body: unknown,
  { bill, exchange, model, vendor }: Pick<CallTarget, 'bill' | 'exchange' | 'model' | 'vendor'>,
): Pick<ModelFailureFacts, 'unmetered' | BillFact> {
  const [provider = '', ...names] = model.split('/');
  const name = names.join('/');
  const headers = exchange.received.at(-1)?.headers;
  const { usage, usage_doubts, service_tier, ...facts } = bill(body, {
    provider,
    vendor,
    model: name,
    headers,
  });
  const { provider_cost_usd } = facts;
  if (Object.keys(usage).length === 0)
    return exchange.mayBeBilled ? { unmetered: true, ...present({ provider_cost_usd }) } : {};
  const tier = usage.tier ?? (isUsual(service_tier ?? '') ? undefined : service_tier);
  const response_model = facts.response_model === name ? undefined : facts.response_model;
  return {
    usage: present({ ...usage, tier }),
    ...present({ usage_doubts, response_model, provider_cost_usd }),
  };
}

type BillFact = 'usage' | 'usage_doubts' | 'response_model' | 'provider_cost_usd';

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
    hint: 'This is a bug in pflow. Please report it with this text.',
  });
}

/** Shortens a text of the provider to one line without secrets. */
function quote(whole: string, target: CallTarget): string {
  const redacted = target.secrets.reduce((rest, secret) => rest.replaceAll(secret, '<redacted>'), whole);
  const line = redacted.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > LONGEST_QUOTE ? `${line.slice(0, LONGEST_QUOTE)}…` : line;
}
