// Converts a budget of thinking tokens to the effort that OpenAI's models take instead.

const MEDIUM_FROM = 2_048;
const HIGH_FROM = 8_192;

export function toReasoningEffort(budget: number): 'low' | 'medium' | 'high' {
  if (budget >= HIGH_FROM) return 'high';
  return budget >= MEDIUM_FROM ? 'medium' : 'low';
}
