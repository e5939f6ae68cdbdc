import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { PflowError } from '../../src/errors.ts';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { defineNodeType } from '../../src/nodes/define-node-type.ts';
import { echo } from '../../src/nodes/echo.ts';
import { shell } from '../../src/nodes/shell.ts';
import { recordFailedAttempts, runNode } from '../support/run-node.ts';

const flaky = (failures: number): ReturnType<typeof defineNodeType> => {
  let attempts = 0;
  return defineNodeType({
    type: 'flaky',
    summary: 'Fails at first.',
    params: z.strictObject({ times: z.int().default(failures).describe('Number of failures') }),
    outputs: z.object({ attempts: z.int().describe('Number of attempts') }),
    retry: { max: 3, wait_s: 0.001 },
    exec({ times }) {
      attempts += 1;
      if (attempts <= times) throw new NodeFailure('not yet', { retryable: true });
      return { attempts };
    },
  });
};

describe('a defined node type', () => {
  it('makes nodes with its type and its retries and without params', () => {
    const node = shell.create('build');
    expect([node.id, node.type, node.params, node.retry, node.timeout_s]).toEqual([
      'build',
      'shell',
      {},
      { max: 1, wait_s: 1 },
      undefined,
    ]);
  });

  it('writes every output to the store and returns the action default', async () => {
    const { shared, action } = await runNode(flaky(0), {});
    expect([shared, action]).toEqual([{ attempts: 1 }, 'default']);
  });

  it('fills in defaults and retries after a retryable failure', async () => {
    const { observer, failed } = recordFailedAttempts();
    const { shared } = await runNode(flaky(2), {}, { context: { observer } });
    expect(shared).toEqual({ attempts: 3 });
    expect(failed).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('makes nodes of plain data that can be copied by structuredClone', () => {
    const node = echo.create('e');
    node.params = { message: 'hi' };
    expect(structuredClone(node)).toEqual({
      id: 'e',
      type: 'echo',
      literal: [],
      commands: [],
      params: { message: 'hi' },
      retry: { max: 1, wait_s: 1 },
      retryRequested: false,
      timeout_s: undefined,
      successors: new Map(),
    });
  });
});

describe('invalid params', () => {
  const problem = async (params: Record<string, unknown>): Promise<PflowError> => {
    const { shared, error } = await runNode(shell, params);
    expect(error).toBeInstanceOf(PflowError);
    const known = error as PflowError;
    expect([known.code, known.node_id, shared]).toEqual([
      'NODE_PARAMS_INVALID',
      'n',
      { error: known.message },
    ]);
    return known;
  };

  it.each([
    [{ command: 'x', timeout_s: '30' }, 'param "timeout_s": expected number, got string', 'params.timeout_s'],
    [{ command: ['x'] }, 'param "command": expected string, got array', 'params.command'],
    [{ command: null }, 'param "command": expected string, got null', 'params.command'],
    [{}, 'param "command": it is required', 'params.command'],
    [{ command: 'x', env: 'A=1' }, 'param "env": expected object, got string', 'params.env'],
    [
      { command: 'x', ok_exit_codes: ['1'] },
      'param "ok_exit_codes.0": expected number, got string',
      'params.ok_exit_codes.0',
    ],
    [
      { command: 'x', timeout_s: 0 },
      'param "timeout_s": too small: expected number to be >0',
      'params.timeout_s',
    ],
    [{ command: 'x', comand: 1 }, 'param "comand": it does not exist', 'params'],
  ])('%j are reported with the expected and the given type', async (params, sentence, path) => {
    const error = await problem(params);
    expect([error.message, error.path]).toEqual([`node "n" (shell), ${sentence}`, path]);
    expect(error.hint).toBe(
      'The params of shell are: command, stdin, cwd, env, timeout_s, ok_exit_codes, actions, ignore_errors, encoding, output.',
    );
  });

  it('are all reported, the first one in the message', async () => {
    const error = await problem({ timeout_s: true, cwd: 7 });
    expect(error.message).toBe('node "n" (shell), param "command": it is required');
    expect(error.details).toEqual([
      'param "cwd": expected string, got number',
      'param "timeout_s": expected number, got boolean',
    ]);
  });

  it('are never shown, because they may be secrets', async () => {
    const error = await problem({ command: 'x', cwd: ['sk-secret'] });
    expect(JSON.stringify([error.message, error.hint, error.details])).not.toContain('sk-secret');
  });
});

describe('echo', () => {
  it.each([
    [{}, { echo: '', data: null }],
    [{ message: 'hi' }, { echo: 'hi', data: null }],
    [
      { message: { a: 1 }, data: [1] },
      { echo: '{"a":1}', data: [1] },
    ],
    [
      { message: 404, data: '404' },
      { echo: '404', data: '404' },
    ],
    [{ data: false }, { echo: '', data: false }],
  ])('returns %j', async (params, expected) => {
    expect((await runNode(echo, params)).shared).toEqual(expected);
  });
});
