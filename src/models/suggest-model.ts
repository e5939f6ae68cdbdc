// Suggests a model where a node names no model. A key that is set shows the provider that the user means.
import type { Environment } from '../values/environment.ts';
/** A current model of each provider, and the variables of its key. */
const MODELS: readonly { readonly model: string; readonly variables: readonly string[] }[] = [
  { model: 'anthropic/claude-sonnet-4-5', variables: ['ANTHROPIC_API_KEY'] },
  { model: 'openai/gpt-5-mini', variables: ['OPENAI_API_KEY'] },
  { model: 'google/gemini-2.5-flash', variables: ['GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY'] },
];

/** The variables that hold keys of built-in providers. */
export const KEY_VARIABLES: readonly string[] = MODELS.flatMap(({ variables }) => variables);

/** Names the model of the only provider whose key is set. */
export function modelHint(env: Environment): string {
  const isSet = (name: string): boolean => (env[name] ?? '').trim() !== '';
  const usable = MODELS.filter(({ variables }) => variables.some(isSet));
  const [only] = usable;
  if (only === undefined || usable.length > 1) {
    return 'Set "model" in its params, such as "anthropic/claude-sonnet-4-5", or give --model.';
  }
  const variable = only.variables.find(isSet) ?? '';
  return `Set "model" in its params, or give --model: ${variable} is set, so "${only.model}" can be used.`;
}
