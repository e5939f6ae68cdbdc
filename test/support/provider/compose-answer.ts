// Composes the test provider's answer: what the script gives, otherwise a default that is always the same.
import { schemaInstance } from './schema-instance.ts';
import type { ParsedRequest, Behaviour, ProviderAnswer, Script, TokenPlan } from './script.ts';

type Answer = Extract<Behaviour, { do: 'answer' | 'refusal' }>;

export function composeAnswer(
  request: ParsedRequest,
  behaviour: Answer,
  answers: Script['answers'] = {},
): ProviderAnswer {
  const refused = behaviour.do === 'refusal';
  const plan = refused ? { do: 'answer' as const } : behaviour;
  const text = behaviour.text ?? (refused ? 'I cannot help with that.' : usualText(request, answers));
  return {
    text,
    refused,
    finish: plan.finish ?? 'stop',
    model: plan.model ?? request.model,
    tokens: plan.tokens === 'none' ? undefined : { ...usualTokens(request, text), ...plan.tokens },
    service_tier: plan.service_tier,
    cost_usd: plan.cost_usd,
  };
}

function usualText({ prompt, schema }: ParsedRequest, answers: Readonly<Record<string, string>>): string {
  const scripted = Object.entries(answers).find(([part]) => prompt.includes(part));
  if (scripted !== undefined) return scripted[1];
  if (schema !== undefined) return JSON.stringify(schemaInstance(schema));
  const words = prompt.split(/\s+/).filter((word) => word !== '');
  const start = words.slice(0, 12).join(' ');
  return `A request of ${String(words.length)} words: ${start}${words.length > 12 ? ' …' : ''}`;
}

/** Counts four characters as a token, rounded up: not exact for any model, but the same on every machine. */
function usualTokens({ prompt, system }: ParsedRequest, text: string): TokenPlan {
  return {
    input: Math.ceil((prompt.length + system.length) / 4),
    cache_read: 0,
    cache_write: 0,
    cache_write_1h: 0,
    output: Math.ceil(text.length / 4),
    reasoning: 0,
    web_search: 0,
  };
}
