// Invariant: a node with layers looks and copies like the bare node, and a layer that only calls its inner
// run changes nothing of what a run does.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NodeContext, SharedStore } from '../../src/flow/context.ts';
import type { Layer } from '../../src/flow/layer.ts';
import { NodeFailure } from '../../src/flow/node-failure.ts';
import { Node } from '../../src/flow/node.ts';

const context = (): NodeContext => ({ signal: new AbortController().signal, cwd: '/', env: {} });

class Counter extends Node {
  label = 'counter';
  limits = { low: 1, high: [2, 3] };
  #secret = 7;
  get secret(): number {
    return this.#secret;
  }
  raise(by: number): number {
    this.#secret += by;
    return this.#secret;
  }
  override post(shared: SharedStore): string {
    const { fail, value } = this.params;
    shared['value'] = value;
    if (fail === true) throw new NodeFailure('failed', { outputs: { half: value } });
    shared['secret'] = this.#secret;
    return 'counted';
  }
}

const through = (name: string): Layer => ({
  name,
  run: (node, shared, given, inner) => inner(node, shared, given),
});

function wrapped(names: readonly string[]): Counter {
  return names.reduce((node, name) => node.wrap(through(name)), new Counter('a', 'test'));
}

const names = fc.array(fc.string(), { minLength: 1, maxLength: 5 });

describe('layers of a node', () => {
  it('do not appear in attributes, keys, spread, JSON and structured copies', () => {
    fc.assert(
      fc.property(names, fc.dictionary(fc.string(), fc.jsonValue()), (layers, params) => {
        const [bare, node] = [new Counter('a', 'test'), wrapped(layers)];
        bare.params = structuredClone(params);
        node.params = structuredClone(params);
        const end = new Counter('end', 'test');
        expect([bare.next(end), node.next(end)]).toEqual([end, end]);
        expect([bare.on('error', end) === bare, node.on('error', end) === node]).toEqual([true, true]);
        expect(Reflect.ownKeys({ ...(node as object) })).toEqual(Reflect.ownKeys({ ...(bare as object) }));
        expect({ ...(node as object) }).toStrictEqual({ ...(bare as object) });
        expect(Object.entries(node)).toStrictEqual(Object.entries(bare));
        expect(JSON.stringify(node)).toBe(JSON.stringify(bare));
        expect(structuredClone(node)).toStrictEqual(structuredClone(bare));
        expect('label' in node && node instanceof Counter).toBe(true);
        expect(node.raise(2)).toBe(bare.raise(2));
        expect(node.secret).toBe(9);
      }),
    );
  });

  it('are shared by a clone, which is otherwise a separate node', () => {
    fc.assert(
      fc.property(names, (layers) => {
        const node = wrapped(layers);
        const copy = node.clone();
        expect(copy).toStrictEqual(node);
        expect(copy.layers).toEqual(node.layers);
        expect(Object.getPrototypeOf(copy)).toBe(Counter.prototype);
        copy.label = 'other';
        copy.params['x'] = 1;
        expect([node.label, node.params]).toEqual(['counter', {}]);
      }),
    );
  });

  it('that only call their inner run change neither the store, nor the action, nor the failure', async () => {
    await fc.assert(
      fc.asyncProperty(names, fc.jsonValue(), fc.boolean(), async (layers, value, fail) => {
        const run = async (node: Counter): Promise<unknown> => {
          node.params = { value, fail };
          const shared: SharedStore = {};
          const end = await node.run(shared, context()).catch((error: unknown) => (error as Error).message);
          return [end, shared];
        };
        expect(await run(wrapped(layers))).toStrictEqual(await run(new Counter('a', 'test')));
      }),
    );
  });

  it('run in the order of wrapping, the last one outermost', async () => {
    await fc.assert(
      fc.asyncProperty(names, async (layers) => {
        const seen: string[] = [];
        const node = new Counter('a', 'test');
        for (const name of layers) {
          node.wrap({
            name,
            run: async (inner, shared, given, go) => {
              seen.push(`in ${name}`);
              const action = await go(inner, shared, given);
              seen.push(`out ${name}`);
              return action;
            },
          });
        }
        await node.run({}, context());
        const inwards = layers.toReversed();
        expect(node.layers).toEqual(inwards);
        expect(seen).toEqual([
          ...inwards.map((name) => `in ${name}`),
          ...layers.map((name) => `out ${name}`),
        ]);
      }),
    );
  });
});

describe('a layer', () => {
  it('may pass on another copy, another view and another context', async () => {
    const root: SharedStore = { a: {} };
    const seen: unknown[] = [];
    class Recording extends Node {
      override post(shared: SharedStore, _prepared: unknown, _result: unknown, given: NodeContext): string {
        seen.push([this.params, given.cwd]);
        shared['done'] = true;
        return 'default';
      }
    }
    const node = new Recording('a', 'test');
    node.params = { text: '${x}' };
    node.wrap({
      name: 'filling',
      run: (inner, shared, given, go) => {
        const copy = inner.clone();
        copy.params = { text: 'filled' };
        return go(copy, shared['a'] as SharedStore, { ...given, cwd: '/elsewhere' });
      },
    });
    await node.run(root, context());
    expect(root).toEqual({ a: { done: true } });
    expect(seen).toEqual([[{ text: 'filled' }, '/elsewhere']]);
    expect(node.params).toEqual({ text: '${x}' });
  });

  it('may return an action in place of the node, or turn its failure into an action', async () => {
    const node = new Counter('a', 'test').wrap({ name: 'skipping', run: () => Promise.resolve('skipped') });
    expect(await node.run({}, context())).toBe('skipped');
    const failing = new Counter('a', 'test').wrap({
      name: 'catching',
      run: (inner, shared, given, go) => go(inner, shared, given).catch(() => 'caught'),
    });
    failing.params = { fail: true };
    expect(await failing.run({}, context())).toBe('caught');
  });
});
