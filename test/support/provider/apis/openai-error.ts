// Builds error bodies in the form of OpenAI and compatible providers.

export function openaiError(status: number, type: string | undefined, message: string): unknown {
  const name = type ?? (status === 401 ? 'invalid_api_key' : null);
  return { error: { message, type: type ?? 'invalid_request_error', param: null, code: name } };
}
