// What makes two questions to a model the same: model, prompt, system and options, in any order of keys.
import { createHash } from 'node:crypto';
import { normalizeModelName } from './model-name.ts';
import type { ModelRequest } from './model.ts';
import { pickRequestOptions } from './request-options.ts';

export interface RecordedRequest {
  readonly model: string;
  readonly prompt: unknown;
  readonly system?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** The question of a request, in the form in which a log would hold it. */
export function toRecordedRequest(
  request: ModelRequest,
  recorded: (value: unknown) => unknown = (value) => value,
): RecordedRequest {
  const { prompt, system } = request;
  const words = { prompt, options: pickRequestOptions(request), ...(system === undefined ? {} : { system }) };
  return { ...(recorded(words) as typeof words), model: normalizeModelName(request.model) };
}

export function computeRequestKey({ model, prompt, system, options }: RecordedRequest): string {
  const parts = [normalizeModelName(model), prompt ?? null, system ?? null, options ?? {}];
  return createHash('sha256').update(canonical(parts)).digest('hex');
}

/** JSON with the keys of every object sorted. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    // Without a prototype, since that would swallow the key `__proto__`.
    const sorted = Object.create(null) as Record<string, unknown>;
    for (const key of Object.keys(inner).sort()) sorted[key] = (inner as Record<string, unknown>)[key];
    return sorted;
  });
}
