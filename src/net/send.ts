// Sends requests directly or through the proxy that the environment names.
import { sendDirectly } from './direct.ts';
import type { Send } from './message.ts';
import { findProxy } from './proxy-settings.ts';
import type { Environment } from '../values/environment.ts';

/** The variables are those of the run, not of the process. */
export function createSend(env: Environment): Send {
  return async (request, signal) => {
    signal.throwIfAborted();
    const proxy = findProxy(request.url, env);
    if (proxy === undefined) return sendDirectly(request, signal);
    const { sendThroughProxy } = await import('./proxied.ts');
    return sendThroughProxy(proxy, request, signal);
  };
}
