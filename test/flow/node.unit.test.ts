import { afterEach, describe, expect, it, vi } from 'vitest';
import type { NodeContext, SharedStore } from '../../src/flow/context.ts';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { Node } from '../../src/flow/node.ts';

const context = (): NodeContext => ({ signal: new AbortController().signal, cwd: '/', env: {} });

class Doubling extends Node {
  override prep(shared: SharedStore): unknown {
    return shared['number'];
  }
  override exec(prepared: unknown): unknown {
    return Number(prepared) * 2;
  }
  override post(shared: SharedStore, prepared: unknown, result: unknown): string {
    shared['from'] = prepared;
    shared['to'] = result;
    return 'doubled';
  }
}

class Acting extends Node {
  readonly act: () => unknown;
  constructor(act: () => unknown) {
    super('acting', 'test');
    this.act = act;
  }
  override exec(): unknown {
    return this.act();
  }
}

const throwing = (error: unknown): Node =>
  new Acting(() => {
    throw error;
  });

describe('a node', () => {
  it('preps from the store, executes with what it prepared, and posts both', async () => {
    const shared = { number: 21 };
    expect(await new Doubling('a', 'test').run(shared, context())).toBe('doubled');
    expect(shared).toEqual({ number: 21, from: 21, to: 42 });
  });

  it('that overrides nothing does nothing and returns the action default', async () => {
    class Plain extends Node {}
    const shared = {};
    expect(await new Plain('a', 'test').run(shared, context())).toBe('default');
    expect(shared).toEqual({});
  });

  it('whose post returns no action returns the action default', async () => {
    class Careless extends Node {
      override post(): string {
        return undefined as unknown as string;
      }
    }
    expect(await new Careless('a', 'test').run({}, context())).toBe('default');
  });

  it('waits for prep, exec and post that return promises', async () => {
    class Slow extends Node {
      override prep(): unknown {
        return Promise.resolve('prepared');
      }
      override exec(prepared: unknown): unknown {
        return Promise.resolve([prepared, 'done']);
      }
      override post(shared: SharedStore, _prepared: unknown, result: unknown): Promise<string> {
        shared['result'] = result;
        return Promise.resolve('later');
      }
    }
    const shared: SharedStore = {};
    expect(await new Slow('a', 'test').run(shared, context())).toBe('later');
    expect(shared).toEqual({ result: ['prepared', 'done'] });
  });

  it('adds edges with next, which returns the target, and with on, which returns the node', () => {
    const [a, b, c] = [new Doubling('a', 'test'), new Doubling('b', 'test'), new Doubling('c', 'test')];
    expect(a.next(b)).toBe(b);
    expect(a.on('error', c)).toBe(a);
    expect(a.next(c, 'again')).toBe(c);
    expect([...a.successors]).toEqual([
      ['default', b],
      ['error', c],
      ['again', c],
    ]);
  });
});

describe('a node that fails', () => {
  it('stores the outputs and the message of a NodeFailure', async () => {
    const shared: SharedStore = {};
    const failure = new NodeFailure('exit code 3', { outputs: { stdout: 'half', exit_code: 3 } });
    await expect(throwing(failure).run(shared, context())).rejects.toBe(failure);
    expect(shared).toEqual({ stdout: 'half', exit_code: 3, error: 'exit code 3' });
  });

  it('stores the message of any other error', async () => {
    const shared: SharedStore = {};
    const error = new TypeError('no such method');
    await expect(throwing(error).run(shared, context())).rejects.toBe(error);
    expect(shared).toEqual({ error: 'no such method' });
  });

  it('may throw a value that is not an Error', async () => {
    const shared: SharedStore = {};
    await expect(throwing('a string').run(shared, context())).rejects.toBe('a string');
    expect(shared).toEqual({ error: 'a string' });
  });

  it('stores the message of an error in prep or in post', async () => {
    class BadPrep extends Node {
      override prep(): unknown {
        throw new Error('prep');
      }
    }
    class BadPost extends Node {
      override post(): string {
        throw new Error('post');
      }
    }
    for (const node of [new BadPrep('prep', 'test'), new BadPost('post', 'test')]) {
      const shared: SharedStore = {};
      await expect(node.run(shared, context())).rejects.toThrow(node.id);
      expect(shared).toEqual({ error: node.id });
    }
  });
});

describe('timeout_s of a node', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const never = (_: unknown, given: NodeContext): Promise<never> =>
    new Promise((_resolve, reject) => {
      given.signal.addEventListener('abort', () => {
        reject(new NodeFailure('stopped', { outputs: { so_far: 'half' } }));
      });
    });

  class Hanging extends Node {
    override exec = never;
  }

  it('ends a node that takes too long and stores its outputs so far', async () => {
    const node = new Hanging('a', 'test');
    node.timeout_s = 0.0123;
    const shared: SharedStore = {};
    const error = await node.run(shared, context()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NodeFailure);
    expect(error).toMatchObject({
      code: 'NODE_TIMEOUT',
      message: 'no result after 0.0123 s',
      retryable: false,
    });
    expect(shared).toEqual({ so_far: 'half', error: 'no result after 0.0123 s' });
  });

  it('covers all attempts and the waits between them', async () => {
    const node = throwing(new NodeFailure('busy', { retryable: true }));
    node.retry = { max: 5, wait_s: 60 };
    node.timeout_s = 0.01;
    const shared: SharedStore = {};
    await expect(node.run(shared, context())).rejects.toMatchObject({ code: 'NODE_TIMEOUT' });
    expect(shared).toEqual({ error: 'no result after 0.01 s' });
  });

  it('does not report a timeout when the run was aborted', async () => {
    const node = new Hanging('a', 'test');
    node.timeout_s = 60;
    const controller = new AbortController();
    const done = node.run({}, { ...context(), signal: controller.signal });
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await expect(done).rejects.toMatchObject({ message: 'stopped', code: undefined });
  });

  it('abandons a node that ignores the signal and drops its late result', async () => {
    const shared: SharedStore = {};
    let finish = (_value: unknown): void => undefined;
    class Unresponsive extends Node {
      override exec(): Promise<unknown> {
        return new Promise((resolve) => {
          finish = resolve;
        });
      }
      override post(view: SharedStore, _prepared: unknown, result: unknown): string {
        view['result'] = result;
        return 'default';
      }
    }
    const node = new Unresponsive('a', 'test');
    node.timeout_s = 0.01;
    vi.useFakeTimers();
    const error = node.run(shared, context()).catch((thrown: unknown) => thrown);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await error).toMatchObject({ code: 'NODE_TIMEOUT' });
    finish('late');
    await vi.advanceTimersByTimeAsync(1);
    expect(shared).toEqual({ error: 'no result after 0.01 s' });
  });

  it('is not needed to skip the exec of a node that was aborted in prep', async () => {
    const controller = new AbortController();
    class Aborting extends Acting {
      override prep(): unknown {
        controller.abort(new Error('enough'));
        return undefined;
      }
    }
    let worked = false;
    const node = new Aborting(() => (worked = true));
    await expect(node.run({}, { ...context(), signal: controller.signal })).rejects.toThrow('enough');
    expect(worked).toBe(false);
  });

  it('may be longer than the longest timer', async () => {
    const node = new Doubling('a', 'test');
    node.timeout_s = 1e9;
    expect(await node.run({ number: 1 }, context())).toBe('doubled');
  });
});

describe('a clone', () => {
  it('has its own params and edges, and the class, layers and attributes of its original', () => {
    const end = new Doubling('end', 'test');
    const node = new Doubling('a', 'test').wrap({ name: 'outer', run: (n, s, c, inner) => inner(n, s, c) });
    node.params = { x: 1 };
    node.timeout_s = 7;
    node.next(end);
    const copy = node.clone();
    copy.params['x'] = 2;
    copy.on('error', end).wrap({ name: 'more', run: (n, s, c, inner) => inner(n, s, c) });
    expect(copy).toBeInstanceOf(Doubling);
    expect([copy.id, copy.type, copy.timeout_s, copy.params]).toEqual(['a', 'test', 7, { x: 2 }]);
    expect(copy.layers).toEqual(['more', 'outer']);
    expect([node.params, node.layers]).toEqual([{ x: 1 }, ['outer']]);
    expect([...node.successors.keys()]).toEqual(['default']);
    expect([...copy.successors.keys()]).toEqual(['default', 'error']);
  });
});
