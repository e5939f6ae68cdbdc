import { expect, test } from 'vitest';
import { project } from '../../../projections/fold.ts';
import { failure } from '../../../projections/failure/projection.ts';
import { findReferences } from '../../../projections/failure/find-references.ts';
import { buildRun } from '../../support/run-builder.ts';

const IR = {
  nodes: [
    { id: 'read', type: 'shell', params: { command: 'cat x' } },
    { id: 'post', type: 'http', params: { url: '${host}/hook', body: '${read.stdout}', method: 'POST' } },
  ],
};

function failedPost(): ReturnType<typeof buildRun> {
  return buildRun()
    .started({ inputs: { host: 'http://h' }, input_origins: { host: 'environment' }, ir: IR })
    .workflow(['read', 'post'], (inside) =>
      inside
        .changed({ op: 'add', path: ['host'], value: 'http://h' })
        .node('read', { type: 'shell' }, (node) =>
          node.changed({ op: 'add', path: ['read'], value: { stdout: 'text', stderr: 'slow disk' } }),
        )
        .node('post', { type: 'http', fails: 'POST answered 500' }, (node) =>
          node
            .resolved('url', '${host}/hook', 'http://h/hook')
            .resolved('body', '${read.stdout}', 'text')
            .retried(1, 'POST answered 500')
            .changed({ op: 'add', path: ['post'], value: { status_code: 500, body: 'database is down' } }),
        ),
    );
}

test('a failure has its params, what they were read from, its attempts and what the node left', () => {
  expect(project(failure, failedPost().ended('failed').events)).toStrictEqual({
    run: expect.any(String) as unknown,
    workflow: 'example',
    status: 'failed',
    error: { name: 'Error', message: 'POST answered 500' },
    node: 'post',
    node_type: 'http',
    visit: 1,
    item: null,
    attempts: [{ error: { name: 'Error', message: 'POST answered 500' }, wait_ms: 1 }],
    params: { url: 'http://h/hook', body: 'text', method: 'POST' },
    reads: [
      { reference: 'host', param: 'url', from: 'input', origin: 'environment', value: 'http://h' },
      { reference: 'read.stdout', param: 'body', from: 'node', node: 'read', seq: 4, value: 'text' },
    ],
    outputs: { status_code: 500, body: 'database is down' },
    predecessors: [{ node: 'read', status: 'completed', outputs: { stdout: 'text', stderr: 'slow disk' } }],
    warnings: [],
    started_seq: 6,
    failed_seq: 11,
  });
});

test('a failure in a nested workflow names its inputs and its own nodes', () => {
  const ir = { inputs: { text: {} }, nodes: [] };
  const run = buildRun()
    .started({ inputs: {} })
    .workflow(['read', 'child'], (outer) =>
      outer
        .node('read', {}, (node) => node.changed({ op: 'add', path: ['read'], value: { stdout: 'outer' } }))
        .node('child', { type: 'workflow', fails: 'exit code 1' }, (node) =>
          node
            .emit({
              type: 'workflow.started',
              data: { name: 'c', hash: 'f00d', nodes: ['read', 'test'], ir },
            })
            .node('child/read', {}, (inner) =>
              inner.changed({ op: 'add', path: ['child/read'], value: { stdout: 'inner' } }),
            )
            .node('child/test', { fails: 'exit code 1' }, (inner) =>
              inner
                .resolved('command', 'test ${text} = ${read.stdout}', 'test x = inner')
                .resolved('stdin', '${text}', 'x')
                .resolved('cwd', '${item}', '/'),
            ),
        ),
    );
  expect(project(failure, run.ended('failed').events)).toMatchObject({
    node: 'child/test',
    reads: [
      { reference: 'text', param: 'command', from: 'input', node: 'child' },
      { reference: 'read.stdout', param: 'command', from: 'node', node: 'child/read', value: 'inner' },
      { reference: 'text', param: 'stdin', from: 'input', node: 'child', value: 'x' },
      { reference: 'item', param: 'cwd', from: 'item', value: '/' },
    ],
  });
});

test('a run that succeeded has no failure', () => {
  const run = buildRun()
    .started()
    .workflow(['a'], (inside) => inside.node('a'))
    .ended('success');
  expect(project(failure, run.events)).toBeNull();
});

test('a failure that the run went past is not the reason', () => {
  const run = buildRun()
    .started()
    .workflow(['a', 'b'], (inside) => inside.node('a', { fails: 'no' }).node('b'))
    .emit({
      type: 'run.completed',
      data: {
        status: 'failed',
        duration_ms: 1,
        events: 1,
        error: { name: 'PflowError', code: 'MAX_COST_REACHED', message: 'spent' },
      },
    });
  expect(project(failure, run.events)).toMatchObject({ node: null, error: { code: 'MAX_COST_REACHED' } });
});

test('the innermost failure is the reason: a nested node, and an item of a batch', () => {
  const nested = buildRun()
    .started()
    .workflow(['child'], (inside) =>
      inside.node('child', { fails: 'child/ask: no' }, (child) => child.node('child/ask', { fails: 'no' })),
    )
    .ended('failed');
  expect(project(failure, nested.events)).toMatchObject({ node: 'child/ask', error: { message: 'no' } });
  const batch = buildRun()
    .started()
    .workflow(['each'], (inside) =>
      inside.node('each', { fails: 'item 2: no' }, (node) => node.node('each', { item: 2, fails: 'no' })),
    )
    .ended('failed');
  expect(project(failure, batch.events)).toMatchObject({ node: 'each', item: 2, error: { message: 'no' } });
});

test('a run without an end was in the middle of a node', () => {
  const run = buildRun()
    .started()
    .workflow(['a', 'b'], (inside) => inside.node('a').node('b', { hangs: true }), null);
  expect(project(failure, run.events)).toMatchObject({ status: 'incomplete', node: 'b', error: null });
});

test('references are found at every depth; what is escaped is text', () => {
  expect(findReferences({ a: ['x ${read.items[0]["a key"].n} $${no}'], b: '${topic}' })).toEqual([
    { text: 'read.items[0]["a key"].n', name: 'read', path: ['items', '0', 'a key', 'n'] },
    { text: 'topic', name: 'topic', path: [] },
  ]);
});

test.each([
  ['${a}${b.c}', ['a', 'b.c']],
  ['$${a} $$${b} ${a}$${b}', ['a']],
  ['${a{b} ${${c}} ${d', ['c']],
  ['${} ${ } ${.a} ${ e | upper }', ['e']],
  ['}${a.b["c.d"].e f}', ['a.b["c.d"].e f']],
])('the references of %s', (template, expected) => {
  expect(findReferences(template).map(({ text }) => text)).toEqual(expected);
});
