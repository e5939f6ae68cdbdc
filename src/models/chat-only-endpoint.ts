// Recognises an endpoint that has no Responses API, and perhaps chat completions.
import type { ModelName } from './model-name.ts';
import type { SdkError } from './sdk-error.ts';

/** Who was called, and where. */
export interface CalledEndpoint {
  /** `provider/name`. */
  readonly model: string;
  readonly api: ModelName['api'];
  readonly key_variable: string | undefined;
  readonly base_url: string;
}

/** A 404 with one of these words is about the request: its model, its form or the country. */
const ABOUT_REQUEST = /model|deployment|country|region|location|schema|format|tool/iu;
const LONGEST = 2_000;

/** Returns the setting for an endpoint with chat completions. */
export function chatSetting({ base_url, key_variable }: CalledEndpoint): string {
  const key = key_variable === undefined ? '' : `, "api_key_env": "${key_variable}"`;
  return (
    `add {"providers": {"NAME": {"base_url": "${base_url}"${key}}}} ` +
    'to the settings, and write the model as NAME/….'
  );
}

/** Returns a hint where the Responses API does not exist. Undefined for any other failure. */
export function missingResponsesHint(
  { status, reported, raw = '' }: Pick<SdkError, 'status' | 'reported' | 'raw'>,
  endpoint: CalledEndpoint,
): string | undefined {
  if (endpoint.api !== 'openai' || status !== 404 || isOpenAI(endpoint.base_url)) return undefined;
  const { names = [], message = raw.slice(0, LONGEST) } = reported ?? {};
  const text = [...names, message].join(' ');
  const name = endpoint.model.slice(endpoint.model.indexOf('/') + 1);
  if (ABOUT_REQUEST.test(text) || text.includes(name)) return undefined;
  return `If the endpoint has chat completions but no Responses API, ${chatSetting(endpoint)}`;
}

/** Detects OpenAI itself, also at the addresses of its regions. */
function isOpenAI(base_url: string): boolean {
  if (!URL.canParse(base_url)) return false;
  const { hostname } = new URL(base_url);
  return hostname === 'api.openai.com' || hostname.endsWith('.api.openai.com');
}
