// Tests what the validation finds in a batch: its own keys, and the names that templates may use.
import { expect, test } from 'vitest';
import { problemsOf } from './node-types.ts';

const print = (message: string, batch?: object, id = 'work'): object => ({
  id,
  type: 'print',
  params: { message },
  ...(batch === undefined ? {} : { batch }),
});

test.each<[string, readonly object[]]>([
  ['the item and its index', [print('${item} ${__index__} ${item.name}', { items: [1] })]],
  ['an item under another name', [print('${row.a}', { items: [1], as: 'row' })]],
  ['JSON text as the items', [print('${item}', { items: '[1, 2]' })]],
  [
    'outputs of a node as the items',
    [print('x', undefined, 'list'), print('${item}', { items: '${list.data}' })],
  ],
  [
    'templates in an inline list',
    [print('x', undefined, 'list'), print('${item}', { items: ['${list.text}'] })],
  ],
  [
    'the outputs of a batch',
    [
      print('${item}', { items: [1] }),
      print(
        '${work.results[0].text} ${work.errors} ${work.batch_metadata.timing.avg_item_ms}',
        undefined,
        'end',
      ),
    ],
  ],
  [
    'the results at the index of another batch',
    [print('${item}', { items: [1] }), print('${work.results[${__index__}].text}', { items: [1] }, 'end')],
  ],
  [
    'a member of an item that is a result of another batch',
    [
      print('${item}', { items: [1] }),
      print('${item.text} ${item.item.any} ${item.data.any}', { items: '${work.results}' }, 'end'),
    ],
  ],
  [
    'any member of an item whose list has no schema',
    [print('x', undefined, 'list'), print('${item.any.thing}', { items: '${list.data}' })],
  ],
])('accepts %s', (_name, nodes) => {
  expect(problemsOf({ nodes })).toEqual([]);
});

test.each<[string, object, string]>([
  [
    'an item outside of its batch',
    { nodes: [print('${item}', { items: [1] }), print('${item}', undefined, 'end')] },
    'nodes[1].params.message: ${item} does not exist; available: work, end; only the params of a node with "batch" know its item',
  ],
  [
    'an index outside of a batch',
    { nodes: [print('${__index__}')] },
    'nodes[0].params.message: ${__index__} does not exist; available: work; only the params of a node with "batch" know its item',
  ],
  [
    'the item in the template of its own list',
    { nodes: [print('${item}', { items: '${item}' })] },
    'nodes[0].batch.items: ${item} does not exist; available: work; only the params of a node with "batch" know its item',
  ],
  [
    'an output of the type on the batch as a whole',
    { nodes: [print('${item}', { items: [1] }), print('${work.text}', undefined, 'end')] },
    'nodes[1].params.message: ${work.text} does not exist, a batch writes: results, successes, count, success_count, error_count, errors, batch_metadata, error; did you mean ${work.results[0].text}?',
  ],
  [
    'an output that no item has',
    { nodes: [print('${item}', { items: [1] }), print('${work.results[0].txet}', undefined, 'end')] },
    'nodes[1].params.message: ${work.results[0].txet} does not exist, work.results[0] has: text, data, item, error; did you mean ${work.results[0].text}?',
  ],
  [
    'a member that no result of another batch has',
    {
      nodes: [
        print('${item}', { items: [1] }),
        print('${row.txet}', { items: '${work.successes}', as: 'row' }, 'end'),
      ],
    },
    'nodes[1].params.message: ${row.txet} does not exist, an item of ${work.successes} has: text, data, item, error; did you mean ${row.text}?',
  ],
  [
    'a member of an item that is a number',
    {
      nodes: [print('${item}', { items: [1] }), print('${item.index.x}', { items: '${work.errors}' }, 'end')],
    },
    'nodes[1].params.message: ${item.index.x} does not exist, item.index has: no members',
  ],
  [
    'an item named like an input',
    { inputs: { row: {} }, nodes: [print('${row}', { items: [1], as: 'row' })] },
    'nodes[0].batch.as: "row" is also the name of an input; give the item another name with "as"',
  ],
  [
    'an item named like a node',
    { nodes: [print('${work}', { items: [1], as: 'work' })] },
    'nodes[0].batch.as: "work" is also the id of a node; give the item another name with "as"',
  ],
  [
    'a text that is not a list',
    { nodes: [print('${item}', { items: 'a, b' })] },
    'nodes[0].batch.items: "a, b" is not a list, the JSON text of a list, or a template',
  ],
  [
    'more items at once than 100',
    { nodes: [print('${item}', { items: [1], max_concurrent: 101 })] },
    'nodes[0].batch.max_concurrent: must be at most 100',
  ],
  [
    'an edge for an action that a batch does not return',
    {
      nodes: [print('${item}', { items: [1] }), print('x', undefined, 'end')],
      edges: [
        { from: 'work', to: 'end' },
        { from: 'work', to: 'end', action: 'again' },
      ],
    },
    'edges[1].action: "work" returns default, error',
  ],
])('refuses %s', (_name, workflow, problem) => {
  expect(problemsOf(workflow).join('\n')).toContain(problem);
});

test.each<[string, object, readonly string[]]>([
  [
    'a limit that is too high',
    { items: [1], max_concurrent: 101 },
    ['nodes[0].batch.max_concurrent: must be at most 100'],
  ],
  ['no list', { items: { a: 1 } }, ['nodes[0].batch.items: must be an array or a string, is an object']],
  [
    'attempts of its own',
    { items: [1], max_retries: 3 },
    [
      'nodes[0].batch.max_retries: unknown key "max_retries"; available: items, as, parallel, max_concurrent, error_handling; "retry" is a key of the node, beside "batch"',
    ],
  ],
  ['nothing', {}, ['nodes[0].batch.items: "items" is missing']],
])('a batch with %s has no further problems', (_name, batch, problems) => {
  const nodes = [print('${item} ${__index__}', batch), print('${work.results[0].text}', undefined, 'end')];
  expect(problemsOf({ nodes })).toEqual(problems);
});

test('keys of a node that are written into its params, and params beside them, are reported with their place', () => {
  const inside = {
    id: 'a',
    type: 'print',
    params: { message: 'x', retry: { max: 2 }, batch: { items: [] } },
  };
  const beside = { id: 'b', type: 'print', message: 'x', next: 'a' };
  const known = 'available: id, type, purpose, params, retry, timeout_s, batch, loop, approval';
  expect(problemsOf({ nodes: [inside, beside] })).toEqual([
    `nodes[1].message: unknown key "message"; ${known}; what the type takes is in "params"`,
    `nodes[1].next: unknown key "next"; ${known}; "edges" names the next node`,
    'nodes[0].params.retry: unknown param "retry" of print; available: message, data; "retry" is a key of the node, beside "params"',
    'nodes[0].params.batch: unknown param "batch" of print; available: message, data; "batch" is a key of the node, beside "params"',
  ]);
});
