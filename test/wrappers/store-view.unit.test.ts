import { describe, expect, test } from 'vitest';
import type { NodeObserver, SharedStore } from '../../src/flow/context.ts';
import { unobservedView, viewStore } from '../../src/wrappers/store-view.ts';

function recordingObserver(): { readonly observer: NodeObserver; readonly touched: string[] } {
  const touched: string[] = [];
  return {
    touched,
    observer: {
      touched: (path) => void touched.push(path.join('.')),
      templateResolved: () => undefined,
      approvalDecided: () => undefined,
      batchStarted: () => undefined,
      attemptStarted: () => undefined,
      attemptFailed: () => undefined,
    },
  };
}

describe('a namespaced view', () => {
  test('writes to the namespace of the node', () => {
    const root: SharedStore = {};
    viewStore(root, 'a')['answer'] = 42;
    expect(root).toEqual({ a: { answer: 42 } });
  });

  test('writes keys such as __this__ to the root and reads them only there', () => {
    const root: SharedStore = { a: { __mine__: 1 } };
    const view = viewStore(root, 'a');
    view['__all__'] = 2;
    expect(root).toEqual({ a: { __mine__: 1 }, __all__: 2 });
    expect(view['__mine__']).toBeUndefined();
  });

  test('reads from the own namespace first, then from the root', () => {
    const root: SharedStore = { a: { x: 'own' }, x: 'root', y: 'root' };
    const view = viewStore(root, 'a');
    expect([view['x'], view['y'], view['z']]).toEqual(['own', 'root', undefined]);
    expect(['x' in view, 'y' in view, 'z' in view]).toEqual([true, true, false]);
  });

  test('prefers a falsy value of the own namespace to the root', () => {
    expect(viewStore({ a: { x: 0, y: null }, x: 1, y: 2 }, 'a')).toMatchObject({ x: 0, y: null });
  });

  test('has the keys of the own namespace and of the root, without the namespace itself', () => {
    const root: SharedStore = { a: { x: 1 }, y: 2, b: { z: 3 } };
    const view = viewStore(root, 'a');
    expect(Object.keys(view)).toEqual(['x', 'y', 'b']);
    expect({ ...view }).toEqual({ x: 1, y: 2, b: { z: 3 } });
    expect(JSON.stringify(view)).toBe('{"x":1,"y":2,"b":{"z":3}}');
  });

  test('deletes from the own namespace and not from the root', () => {
    const root: SharedStore = { a: { x: 1 }, x: 2 };
    const view = viewStore(root, 'a');
    delete view['x'];
    expect(root).toEqual({ a: {}, x: 2 });
    delete view['x'];
    expect(root).toEqual({ a: {}, x: 2 });
  });

  test('keeps the keys of two nodes apart', () => {
    const root: SharedStore = {};
    viewStore(root, 'a')['text'] = 'one';
    viewStore(root, 'b')['text'] = 'two';
    expect(root).toEqual({ a: { text: 'one' }, b: { text: 'two' } });
  });

  test('treats __proto__ as an ordinary key', () => {
    const root: SharedStore = {};
    const view = viewStore(root, 'a');
    Object.assign(view, JSON.parse('{"__proto__": {"polluted": true}}') as object);
    expect(({} as SharedStore)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(root)).toBe(Object.prototype);
  });

  test('returns values unchanged, with an observer and without', () => {
    const value = { deep: [1] };
    const root: SharedStore = { b: value };
    expect(viewStore(root, 'a')['b']).toBe(value);
    expect(viewStore(root, 'a', recordingObserver().observer)['b']).toBe(value);
  });
});

describe('an observed view', () => {
  test('reports the keys that were read and written, with their namespace', () => {
    const { observer, touched } = recordingObserver();
    const view = viewStore({ a: { x: 1 }, b: { y: 2 } }, 'a', observer);
    expect([view['x'], view['b']]).toEqual([1, { y: 2 }]);
    view['z'] = 1;
    view['__all__'] = 1;
    expect(touched).toEqual(['a.x', 'b', 'a.z', '__all__']);
  });

  test('has an unobserved view that reports nothing', () => {
    const { observer, touched } = recordingObserver();
    const view = viewStore({ a: { x: 1 } }, 'a', observer);
    expect(unobservedView(view)['x']).toBe(1);
    expect(touched).toEqual([]);
  });
});

test('a view of the root reads and writes the root', () => {
  const { observer, touched } = recordingObserver();
  const root: SharedStore = { x: 1 };
  const view = viewStore(root, undefined, observer);
  view['y'] = view['x'];
  expect(root).toEqual({ x: 1, y: 1 });
  expect(touched).toEqual(['x', 'y']);
});
