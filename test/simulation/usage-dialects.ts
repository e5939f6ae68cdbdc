// Writes one plan of tokens in the form of each provider. The plan is what a reader must find again.

export interface UsagePlan {
  /** Neither read from a cache nor written to one. */
  readonly input: number;
  readonly written: number;
  readonly read: number;
  /** Includes reasoning. */
  readonly output: number;
  readonly reasoning: number;
}

export type ApiForm = 'anthropic' | 'responses' | 'google' | 'chat';
type Usage = Readonly<Record<string, unknown>>;

export interface Dialect {
  /** The provider in the name of a model. */
  readonly provider: string;
  readonly model: string;
  readonly api: ApiForm;
  /** Classes that this form has; the others are 0 in its plans. */
  readonly classes: readonly ('written' | 'read' | 'reasoning')[];
  readonly write: (plan: UsagePlan) => Usage;
  /** Where the usage is in a chat completion; by default in the answer itself. */
  readonly place?: 'choice' | 'x_groq';
}

const promptOf = ({ input, written, read }: UsagePlan): number => input + written + read;
const totalOf = (plan: UsagePlan): number => promptOf(plan) + plan.output;

function chat(plan: UsagePlan, more: Usage = {}): Usage {
  return {
    prompt_tokens: promptOf(plan),
    completion_tokens: plan.output,
    total_tokens: totalOf(plan),
    ...more,
  };
}

const reasoned = ({ reasoning }: UsagePlan): Usage => ({
  completion_tokens_details: { reasoning_tokens: reasoning },
});

function custom(
  provider: string,
  classes: Dialect['classes'],
  write: Dialect['write'],
  place?: NonNullable<Dialect['place']>,
): Dialect {
  const base = { provider, model: `${provider}/model-1`, api: 'chat' as const, classes, write };
  return place === undefined ? base : { ...base, place };
}

export const DIALECTS: readonly Dialect[] = [
  {
    provider: 'anthropic',
    model: 'anthropic/claude-sonnet-4-5',
    api: 'anthropic',
    classes: ['written', 'read', 'reasoning'],
    write: ({ input, written, read, output, reasoning }) => ({
      input_tokens: input,
      cache_creation_input_tokens: written,
      cache_read_input_tokens: read,
      cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
      output_tokens: output,
      output_tokens_details: { thinking_tokens: reasoning },
      service_tier: 'standard',
    }),
  },
  {
    provider: 'anthropic',
    model: 'anthropic/claude-opus-4-5',
    api: 'anthropic',
    classes: [],
    write: ({ input, output }) => ({
      input_tokens: 1,
      output_tokens: 1,
      iterations: [
        { type: 'compaction', input_tokens: input - 1, output_tokens: output - 1 },
        { type: 'message', input_tokens: 1, output_tokens: 1 },
      ],
    }),
  },
  {
    provider: 'openai',
    model: 'openai/gpt-4o-mini',
    api: 'responses',
    classes: ['written', 'read', 'reasoning'],
    write: (plan) => ({
      input_tokens: promptOf(plan),
      input_tokens_details: {
        cached_tokens: plan.read,
        ...(plan.written > 0 ? { cache_write_tokens: plan.written } : {}),
      },
      output_tokens: plan.output,
      output_tokens_details: { reasoning_tokens: plan.reasoning },
      total_tokens: totalOf(plan),
    }),
  },
  {
    provider: 'google',
    model: 'google/gemini-2.5-flash',
    api: 'google',
    classes: ['read', 'reasoning'],
    write: (plan) => ({
      promptTokenCount: promptOf(plan),
      ...(plan.read > 0 ? { cachedContentTokenCount: plan.read } : {}),
      candidatesTokenCount: plan.output - plan.reasoning,
      ...(plan.reasoning > 0 ? { thoughtsTokenCount: plan.reasoning } : {}),
      totalTokenCount: totalOf(plan),
      promptTokensDetails: [{ modality: 'TEXT', tokenCount: promptOf(plan) }],
    }),
  },
  {
    provider: 'google',
    model: 'google/gemini-3-pro',
    api: 'google',
    classes: ['reasoning'],
    write: (plan) => ({
      promptTokenCount: plan.input - 1,
      toolUsePromptTokenCount: 1,
      candidatesTokenCount: plan.output - plan.reasoning,
      thoughtsTokenCount: plan.reasoning,
      totalTokenCount: totalOf(plan),
      trafficType: 'ON_DEMAND',
    }),
  },
  { ...custom('ollama', [], (plan) => chat(plan)), model: 'ollama/llama3.2' },
  custom('acme', ['written', 'read', 'reasoning'], (plan) =>
    chat(plan, {
      prompt_tokens_details: { cached_tokens: plan.read, cache_write_tokens: plan.written, audio_tokens: 0 },
      ...reasoned(plan),
    }),
  ),
  custom('azure', ['reasoning'], (plan) =>
    chat(plan, { prompt_tokens_details: null, latency_checkpoint: { a: 1 }, ...reasoned(plan) }),
  ),
  custom('xai', ['read', 'reasoning'], (plan) => ({
    ...chat(plan, { prompt_tokens_details: { cached_tokens: plan.read }, ...reasoned(plan) }),
    completion_tokens: plan.output - plan.reasoning,
    num_sources_used: 0,
  })),
  custom('moonshot', ['read'], (plan) => chat(plan, { cached_tokens: plan.read }), 'choice'),
  custom('dashscope', ['written', 'read', 'reasoning'], (plan) =>
    chat(plan, {
      prompt_tokens_details: {
        cached_tokens: plan.read,
        cache_creation_input_tokens: plan.written,
        cache_type: 'ephemeral',
        cache_creation: { ephemeral_5m_input_tokens: plan.written },
      },
      ...reasoned(plan),
    }),
  ),
  custom('deepseek', ['read', 'reasoning'], (plan) =>
    chat(plan, {
      prompt_cache_hit_tokens: plan.read,
      prompt_cache_miss_tokens: plan.input,
      prompt_tokens_details: { cached_tokens: plan.read },
      ...reasoned(plan),
    }),
  ),
  custom('mistral', [], (plan) => ({
    ...chat(plan, { prompt_tokens_details: { audio_tokens: plan.input - 1 }, prompt_audio_seconds: 3 }),
    prompt_tokens: 1,
  })),
  custom(
    'groq',
    ['reasoning'],
    (plan) => chat(plan, { queue_time: 0.1, prompt_time: 0.02, total_time: 0.32, ...reasoned(plan) }),
    'x_groq',
  ),
  custom('together', ['read'], (plan) => chat(plan, { cached_tokens: plan.read })),
  custom('minimax', ['read'], (plan) =>
    chat(plan, { total_characters: 0, prompt_tokens_details: { cached_tokens: plan.read } }),
  ),
  custom('perplexity', ['reasoning'], (plan) => ({
    prompt_tokens: plan.input - 1,
    citation_tokens: 1,
    completion_tokens: plan.output - plan.reasoning,
    reasoning_tokens: plan.reasoning,
    total_tokens: plan.input - 1 + plan.output - plan.reasoning,
    num_search_queries: 2,
  })),
  custom('openrouter', ['written', 'read', 'reasoning'], (plan) =>
    chat(plan, {
      prompt_tokens_details: { cached_tokens: plan.read, cache_write_tokens: plan.written },
      ...reasoned(plan),
      cost: 0.0107,
      is_byok: false,
      cost_details: { upstream_inference_cost: 0.01 },
    }),
  ),
  custom('litellm', ['written', 'read'], (plan) =>
    chat(plan, {
      cache_read_input_tokens: plan.read,
      cache_creation_input_tokens: plan.written,
      prompt_tokens_details: {
        cached_tokens: plan.read,
        cache_creation_tokens: plan.written,
        cache_creation_token_details: {
          ephemeral_5m_input_tokens: 0,
          ephemeral_1h_input_tokens: plan.written,
        },
      },
    }),
  ),
  custom('deepinfra', [], (plan) => chat(plan, { estimated_cost: 4.2e-5 })),
  custom('gemini-compat', ['reasoning'], (plan) => ({
    ...chat(plan),
    completion_tokens: plan.output - plan.reasoning,
  })),
  custom('cohere', [], ({ input, output }) => ({
    billed_units: { input_tokens: input, output_tokens: output },
    tokens: { input_tokens: input + 500, output_tokens: output + 5 },
  })),
  custom('bedrock', ['written', 'read'], (plan) => ({
    inputTokens: plan.input,
    outputTokens: plan.output,
    cacheReadInputTokens: plan.read,
    cacheReadInputTokenCount: plan.read,
    cacheWriteInputTokens: plan.written,
    totalTokens: totalOf(plan),
  })),
  custom('interactions', ['read', 'reasoning'], (plan) => ({
    total_input_tokens: promptOf(plan),
    total_cached_tokens: plan.read,
    total_output_tokens: plan.output - plan.reasoning,
    total_thought_tokens: plan.reasoning,
    total_tool_use_tokens: 0,
    total_tokens: totalOf(plan),
  })),
];

/** The plan without the classes that the dialect does not have. */
export function narrowPlan(plan: UsagePlan, { classes }: Dialect): UsagePlan {
  const only = (part: 'written' | 'read' | 'reasoning'): number => (classes.includes(part) ? plan[part] : 0);
  return { ...plan, written: only('written'), read: only('read'), reasoning: only('reasoning') };
}
