// What each failure is called and what to do about it, in words for people.
import type { ModelFailureCode } from './model-failure.ts';

export const FAILURE_MESSAGES: Readonly<Record<ModelFailureCode, string>> = {
  MODEL_AUTHENTICATION: 'the provider did not accept the key',
  MODEL_QUOTA: 'the account has no credit or quota left',
  MODEL_RATE_LIMITED: 'too many requests',
  MODEL_OVERLOADED: 'the provider is overloaded or out of order',
  MODEL_NETWORK: 'the provider cannot be reached',
  MODEL_REQUEST_INVALID: 'the provider did not accept the request',
  MODEL_REFUSED: 'the provider refused to answer',
  MODEL_ANSWER_INVALID: 'the answer is unusable',
};

export interface HintFacts {
  readonly key_variable: string | undefined;
  readonly base_url_from: string;
  readonly status?: number | undefined;
}

export function failureHint(
  kind: ModelFailureCode,
  { key_variable, base_url_from, status }: HintFacts,
): string {
  switch (kind) {
    case 'MODEL_AUTHENTICATION':
      return `Check ${key_variable ?? 'whether the endpoint wants a key'}, and that the key may use this model.`;
    case 'MODEL_QUOTA':
      return "Add credit or raise the limit in the provider's console, or use another model.";
    case 'MODEL_RATE_LIMITED':
      return 'Wait and run again, raise "retry" of the node, or lower max_concurrent of its batch.';
    case 'MODEL_OVERLOADED':
      return 'This passes by itself as a rule: run again later, or raise "retry" of the node.';
    case 'MODEL_NETWORK':
      return `Check the network and ${base_url_from}.`;
    case 'MODEL_REQUEST_INVALID':
      return status === 404
        ? `Check the model's name, and that ${base_url_from} leads to an endpoint that has it.`
        : "Check the node's params against what this model takes.";
    case 'MODEL_REFUSED':
      return 'Change the prompt, or use another model; trying again does not help.';
    case 'MODEL_ANSWER_INVALID':
      return `Run again; if it stays so, check ${base_url_from}.`;
  }
}
