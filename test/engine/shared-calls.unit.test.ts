// A shared model call: what the run does that waits for it.
import type { DBOSClient } from '@dbos-inc/dbos-sdk';
import type { Pool } from 'pg';
import { expect, test } from 'vitest';
import { SharedCalls } from '../../src/engine/shared-calls.ts';
import { temporaryFolder } from '../support/cli.ts';

test('a run that is stopped while its call is handed over does not wait for the answer', async () => {
  const controller = new AbortController();
  const client = {
    enqueue: () => {
      controller.abort(new Error('stopped'));
      return Promise.resolve();
    },
    retrieveWorkflow: () => ({ getResult: () => Promise.resolve('{"answer":{"text":"Yes."}}') }),
  } as unknown as DBOSClient;
  const pool = { query: () => Promise.resolve({ rows: [] }) } as unknown as Pool;
  const calls = new SharedCalls(client, pool, { PFLOW_HOME: temporaryFolder() });
  const request = { model: 'openai/gpt-4o-mini', prompt: 'Ready?' };
  await expect(calls.clientOf('run').answer(request, controller.signal)).rejects.toThrow('stopped');
});
