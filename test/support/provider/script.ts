// Defines the test provider's script. It is plain data, so that `serve.ts` can read it from JSON.

export type ApiName = 'anthropic-messages' | 'openai-responses' | 'openai-chat' | 'google-generate';

/** Token counts by class; each API reports them in its own form. */
export interface TokenPlan {
  /** Input without cached tokens. */
  readonly input: number;
  readonly cache_read: number;
  /** All cache writes, including `cache_write_1h`. */
  readonly cache_write: number;
  readonly cache_write_1h: number;
  /** Includes reasoning. */
  readonly output: number;
  readonly reasoning: number;
  readonly web_search: number;
}

export type Behaviour =
  | {
      readonly do: 'answer';
      readonly text?: string;
      /** `none`: the provider reports no usage. */
      readonly tokens?: Partial<TokenPlan> | 'none';
      readonly finish?: 'stop' | 'length';
      /** The model that the provider reports. */
      readonly model?: string;
      readonly service_tier?: string;
      readonly cost_usd?: number;
      /** A stream ends without its last event. */
      readonly without_end?: boolean;
      /** Milliseconds to wait before the answer. */
      readonly after_ms?: number;
      /** Answers no earlier than this resolves. Only for a script in the same process. */
      readonly after?: Promise<void>;
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
  /** Sends the first events of a streamed answer and then something else. */
  | {
      readonly do: 'broken stream';
      readonly text?: string;
      /** How many events. */
      readonly after: number;
      readonly then: 'cut' | 'end' | 'hang' | 'garbage' | 'error';
      /** The provider's name and status of the error. */
      readonly type?: string;
      readonly status?: number;
    }
  /** A custom body. */
  | { readonly do: 'body'; readonly body: unknown; readonly status?: number }
  | {
      readonly do: 'text';
      /** The body as it is. */
      readonly text: string;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly do: 'garbage' }
  | { readonly do: 'empty' }
  /** Sends the first half of a good answer, then destroys the socket. */
  | { readonly do: 'half' }
  /** Reads the request and never answers. */
  | { readonly do: 'hang' }
  /** Destroys the socket instead of answering. */
  | { readonly do: 'reset' };

export interface Rule {
  /** A part of the prompt; by default any prompt matches. */
  readonly when?: string;
  /** A part of the system text. */
  readonly system?: string;
  readonly api?: ApiName;
  /** The number of times that the rule applies; by default unlimited. */
  readonly times?: number;
  readonly then: Behaviour;
}

export interface Script {
  /** The first matching rule that has uses left applies. */
  readonly rules?: readonly Rule[];
  /** Answers by part of the prompt, for requests that match no rule. */
  readonly answers?: Readonly<Record<string, string>>;
}

/** A request, independent of the API. */
export interface ParsedRequest {
  readonly api: ApiName;
  readonly model: string;
  readonly prompt: string;
  readonly system: string;
  readonly schema: unknown;
  /** The answer is requested as a stream. */
  readonly streams: boolean;
  /** The structured answer is requested as a tool call. */
  readonly as_tool: boolean;
}

/** An answer, independent of the API. */
export interface ProviderAnswer {
  readonly text: string;
  readonly refused: boolean;
  readonly finish: 'stop' | 'length';
  readonly model: string;
  readonly tokens: TokenPlan | undefined;
  readonly service_tier: string | undefined;
  readonly cost_usd: number | undefined;
}

/** One server-sent event. */
export interface StreamEvent {
  readonly event?: string;
  readonly data: unknown;
}

export interface Api {
  readonly name: ApiName;
  /** Checks whether the path belongs to this API. */
  matches(path: string): boolean;
  read(path: string, body: Readonly<Record<string, unknown>>): ParsedRequest;
  write(answer: ProviderAnswer, request: ParsedRequest): unknown;
  /** The events of a streamed answer. */
  stream(answer: ProviderAnswer, request: ParsedRequest): readonly StreamEvent[];
  error(status: number, type: string | undefined, message: string): unknown;
}
