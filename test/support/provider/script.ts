// What the test provider is told to do. Plain data, so that it can be handed to `serve.ts` as JSON.

export type ApiName = 'anthropic-messages' | 'openai-responses' | 'openai-chat' | 'google-generate';

/** Tokens as a provider thinks of them; each API writes them down in its own way. */
export interface TokenPlan {
  /** Input that was not cached. */
  readonly input: number;
  readonly cache_read: number;
  /** All cache writes; `cache_write_1h` of them for an hour. */
  readonly cache_write: number;
  readonly cache_write_1h: number;
  /** With reasoning. */
  readonly output: number;
  readonly reasoning: number;
  readonly web_search: number;
}

export type Behaviour =
  | {
      readonly do: 'answer';
      readonly text?: string;
      /** `none`: the provider tells no usage. */
      readonly tokens?: Partial<TokenPlan> | 'none';
      readonly finish?: 'stop' | 'length';
      /** The model that the provider says has answered. */
      readonly model?: string;
      readonly service_tier?: string;
      readonly cost_usd?: number;
      /** Waits so many milliseconds first. */
      readonly after_ms?: number;
    }
  | { readonly do: 'refusal'; readonly text?: string }
  | {
      readonly do: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** The provider's name for the error. */
      readonly type?: string;
      readonly message?: string;
    }
  /** A body of one's own. */
  | { readonly do: 'body'; readonly body: unknown; readonly status?: number }
  | { readonly do: 'garbage' }
  | { readonly do: 'empty' }
  /** The first half of a good answer, then the socket is destroyed. */
  | { readonly do: 'half' }
  /** Reads the request and never answers. */
  | { readonly do: 'hang' }
  /** Destroys the socket instead of answering. */
  | { readonly do: 'reset' };

export interface Rule {
  /** A part of the prompt; absent: every prompt. */
  readonly when?: string;
  /** A part of the system text. */
  readonly system?: string;
  readonly api?: ApiName;
  /** How often the rule is used; absent: always. */
  readonly times?: number;
  readonly then: Behaviour;
}

export interface Script {
  /** The first rule that fits and is not used up decides. */
  readonly rules?: readonly Rule[];
  /** Answers by part of the prompt, for what no rule fits. */
  readonly answers?: Readonly<Record<string, string>>;
}

/** What was asked, whatever the API. */
export interface ParsedRequest {
  readonly api: ApiName;
  readonly model: string;
  readonly prompt: string;
  readonly system: string;
  readonly schema: unknown;
  /** The structured answer is wanted as a call of a tool. */
  readonly as_tool: boolean;
}

/** What is answered, whatever the API. */
export interface ProviderAnswer {
  readonly text: string;
  readonly refused: boolean;
  readonly finish: 'stop' | 'length';
  readonly model: string;
  readonly tokens: TokenPlan | undefined;
  readonly service_tier: string | undefined;
  readonly cost_usd: number | undefined;
}

export interface Api {
  readonly name: ApiName;
  /** The model, when the path is one of this API's. */
  matches(path: string): boolean;
  read(path: string, body: Readonly<Record<string, unknown>>): ParsedRequest;
  write(said: ProviderAnswer, asked: ParsedRequest): unknown;
  error(status: number, type: string | undefined, message: string): unknown;
}
