// Which failure a provider's refusal is, from its HTTP status and from the name it gives the error. The name
// wins: an exhausted quota and a rate limit come with the same status.
import type { ModelFailureCode } from './model-failure.ts';

const BY_NAME: Readonly<Record<string, ModelFailureCode>> = {
  authentication_error: 'MODEL_AUTHENTICATION',
  permission_error: 'MODEL_AUTHENTICATION',
  invalid_api_key: 'MODEL_AUTHENTICATION',
  API_KEY_INVALID: 'MODEL_AUTHENTICATION',
  UNAUTHENTICATED: 'MODEL_AUTHENTICATION',
  PERMISSION_DENIED: 'MODEL_AUTHENTICATION',
  insufficient_quota: 'MODEL_QUOTA',
  billing_error: 'MODEL_QUOTA',
  billing_hard_limit_reached: 'MODEL_QUOTA',
  billing_not_active: 'MODEL_QUOTA',
  rate_limit_error: 'MODEL_RATE_LIMITED',
  rate_limit_exceeded: 'MODEL_RATE_LIMITED',
  RESOURCE_EXHAUSTED: 'MODEL_RATE_LIMITED',
  overloaded_error: 'MODEL_OVERLOADED',
  api_error: 'MODEL_OVERLOADED',
  server_error: 'MODEL_OVERLOADED',
  UNAVAILABLE: 'MODEL_OVERLOADED',
  INTERNAL: 'MODEL_OVERLOADED',
  content_policy_violation: 'MODEL_REFUSED',
  content_filter: 'MODEL_REFUSED',
  invalid_prompt: 'MODEL_REFUSED',
};

/** Undefined when neither the status nor a name speaks of a failure. */
export function classifyFailure(
  status: number | undefined,
  names: readonly string[],
): ModelFailureCode | undefined {
  for (const name of names) {
    const kind = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
    if (kind !== undefined) return kind;
  }
  return status === undefined || status < 400 ? undefined : byStatus(status);
}

function byStatus(status: number): ModelFailureCode {
  switch (status) {
    case 401:
    case 403:
      return 'MODEL_AUTHENTICATION';
    case 402:
      return 'MODEL_QUOTA';
    case 429:
      return 'MODEL_RATE_LIMITED';
    case 408:
      return 'MODEL_OVERLOADED';
    default:
      return status >= 500 ? 'MODEL_OVERLOADED' : 'MODEL_REQUEST_INVALID';
  }
}
