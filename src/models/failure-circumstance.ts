// Recognises failures that come from the surroundings and not from the request: a page of a firewall, a proxy, a
// country that is not served, a form of answers that the endpoint does not know. Each has a message and a hint of its
// own.
import { REGION, SCHEMA_REFUSED } from './error-words.ts';
import type { ModelFailureCode } from './model-failure.ts';
import type { StructuredMode } from './model-name.ts';
import type { SdkError } from './sdk-error.ts';

export interface Circumstance {
  readonly code: ModelFailureCode;
  readonly message: string;
  readonly hint: string;
  readonly retryable: boolean;
}

export interface ProviderEndpoint {
  readonly provider: string;
  readonly base_url_from: string;
  readonly structured: StructuredMode | undefined;
}

type Response = Pick<SdkError, 'status' | 'raw' | 'reported' | 'headers' | 'proxyStatus'>;

const PAGE_START =
  /^[\s\uFEFF]*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,500}-->\s*)?<(?:!doctype html|html|head|body)\b/i;
const TITLE = /<title[^>]{0,200}>([^<]{1,200})/i;
const PAGE_EXCERPT = 20_000;

/** Undefined for a failure that its status and its names explain. */
export function findCircumstance(response: Response, place: ProviderEndpoint): Circumstance | undefined {
  const { status = 0, raw = '', proxyStatus } = response;
  if (status === 407 || proxyStatus !== undefined) return proxyFailure(proxyStatus ?? 407);
  if (status >= 500 || status === 429) return undefined;
  if (isNamed(response, REGION) || status === 451) return REGION_FAILURE;
  if (PAGE_START.test(raw.slice(0, PAGE_EXCERPT))) return pageFailure(status, raw, place);
  return isNamed(response, SCHEMA_REFUSED) ? refusedSchema(place) : undefined;
}

function isNamed({ reported }: Response, name: string): boolean {
  return reported?.names.includes(name) === true;
}

const REGION_FAILURE: Circumstance = {
  code: 'MODEL_AUTHENTICATION',
  message: 'the provider does not serve this country or region',
  hint: 'Use a model of another provider, or run where this one serves.',
  retryable: false,
};

function proxyFailure(status: number): Circumstance {
  return status === 407
    ? {
        code: 'MODEL_NETWORK',
        message: 'the proxy requires a user name and a password',
        hint: 'Put them into HTTPS_PROXY or HTTP_PROXY, as in http://USER:PASSWORD@proxy.example:8080.',
        retryable: false,
      }
    : {
        code: 'MODEL_NETWORK',
        message: `the proxy did not open the connection and answered ${String(status)}`,
        hint: 'Check HTTPS_PROXY and HTTP_PROXY, or name the host in NO_PROXY.',
        retryable: status >= 500,
      };
}

const TOO_LARGE_FOR_GATEWAY: Circumstance = {
  code: 'MODEL_REQUEST_INVALID',
  message: 'the request is larger than a gateway in between takes',
  hint: 'Shorten the prompt, send fewer images, or raise the limit of the gateway.',
  retryable: false,
};

function pageFailure(status: number, raw: string, { base_url_from }: ProviderEndpoint): Circumstance {
  const title = TITLE.exec(raw.slice(0, PAGE_EXCERPT))?.[1]?.trim();
  const named = title === undefined ? '' : `, titled "${title}"`;
  if (status === 413) return TOO_LARGE_FOR_GATEWAY;
  return {
    code: status < 400 ? 'MODEL_ANSWER_INVALID' : status === 404 ? 'MODEL_REQUEST_INVALID' : 'MODEL_NETWORK',
    message: `a web page came instead of an answer of the provider${named}`,
    hint: `A firewall, a proxy or a sign-in page may be in between: check the network and ${base_url_from}.`,
    retryable: false,
  };
}

const NEXT_MODES: Readonly<Record<Exclude<StructuredMode, 'none'>, string>> = {
  json_schema: '"json_object", "tool" or "none"',
  json_object: '"tool" or "none"',
  tool: '"json_object" or "none"',
};

/** Undefined where no form was requested. */
function refusedSchema({ structured, provider }: ProviderEndpoint): Circumstance | undefined {
  if (structured === undefined || structured === 'none') return undefined;
  return {
    code: 'MODEL_REQUEST_INVALID',
    message: 'the endpoint does not take the form in which a structured answer was requested',
    hint: `Set "structured" of provider "${provider}" in the settings to ${NEXT_MODES[structured]}.`,
    retryable: false,
  };
}
