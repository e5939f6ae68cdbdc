// Computes the key of a request to a model. Requests with equal model, prompt, system and options have the same key, in
// any order of keys.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../values/canonical-json.ts';
import { present } from '../values/present.ts';
import { normalizeModelName } from './model-name.ts';
import type { ModelRequest } from './model.ts';
import { pickRequestOptions } from './request-options.ts';

/** A request in the form in which a log holds it. */
export interface RecordedRequest {
  readonly model: string;
  readonly prompt: unknown;
  readonly system?: string | undefined;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** `toRecorded` converts a value to its form in a log, which has no secrets. */
export function toRecordedRequest(
  request: ModelRequest,
  toRecorded: (value: unknown) => unknown = (value) => value,
): RecordedRequest {
  const { prompt, system } = request;
  const content = { prompt, options: pickRequestOptions(request), ...present({ system }) };
  return { ...(toRecorded(content) as typeof content), model: normalizeModelName(request.model) };
}

export function computeRequestKey({ model, prompt, system, options }: RecordedRequest): string {
  const parts = [normalizeModelName(model), prompt ?? null, system ?? null, options ?? {}];
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}
