// Leaves out the messages of failures and warnings: they may quote content, which a log of level metrics does not hold.
import type { EventDraft } from '../../events/event.ts';

const MESSAGE_LEFT_OUT = 'left out at level metrics';

/** Names of classes of errors, and codes; any other text may be content. */
const CLASS_NAME = /^[A-Z][A-Za-z]{2,40}$/;
const ERROR_CODE = /^[A-Z][A-Z0-9_]{2,40}$/;

/** Returns the same payload if it has no message. */
export function withoutMessages({ type, data }: EventDraft): object {
  if (type === 'warning.raised') return { ...data, message: MESSAGE_LEFT_OUT };
  const { error } = data as { readonly error?: unknown };
  if (type.startsWith('x.') || typeof error !== 'object' || error === null) return data;
  return { ...data, error: reducedError(error) };
}

function reducedError({ name, code }: { readonly name?: unknown; readonly code?: unknown }): object {
  const isClass = typeof name === 'string' && CLASS_NAME.test(name);
  const isCode = typeof code === 'string' && ERROR_CODE.test(code);
  return { name: isClass ? name : 'Error', message: MESSAGE_LEFT_OUT, ...(isCode ? { code } : {}) };
}
