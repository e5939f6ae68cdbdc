// Maps the names that tools use for sellers of models to canonical names. Those are the names in the catalogue.

const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['claude'],
  aws: ['bedrock', 'amazon-bedrock', 'amazon_bedrock', 'bedrock_converse', 'amazon'],
  azure: ['azure_ai', 'azure-openai', 'azure_openai', 'azure-ai'],
  cohere: ['cohere_chat', 'cohere-chat'],
  fireworks: ['fireworks_ai', 'fireworks-ai'],
  google: [
    'gemini',
    'vertex',
    'vertex_ai',
    'vertex-ai',
    'google-vertex',
    'google-genai',
    'google_genai',
    'google-ai',
  ],
  mistral: ['mistralai', 'mistral-ai'],
  moonshotai: ['moonshot'],
  openai: ['text-completion-openai', 'chatgpt'],
  together: ['together_ai', 'together-ai', 'togetherai'],
  voyageai: ['voyage'],
  'x-ai': ['xai', 'grok'],
  zai: ['z-ai', 'z.ai'],
};

const CANONICAL: ReadonlyMap<string, string> = new Map(
  Object.entries(SYNONYMS).flatMap(([name, others]) => others.map((other) => [other, name] as const)),
);

/** Maps `gemini` and `vertex_ai-language-models` to `google`. Returns an unknown name unchanged. */
export function canonicalVendor(name: string): string {
  const known = CANONICAL.get(name) ?? CANONICAL.get(name.replace(/[.-].*$/, ''));
  if (known !== undefined) return known;
  const family = name.replace(/\..*$/, '');
  return Object.hasOwn(SYNONYMS, family) ? family : name;
}

/** Lists the canonical name first, then the other spellings. */
export function vendorSpellings(vendor: string): readonly string[] {
  return [vendor, ...(Object.hasOwn(SYNONYMS, vendor) ? (SYNONYMS[vendor] ?? []) : [])];
}

const HOMES: readonly (readonly [RegExp, string])[] = [
  [/^claude-/, 'anthropic'],
  [/^(gpt-|chatgpt-|o\d|ft:gpt-|text-embedding-)/, 'openai'],
  [/^(gemini-|gemma-)/, 'google'],
  [/^grok-/, 'x-ai'],
  [/^(mistral|ministral|codestral|devstral|magistral|pixtral|voxtral|open-mi)/, 'mistral'],
  [/^deepseek-/, 'deepseek'],
  [/^command-/, 'cohere'],
];

/** The maker of a bare name: where to look for it, never which model it is. */
export function homeVendor(bare: string): string | null {
  return HOMES.find(([pattern]) => pattern.test(bare))?.[1] ?? null;
}

/** Sellers that charge the makers' prices for their models. */
const RESELLERS: Readonly<Record<string, readonly string[]>> = {
  azure: ['openai', 'anthropic', 'deepseek', 'x-ai', 'moonshotai'],
};

/** Lists the makers whose prices a reseller charges, the most likely first. Accepts any name. */
export function makersFor(vendor: string): readonly string[] {
  return Object.hasOwn(RESELLERS, vendor) ? (RESELLERS[vendor] ?? []) : [];
}
