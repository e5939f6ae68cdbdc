// What makes two questions to a model the same: model, prompt, system and options, in any order of keys.
import { createHash } from 'node:crypto';
import { canonicalJson } from '../values/canonical-json.ts';
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
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}
