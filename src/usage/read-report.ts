// Reads the numbers of a provider into a usage. The form is that of the API, known by the names of its counts; how the
// counts of a form relate is known for the vendor that was called.
import type { Doubt } from '../events/doubts.ts';
import type { Usage } from '../events/usage.ts';
import { asFields, asText, type Fields } from '../values/json-fields.ts';
import { present } from '../values/present.ts';
import { CHAT_FIELDS, chatUsage } from './forms/chat.ts';
import { GENERATE_CONTENT_FIELDS, generateContentUsage } from './forms/generate-content.ts';
import { MESSAGES_FIELDS, messagesUsage } from './forms/messages.ts';
import {
  COHERE_FIELDS,
  cohereUsage,
  CONVERSE_FIELDS,
  converseUsage,
  INTERACTIONS_FIELDS,
  interactionsUsage,
  OLLAMA_FIELDS,
  ollamaUsage,
} from './forms/other-forms.ts';
import { RESPONSES_FIELDS, responsesUsage } from './forms/responses.ts';
import { findUnread, type KnownFields } from './known-fields.ts';
import { RawReader } from './raw-reader.ts';
import type { UsageSource } from './answer-counts.ts';
import { reportedBill, unreadBill } from './reported-bill.ts';
import { chatVendorOf } from './vendors.ts';

export interface UsageReport {
  /** `{}` where the provider reports no count. */
  readonly usage: Usage;
  readonly doubts: readonly Doubt[];
  /** What the provider bills, in dollars. */
  readonly bill_usd?: number;
}

/** The forms that most calls have; `other` for all others. */
export type FormName = 'chat' | 'google' | 'messages' | 'responses' | 'other';

interface UsageForm {
  readonly name: FormName;
  /** Names of counts that only this form has. */
  readonly names: readonly string[];
  readonly known: KnownFields;
  readonly read: (source: UsageSource) => Usage;
}

const MESSAGES: UsageForm = { name: 'messages', names: [], known: MESSAGES_FIELDS, read: messagesUsage };
const RESPONSES: UsageForm = { name: 'responses', names: [], known: RESPONSES_FIELDS, read: responsesUsage };

/** In the order in which they are tried. */
const FORMS: readonly UsageForm[] = [
  { name: 'chat', names: ['prompt_tokens', 'completion_tokens'], known: CHAT_FIELDS, read: chatUsage },
  {
    name: 'google',
    names: ['promptTokenCount', 'candidatesTokenCount', 'totalTokenCount', 'responseTokenCount'],
    known: GENERATE_CONTENT_FIELDS,
    read: generateContentUsage,
  },
  { name: 'other', names: ['billed_units'], known: COHERE_FIELDS, read: cohereUsage },
  {
    ...MESSAGES,
    names: ['cache_read_input_tokens', 'cache_creation_input_tokens', 'cache_creation', 'iterations'],
  },
  { ...RESPONSES, names: ['input_tokens_details', 'x_details'] },
  { name: 'other', names: ['inputTokens', 'outputTokens'], known: CONVERSE_FIELDS, read: converseUsage },
  {
    name: 'other',
    names: ['total_input_tokens', 'total_output_tokens'],
    known: INTERACTIONS_FIELDS,
    read: interactionsUsage,
  },
  { name: 'other', names: ['prompt_eval_count', 'eval_count'], known: OLLAMA_FIELDS, read: ollamaUsage },
];

/** Vendors whose API is that of Anthropic where the names do not show it. */
const MESSAGES_VENDORS = /anthropic|claude|bedrock|vertex/iu;
const NAMES_OF_BOTH = ['input_tokens', 'output_tokens'];

function formOf(raw: Fields, provider: string): UsageForm | undefined {
  const form = FORMS.find(({ names }) => names.some((name) => isReported(raw, name)));
  if (form !== undefined) return form;
  if (!NAMES_OF_BOTH.some((name) => isReported(raw, name))) return undefined;
  return MESSAGES_VENDORS.test(provider) || !isReported(raw, 'total_tokens') ? MESSAGES : RESPONSES;
}

/** Undefined for numbers of no known form. */
export function formNameOf(raw: Fields, provider: string): FormName | undefined {
  return formOf(raw, provider)?.name;
}

function isReported(raw: Fields, name: string): boolean {
  return raw[name] !== undefined && raw[name] !== null;
}

/** `model`: the one that answered, or else the requested one. */
export function readReport(provider: string, model: string, raw: unknown): UsageReport {
  const fields = asFields(raw);
  const reader = new RawReader();
  const bill_usd = reportedBill(fields);
  const unread = unreadBill(fields);
  if (unread !== undefined) reader.doubt('USAGE_UNREAD', unread);
  const form = formOf(fields, provider);
  if (form === undefined) {
    findUnread(fields, {}, reader);
    return { usage: {}, doubts: reader.doubts, ...present({ bill_usd }) };
  }
  const isBilled = (bill_usd ?? 0) > 0;
  const usage = form.read({ raw: fields, vendor: chatVendorOf(provider), reader, model, isBilled });
  findUnread(fields, form.known, reader);
  return {
    usage: present({ ...usage, ...placeOf(fields) }),
    doubts: reader.doubts,
    ...present({ bill_usd }),
  };
}

/** Speed, region and tier, unless they are the usual ones. */
function placeOf(raw: Fields): Pick<Usage, 'speed' | 'geo' | 'tier'> {
  return present({
    speed: unlessUsual(asText(raw['speed'])),
    geo: unlessUsual(asText(raw['inference_geo'])),
    tier: unusualTier(raw),
  });
}

/** The service tier inside a usage, unless it has the ordinary price. */
export function unusualTier(raw: Fields): string | undefined {
  return unlessUsual(serviceTierOf(raw));
}

const USUAL = new Set([
  ...['standard', 'default', 'auto', 'normal', 'on_demand', 'on-demand', 'standard_only'],
  ...['global', 'not_available', 'service_tier_unspecified', 'service_tier_standard'],
]);

/** True for a speed, region or tier that has the ordinary price. */
export function isUsual(text: string): boolean {
  return text === '' || USUAL.has(text.toLowerCase());
}

function unlessUsual(text: string | undefined): string | undefined {
  return text === undefined || isUsual(text) ? undefined : text;
}

/** Names of Vertex's traffic types; a Protobuf client writes their numbers. */
const TRAFFIC_TIERS: Readonly<Record<string, string>> = {
  ON_DEMAND: 'standard',
  1: 'standard',
  ON_DEMAND_FLEX: 'flex',
  ON_DEMAND_PRIORITY: 'priority',
  PROVISIONED_THROUGHPUT: 'provisioned',
  2: 'provisioned',
};

/** The service tier inside a usage; undefined where it is not there. */
export function serviceTierOf(usage: unknown): string | undefined {
  const raw = asFields(usage);
  const traffic = raw['trafficType'] ?? asFields(asFields(raw['extra_properties'])['google'])['traffic_type'];
  const tier = asText(raw['service_tier']) ?? asText(raw['serviceTier']);
  if (tier !== undefined || traffic === undefined || traffic === null) return tier;
  const name = typeof traffic === 'string' || typeof traffic === 'number' ? String(traffic) : 'unknown';
  return TRAFFIC_TIERS[name] ?? name.toLowerCase();
}
