import { describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import type { NodeContext, SharedStore } from '../../src/flow/context.ts';
import { FailedNodeError, Flow } from '../../src/flow/flow.ts';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { Node } from '../../src/flow/node.ts';

type Action = (shared: SharedStore, context: NodeContext) => string;

class Step extends Node {
  private readonly act: Action;
  constructor(id: string, act: Action = () => 'default') {
    super(id, 'test');
    this.act = act;
  }
  override post(shared: SharedStore, _prepared: unknown, _result: unknown, given: NodeContext): string {
    (shared['trail'] as string[]).push(`${this.id}${given.visit === 1 ? '' : String(given.visit)}`);
    return this.act(shared, given);
  }
}

const fail = (error: unknown) => (): string => {
  throw error;
};

const context = (signal = new AbortController().signal): NodeContext => ({ signal, cwd: '/', env: {} });
const store = (): { trail: string[] } & SharedStore => ({ trail: [] });
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('a flow', () => {
  it('follows default edges until a node has no edge', async () => {
    const start = new Step('a');
    start.next(new Step('b')).next(new Step('c'));
    const shared = store();
    expect(await new Flow(start).run(shared, context())).toEqual({
      lastNode: 'c',
      lastAction: 'default',
      shared,
    });
    expect(shared.trail).toEqual(['a', 'b', 'c']);
  });

  it('takes the edge that the action names', async () => {
    const start = new Step('a', () => 'left');
    start.on('left', new Step('left')).on('right', new Step('right'));
    const shared = store();
    await new Flow(start).run(shared, context());
    expect(shared.trail).toEqual(['a', 'left']);
  });

  it('ends when no edge fits the action', async () => {
    const start = new Step('a', () => 'sideways');
    start.next(new Step('b'));
    const shared = store();
    expect(await new Flow(start).run(shared, context())).toEqual({
      lastNode: 'a',
      lastAction: 'sideways',
      shared,
    });
  });

  it('counts the visits of each node', async () => {
    const work = new Step('work', (_shared, { visit }) => (visit === 3 ? 'enough' : 'default'));
    const check = new Step('check');
    work.next(check).next(work);
    work.on('enough', new Step('end'));
    const shared = store();
    await new Flow(work).run(shared, context());
    expect(shared.trail).toEqual(['work', 'check', 'work2', 'check2', 'work3', 'end']);
  });

  it('passes each node its id in the context', async () => {
    const start = new Step('a', (shared, { node }) => {
      shared['id'] = node;
      return 'default';
    });
    const shared = store();
    await new Flow(start).run(shared, context());
    expect(shared).toEqual({ trail: ['a'], id: 'a' });
  });

  it('counts visits from 1 again in each run', async () => {
    const flow = new Flow(new Step('a'));
    const shared = store();
    await flow.run(shared, context());
    await flow.run(shared, context());
    expect(shared.trail).toEqual(['a', 'a']);
  });

  it('stops a loop without an exit at the limit and names the node', async () => {
    const a = new Step('a');
    a.next(new Step('b')).next(a);
    const shared = store();
    const error = await caught(new Flow(a, { maxVisits: 2 }).run(shared, context()));
    expect(error).toBeInstanceOf(PflowError);
    expect(error).toMatchObject({
      code: 'LOOP_LIMIT',
      message: 'node "a" was about to run for the 3th time',
      node_id: 'a',
    });
    expect(shared.trail).toEqual(['a', 'b', 'a2', 'b2']);
  });

  it('does not take an error edge at the loop limit', async () => {
    const a = new Step('a');
    a.next(a);
    a.on('error', new Step('rescue'));
    const shared = store();
    await expect(new Flow(a, { maxVisits: 1 }).run(shared, context())).rejects.toMatchObject({
      code: 'LOOP_LIMIT',
    });
    expect(shared.trail).toEqual(['a']);
  });

  it('allows 1,000 visits of a node by default', async () => {
    const a = new Step('a');
    a.next(a);
    const shared = store();
    await expect(new Flow(a).run(shared, context())).rejects.toMatchObject({ code: 'LOOP_LIMIT' });
    expect(shared.trail.length).toBe(1_000);
  });
});

describe('a node that fails in a flow', () => {
  it('that throws is left by its error edge and reported as recovered', async () => {
    const recovered: unknown[] = [];
    const start = new Step('a', fail(new NodeFailure('no such file', { outputs: { size: 0 } })));
    start.on('error', new Step('rescue')).next(new Step('never'));
    const shared = store();
    const flow = new Flow(start, { onRecovered: (node, message) => recovered.push([node.id, message]) });
    expect(await flow.run(shared, context())).toEqual({ lastNode: 'rescue', lastAction: 'default', shared });
    expect(shared).toEqual({ trail: ['a', 'rescue'], size: 0, error: 'no such file' });
    expect(recovered).toEqual([['a', 'no such file']]);
  });

  it('that returns error is left by its error edge and reported as recovered', async () => {
    const recovered: unknown[] = [];
    const start = new Step('a', (shared) => {
      shared['a'] = { error: 'not today' };
      return 'error';
    });
    start.on('error', new Step('rescue'));
    const shared = store();
    await new Flow(start, { onRecovered: (node, message) => recovered.push([node.id, message]) }).run(
      shared,
      context(),
    );
    expect(shared.trail).toEqual(['a', 'rescue']);
    expect(recovered).toEqual([['a', 'not today']]);
  });

  it('without an error edge makes the flow throw its error with the id of the node', async () => {
    const cause = new NodeFailure('exit code 2');
    const start = new Step('a');
    start.next(new Step('b', fail(cause)));
    const error = await caught(new Flow(start).run(store(), context()));
    expect(error).toBeInstanceOf(FailedNodeError);
    expect(error).toMatchObject({ node_id: 'b', message: 'exit code 2', cause });
  });

  it.each([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a string', 'word', 'word'],
  ])('may throw a value that is not an Error: %s', async (_what, thrown, message) => {
    const error = await caught(new Flow(new Step('a', fail(thrown))).run(store(), context()));
    expect(error).toMatchObject({ node_id: 'a', message });
  });

  it('with an error code keeps the code, and gets its id added where it is missing', async () => {
    const bare = new PflowError('MODEL_UNKNOWN', 'no such model', {
      hint: 'Name one.',
      details: ['a'],
      path: 'p',
    });
    const error = await caught(new Flow(new Step('a', fail(bare))).run(store(), context()));
    expect(error).toMatchObject({ ...(bare as object), node_id: 'a', message: 'no such model', cause: bare });
    const placed = new PflowError('TEMPLATE_UNRESOLVED', 'no such name', { node_id: 'parent/a' });
    expect(await caught(new Flow(new Step('a', fail(placed))).run(store(), context()))).toBe(placed);
  });

  it('that returns error without an error edge fails with NODE_FAILED and the stored text', async () => {
    const start = new Step('a', (shared) => {
      shared['error'] = 'access denied';
      return 'error';
    });
    const error = await caught(new Flow(start).run(store(), context()));
    expect(error).toMatchObject({ code: 'NODE_FAILED', message: 'access denied', node_id: 'a' });
  });

  it('has failed when its action begins with error and has no edge', async () => {
    const error = await caught(new Flow(new Step('a', () => 'error_quota')).run(store(), context()));
    expect(error).toMatchObject({ code: 'NODE_FAILED', message: 'it returned "error"', node_id: 'a' });
    const start = new Step('a', () => 'error_quota');
    start.on('error_quota', new Step('wait'));
    const shared = store();
    expect(await new Flow(start).run(shared, context())).toEqual({
      lastNode: 'wait',
      lastAction: 'default',
      shared,
    });
  });
});

describe('an aborted flow', () => {
  it('stops before the next node with the reason of the abort', async () => {
    const controller = new AbortController();
    const reason = new PflowError('INTERRUPTED', 'Ctrl-C');
    const start = new Step('a', () => {
      controller.abort(reason);
      return 'default';
    });
    start.next(new Step('b'));
    const shared = store();
    await expect(new Flow(start).run(shared, context(controller.signal))).rejects.toBe(reason);
    expect(shared.trail).toEqual(['a']);
  });

  it('runs no node when it was aborted before its start', async () => {
    const shared = store();
    const reason = new Error('too late');
    await expect(new Flow(new Step('a')).run(shared, context(AbortSignal.abort(reason)))).rejects.toBe(
      reason,
    );
    expect(shared.trail).toEqual([]);
  });

  it('does not take the error edge of the node that the abort ended', async () => {
    const controller = new AbortController();
    const recovered: unknown[] = [];
    const start = new Step('a', () => {
      controller.abort();
      throw new NodeFailure('ended');
    });
    start.on('error', new Step('rescue'));
    const shared = store();
    const flow = new Flow(start, { onRecovered: (node) => recovered.push(node) });
    await expect(flow.run(shared, context(controller.signal))).rejects.toMatchObject({
      node_id: 'a',
      message: 'ended',
    });
    expect(shared.trail).toEqual(['a']);
    expect(recovered).toEqual([]);
  });
});
