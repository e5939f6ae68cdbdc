// Maps the names that tools use for sellers of models to canonical names. Those are the names in the catalogue.

const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['claude'],
  aws: ['bedrock', 'amazon-bedrock', 'amazon_bedrock', 'bedrock_converse', 'amazon'],
  azure: [
    'azure_ai',
    'azure-openai',
    'azure_openai',
    'azure-ai',
    'azure-cognitive-services',
    'azure-foundry',
  ],
  cohere: ['cohere_chat', 'cohere-chat'],
  fireworks: ['fireworks_ai', 'fireworks-ai'],
  google: [
    'gemini',
    'vertex',
    'vertex_ai',
    'vertex-ai',
    'google-vertex',
    'google-vertex-anthropic',
    'vertex-anthropic',
    'google-genai',
    'google_genai',
    'google-ai',
  ],
  mistral: ['mistralai', 'mistral-ai'],
  minimax: ['minimaxi'],
  moonshotai: ['moonshot', 'moonshot-ai', 'kimi'],
  openai: ['text-completion-openai', 'chatgpt'],
  together: ['together_ai', 'together-ai', 'togetherai'],
  voyageai: ['voyage'],
  'x-ai': ['xai', 'grok'],
  zai: ['z-ai', 'z.ai'],
  zhipuai: ['zhipu', 'bigmodel'],
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
  [/^(gpt-|chatgpt-|o\d|ft:|codex-|text-embedding-)/, 'openai'],
  [/^(gemini-|gemma-)/, 'google'],
  [/^grok-/, 'x-ai'],
  [/^(mistral|ministral|codestral|devstral|magistral|pixtral|voxtral|open-mi)/, 'mistral'],
  [/^deepseek-/, 'deepseek'],
  [/^command-/, 'cohere'],
  [/^(kimi-|moonshot-)/, 'moonshotai'],
  [/^minimax-/, 'minimax'],
  [/^glm-/, 'zai'],
  [/^sonar/, 'perplexity'],
];

/** The maker of a bare name: where to look for it, never which model it is. */
export function homeVendor(bare: string): string | null {
  return HOMES.find(([pattern]) => pattern.test(bare))?.[1] ?? null;
}

/** Sellers of other makers' models, which mostly charge the makers' prices. */
const RESELLERS: ReadonlySet<string> = new Set([
  'aws',
  'azure',
  'baseten',
  'cerebras',
  'cloudflare',
  'databricks',
  'fireworks',
  'github',
  'github-copilot',
  'google',
  'groq',
  'helicone',
  'huggingface',
  'litellm',
  'litellm_proxy',
  'nvidia',
  'portkey',
  'requesty',
  'snowflake',
  'together',
  'vercel',
  'zai',
  'zhipuai',
]);

/** Makers that sell the same models under two names. */
const SISTERS: Readonly<Record<string, string>> = { zai: 'zhipuai', zhipuai: 'zai' };

/** Lists makers whose prices a reseller probably charges, the most likely first. */
export function makersFor(vendor: string, bare: string): readonly string[] {
  if (!RESELLERS.has(vendor)) return [];
  const home = homeVendor(bare);
  if (home === null) return [];
  const sister = Object.hasOwn(SISTERS, home) ? SISTERS[home] : undefined;
  return [home, ...(sister === undefined ? [] : [sister])].filter((maker) => maker !== vendor);
}
