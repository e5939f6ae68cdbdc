import type { ModelRequest } from './model.ts';

/** Picks every field of a request but model, prompt and system. The log holds them, and recorded answers match them. */
export function pickRequestOptions(request: ModelRequest): Record<string, unknown> {
  const { model: _model, prompt: _prompt, system: _system, ...options } = request;
  return options;
}
