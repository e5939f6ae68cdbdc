// What is asked for besides the words: every field of a request but model, prompt and system. Written to the
// log and compared with it, so there is one definition.
import type { ModelRequest } from './model.ts';

export function pickRequestOptions(request: ModelRequest): Record<string, unknown> {
  const { model: _model, prompt: _prompt, system: _system, ...options } = request;
  return options;
}
