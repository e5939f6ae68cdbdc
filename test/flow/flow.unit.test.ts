import { describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import type { NodeContext, SharedStore } from '../../src/flow/context.ts';
import { FailedNodeError, Flow } from '../../src/flow/flow.ts';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { Node } from '../../src/flow/node.ts';

type Deed = (shared: SharedStore, context: NodeContext) => string;

class Step extends Node {
  private readonly deed: Deed;
  constructor(id: string, deed: Deed = () => 'default') {
    super(id, 'test');
    this.deed = deed;
  }
  override post(shared: SharedStore, _prepared: unknown, _result: unknown, given: NodeContext): string {
    (shared['trail'] as string[]).push(`${this.id}${given.visit === 1 ? '' : String(given.visit)}`);
    return this.deed(shared, given);
  }
}

const fail = (error: unknown) => (): string => {
  throw error;
};

const context = (signal = new AbortController().signal): NodeContext => ({ signal, cwd: '/', env: {} });
const store = (): { trail: string[] } & SharedStore => ({ trail: [] });
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('a flow', () => {
  it('walks along default edges until there is none', async () => {
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

  it('tells each node its id as the flow knows it', async () => {
    const start = new Step('a', (shared, { node }) => {
      shared['told'] = node;
      return 'default';
    });
    const shared = store();
    await new Flow(start).run(shared, context());
    expect(shared).toEqual({ trail: ['a'], told: 'a' });
  });

  it('counts anew in each run', async () => {
    const flow = new Flow(new Step('a'));
    const shared = store();
    await flow.run(shared, context());
    await flow.run(shared, context());
    expect(shared.trail).toEqual(['a', 'a']);
  });

  it('stops a loop without an exit at the limit, with the node named', async () => {
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

  it('lets no error edge catch the loop limit', async () => {
    const a = new Step('a');
    a.next(a);
    a.on('error', new Step('rescue'));
    const shared = store();
    await expect(new Flow(a, { maxVisits: 1 }).run(shared, context())).rejects.toMatchObject({
      code: 'LOOP_LIMIT',
    });
    expect(shared.trail).toEqual(['a']);
  });

  it('allows a thousand visits by default', async () => {
    const a = new Step('a');
    a.next(a);
    const shared = store();
    await expect(new Flow(a).run(shared, context())).rejects.toMatchObject({ code: 'LOOP_LIMIT' });
    expect(shared.trail.length).toBe(1_000);
  });
});

describe('a failure in a flow', () => {
  it('takes the error edge when the node throws, and is told as recovered', async () => {
    const recovered: unknown[] = [];
    const start = new Step('a', fail(new NodeFailure('no such file', { outputs: { size: 0 } })));
    start.on('error', new Step('rescue')).next(new Step('never'));
    const shared = store();
    const flow = new Flow(start, { onRecovered: (node, message) => recovered.push([node.id, message]) });
    expect(await flow.run(shared, context())).toEqual({ lastNode: 'rescue', lastAction: 'default', shared });
    expect(shared).toEqual({ trail: ['a', 'rescue'], size: 0, error: 'no such file' });
    expect(recovered).toEqual([['a', 'no such file']]);
  });

  it('takes the error edge when the node returns error, and is told as recovered', async () => {
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

  it('without an edge is thrown with the node that failed', async () => {
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
    ['a word', 'word', 'word'],
  ])('may be a thrown value that is %s', async (_what, thrown, message) => {
    const error = await caught(new Flow(new Step('a', fail(thrown))).run(store(), context()));
    expect(error).toMatchObject({ node_id: 'a', message });
  });

  it('that has a code keeps it, and says the node where it did not', async () => {
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

  it('that is returned without an edge is NODE_FAILED with the text of the node', async () => {
    const start = new Step('a', (shared) => {
      shared['error'] = 'it was refused';
      return 'error';
    });
    const error = await caught(new Flow(start).run(store(), context()));
    expect(error).toMatchObject({ code: 'NODE_FAILED', message: 'it was refused', node_id: 'a' });
  });

  it('is any action that begins with error and has no edge', async () => {
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
  it('stops before the next node with the reason', async () => {
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

  it('starts nothing when it was aborted before', async () => {
    const shared = store();
    const reason = new Error('too late');
    await expect(new Flow(new Step('a')).run(shared, context(AbortSignal.abort(reason)))).rejects.toBe(
      reason,
    );
    expect(shared.trail).toEqual([]);
  });

  it('does not take the error edge of the node that it ended', async () => {
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
