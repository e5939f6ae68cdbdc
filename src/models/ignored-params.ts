// Finds the params of a request that the AI SDK left out or changed. It reports them in its warnings.
import type { IgnoredParam, ModelRequest } from './model.ts';

/** The members of a warning of the SDK that are read here. */
export interface SdkWarning {
  readonly type: string;
  readonly feature?: string;
  readonly details?: string;
  readonly message?: string;
}

type Param = Exclude<keyof ModelRequest, 'model' | 'prompt' | 'cache_system'>;

/** Names of the SDK, from the more to the less specific one. */
const FEATURES: readonly (readonly [RegExp, Param])[] = [
  [/temperature/i, 'temperature'],
  [/maxOutputTokens|max.?tokens/i, 'max_tokens'],
  [/structuredOutput|responseFormat|json/i, 'output_schema'],
  [/thinking|reasoning|effort/i, 'thinking'],
  [/image|file/i, 'images'],
  [/system/i, 'system'],
];

/** Names each param once. A warning of something that the request does not set is not about the request. */
export function ignoredParams(
  warnings: readonly SdkWarning[] | undefined,
  request: ModelRequest,
): readonly IgnoredParam[] {
  const found = new Map<Param, string>();
  for (const { feature, details, message } of warnings ?? []) {
    const text = details ?? message ?? '';
    const param = FEATURES.find(([names]) => names.test(feature ?? text))?.[1];
    if (param === undefined || request[param] === undefined) continue;
    if (!found.has(param)) found.set(param, text === '' ? 'the model does not take it' : text);
  }
  return [...found].map(([param, reason]) => ({ param, reason }));
}
