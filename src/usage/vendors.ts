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
