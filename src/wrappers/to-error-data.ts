// Converts a thrown value to the form in which events hold it.
import type { ErrorData } from '../events/error-data.ts';
import { present } from '../values/present.ts';

export function toErrorData(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    message: error.message,
    ...present({ code: typeof code === 'string' ? code : undefined }),
  };
}
