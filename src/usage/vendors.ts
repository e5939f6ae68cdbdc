// Defines how vendors count in chat completions where they differ from OpenAI. The vendor is the provider that
// was called, never derived from the counts.

export interface ChatVendor {
  /** Whether `completion_tokens` contains reasoning. */
  readonly reasoning: 'inside' | 'beside';
  /** `thoughts`: what the total has beyond prompt and completion is reasoning. */
  readonly rest: 'unknown' | 'thoughts';
  /** Whether `prompt_tokens` contains audio input. */
  readonly audio: 'inside' | 'beside';
  /** Tokens of citations and reasoning are not part of the total. */
  readonly isPerplexity: boolean;
}

const OPENAI: ChatVendor = { reasoning: 'inside', rest: 'unknown', audio: 'inside', isPerplexity: false };

const VENDORS: readonly { readonly names: RegExp; readonly vendor: ChatVendor }[] = [
  { names: /^(?:xai|x-ai|x\.ai)$/u, vendor: { ...OPENAI, reasoning: 'beside' } },
  {
    names: /^(?:google|gemini|vertex|vertexai|vertex_ai)(?:[-_](?:ai|compat|compatible|openai))*$/u,
    vendor: { ...OPENAI, rest: 'thoughts' },
  },
  { names: /^mistral(?:ai)?$/u, vendor: { ...OPENAI, audio: 'beside' } },
  { names: /^(?:perplexity|pplx)(?:[-_]ai)?$/u, vendor: { ...OPENAI, isPerplexity: true } },
];

/** Sellers whose names settle how they count, besides those above. */
const KNOWN_NAMES =
  /^(?:openai|anthropic|azure|ollama|deepseek|moonshot(?:ai)?|kimi|qwen|dashscope|alibaba|groq|openrouter|together|fireworks|cerebras|cohere|zai|zhipuai|minimax|vllm|litellm|deepinfra|bedrock)$/u;

/** Vendors by the host of their API. The host of a region or of a project begins with more. */
const HOSTS: readonly (readonly [host: string, vendor: string])[] = [
  ['api.x.ai', 'xai'],
  ['generativelanguage.googleapis.com', 'google'],
  ['aiplatform.googleapis.com', 'google'],
  ['api.mistral.ai', 'mistral'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.deepseek.com', 'deepseek'],
  ['api.moonshot.ai', 'moonshotai'],
  ['api.moonshot.cn', 'moonshotai'],
  ['dashscope.aliyuncs.com', 'dashscope'],
  ['dashscope-intl.aliyuncs.com', 'dashscope'],
  ['dashscope-us.aliyuncs.com', 'dashscope'],
  ['api.groq.com', 'groq'],
  ['openrouter.ai', 'openrouter'],
];

/** The vendor at an address, for a provider whose name is the user's own. */
export function vendorAt(provider: string, base_url: string): string | undefined {
  const name = provider.toLowerCase();
  if (KNOWN_NAMES.test(name) || VENDORS.some(({ names }) => names.test(name))) return undefined;
  const host = /^https?:\/\/([^/:?#]+)/iu.exec(base_url)?.[1]?.toLowerCase() ?? '';
  return HOSTS.find(
    ([known]) => host === known || host.endsWith(`.${known}`) || host.endsWith(`-${known}`),
  )?.[1];
}

/** Vendors by the last provider: neighbouring calls mostly have the same one. */
let last: { readonly provider: string; readonly vendor: ChatVendor } = { provider: '', vendor: OPENAI };

/** The vendor of a provider; one that is not known counts as OpenAI does. */
export function chatVendorOf(provider: string): ChatVendor {
  if (provider === last.provider) return last.vendor;
  const name = provider.toLowerCase();
  const vendor = VENDORS.find(({ names }) => names.test(name))?.vendor ?? OPENAI;
  last = { provider, vendor };
  return vendor;
}
