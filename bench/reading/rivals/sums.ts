// The sums that all compared programs compute, and how to compute them in JavaScript. Self-contained: knows the lines
// of a log, not the program that wrote them.

export interface Tokens {
  calls: number;
  input: number;
  output: number;
  cache_creation: number;
  cache_read: number;
}

export interface Sums {
  runs: number;
  duration_ms: number;
  total: Tokens;
  models: Record<string, Tokens>;
  nodes: Record<string, Tokens & { duration_ms: number }>;
}

/** The part of an event that the sums are made of. */
export interface SummedEvent {
  readonly type: string;
  readonly node?: string;
  readonly data: {
    readonly model?: string;
    readonly duration_ms?: number;
    readonly usage?: {
      readonly input_tokens: number;
      readonly output_tokens: number;
      readonly cache_creation_input_tokens: number;
      readonly cache_read_input_tokens: number;
    };
  };
}

function noTokens(): Tokens {
  return { calls: 0, input: 0, output: 0, cache_creation: 0, cache_read: 0 };
}

export function emptySums(): Sums {
  return { runs: 0, duration_ms: 0, total: noTokens(), models: {}, nodes: {} };
}

export function addEvent(sums: Sums, { type, node = '', data }: SummedEvent): void {
  const { model = '', duration_ms = 0, usage } = data;
  if (type === 'llm.completed' && usage !== undefined) {
    const tokens = {
      calls: 1,
      input: usage.input_tokens,
      output: usage.output_tokens,
      cache_creation: usage.cache_creation_input_tokens,
      cache_read: usage.cache_read_input_tokens,
    };
    addCalls(sums, node, model, tokens);
  } else if (type === 'node.completed') {
    addDuration(sums, node, duration_ms);
  } else if (type === 'run.completed') {
    sums.runs += 1;
    sums.duration_ms += duration_ms;
  }
}

export function addCalls(sums: Sums, node: string, model: string, tokens: Tokens): void {
  addTokens(sums.total, tokens);
  addTokens((sums.models[model] ??= noTokens()), tokens);
  addTokens((sums.nodes[node] ??= { ...noTokens(), duration_ms: 0 }), tokens);
}

export function addDuration(sums: Sums, node: string, duration_ms: number): void {
  (sums.nodes[node] ??= { ...noTokens(), duration_ms: 0 }).duration_ms += duration_ms;
}

function addTokens(to: Tokens, tokens: Tokens): void {
  to.calls += tokens.calls;
  to.input += tokens.input;
  to.output += tokens.output;
  to.cache_creation += tokens.cache_creation;
  to.cache_read += tokens.cache_read;
}
