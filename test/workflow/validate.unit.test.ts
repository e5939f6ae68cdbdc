import { describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { assertValid, validateWorkflow } from '../../src/workflow/validate.ts';
import { problemsOf, registry } from './node-types.ts';

type Loose = Record<string, unknown>;
const print = (id: string, params: Loose = {}): Loose => ({ id, type: 'print', params });
const edge = (from: string, to: string, action = 'default'): Loose => ({ from, to, action });

describe('no problems are found in', () => {
  const table: [string, Loose][] = [
    ['one node', { nodes: [print('a')] }],
    [
      'a chain in document order',
      {
        inputs: { topic: {} },
        nodes: [print('a', { message: '${topic}' }), print('b', { message: '${a.text}' })],
      },
    ],
    [
      'an error edge to a fallback',
      {
        nodes: [{ id: 'r', type: 'read', params: { file_path: 'x' } }, print('f', { message: '${r.error}' })],
        edges: [edge('r', 'f', 'error')],
      },
    ],
    [
      'a loop with an exit, in which a node sees its own last visit',
      {
        nodes: [
          print('a', { message: '${b.text ?? "first"}' }),
          print('b', { message: '${b.text} ${a.text}' }),
        ],
        edges: [edge('a', 'b'), edge('b', 'a', 'again')],
      },
    ],
    [
      'a loop that only an action leaves',
      { nodes: [print('a'), print('b')], edges: [edge('a', 'a'), edge('a', 'b', 'done')] },
    ],
    [
      'a loop that ends where a node has no default edge',
      {
        nodes: [print('a'), print('b')],
        edges: [edge('a', 'a'), edge('a', 'b', 'call'), edge('b', 'a', 'again')],
      },
    ],
    ['a system key', { nodes: [print('a', { data: '${__llm_calls__}' })] }],
    [
      'outputs',
      { nodes: [print('a')], outputs: { o: { source: '${a.text}' }, p: { source: 'x ${a.data.y[0]}' } } },
    ],
    [
      'without namespacing',
      { enable_namespacing: false, nodes: [print('a'), print('b', { message: '${text} ${data.x}' })] },
    ],
    [
      'open outputs',
      { nodes: [{ id: 'x', type: 'any', params: { p: 1 } }, print('b', { message: '${x.y.z[0]}' })] },
    ],
    [
      'an input that only an output uses',
      { inputs: { i: {} }, nodes: [print('a')], outputs: { o: { source: '${i}' } } },
    ],
    ['another start', { start_node: 'b', nodes: [print('a'), print('b')], edges: [edge('b', 'a')] }],
  ];
  it.each(table)('%s', (_what, workflow) => {
    expect(problemsOf(workflow)).toEqual([]);
  });
});

describe('names', () => {
  it('ids must be unique and differ from inputs', () => {
    expect(
      problemsOf({
        inputs: { b: {} },
        nodes: [print('a', { data: '${b}' }), print('a'), print('b')],
        edges: [edge('a', 'b')],
      }),
    ).toEqual([
      'nodes[1].id: "a" is already the id of nodes[0]',
      'nodes[2].id: "b" is also the name of an input; rename one of them',
    ]);
  });

  it('the start must be a node', () => {
    expect(problemsOf({ start_node: 'frist', nodes: [print('first'), print('second')] })).toEqual([
      'start_node: there is no node "frist"; available: first, second; did you mean "first"?',
    ]);
  });
});

describe('inputs', () => {
  it('must be used', () => {
    expect(
      problemsOf({ inputs: { a: {}, 'b-c': {} }, nodes: [print('x', { data: { y: ['${b-c}'] } })] }),
    ).toEqual(['inputs.a: input "a" is never used; use it as ${a} or remove it']);
  });

  it('must have defaults of their type', () => {
    const inputs = {
      a: { type: 'integer', default: 1.5 },
      b: { type: 'array', default: {} },
      c: { type: 'string', required: false, default: null },
      d: { type: 'number', default: 2 },
    };
    expect(problemsOf({ inputs, nodes: [print('x', { message: '${a}${b}${c}${d}' })] })).toEqual([
      'inputs.a.default: must be an integer, is a number',
      'inputs.b.default: must be an array, is an object',
    ]);
  });

  it('only one may take stdin', () => {
    const inputs = { a: { stdin: true }, b: { stdin: true } };
    expect(problemsOf({ inputs, nodes: [print('x', { message: '${a}${b}' })] })).toEqual([
      'inputs: only one input can have "stdin": true, not a, b',
    ]);
  });
});

describe('types and params', () => {
  const table: [string, Loose, string[]][] = [
    [
      'an unknown type',
      { type: 'raed' },
      ['nodes[0].type: unknown type "raed"; available: print, read, call, any; did you mean "read"?'],
    ],
    ['a missing param', { type: 'read' }, ['nodes[0].params: read needs the param "file_path"']],
    [
      'an unknown param',
      { type: 'read', params: { file_path: 'x', limt: 1, 'odd key': 2, path: 'y' } },
      [
        'nodes[0].params.limt: unknown param "limt" of read; available: file_path, limit; did you mean "limit"?',
        'nodes[0].params["odd key"]: unknown param "odd key" of read; available: file_path, limit',
        'nodes[0].params.path: unknown param "path" of read; available: file_path, limit; did you mean "file_path"?',
      ],
    ],
    [
      'params of another type',
      { type: 'read', params: { file_path: 3, limit: '5' } },
      [
        'nodes[0].params.file_path: must be a string, is a number',
        'nodes[0].params.limit: must be a number, is a string',
      ],
    ],
    [
      'null is not the same as absent',
      { type: 'read', params: { file_path: null } },
      ['nodes[0].params.file_path: must be a string, is null'],
    ],
    [
      'params that do not go together',
      { type: 'call', params: { prompt: 'x', most: 1, least: 2 } },
      ['nodes[0].params: least is over most'],
    ],
    [
      'an escaped text is a text',
      { type: 'read', params: { file_path: '$${x}', limit: '$${x}' } },
      ['nodes[0].params.limit: must be a number, is a string'],
    ],
  ];
  it.each(table)('%s', (_what, node, lines) => {
    expect(problemsOf({ nodes: [{ id: 'a', ...node }] })).toEqual(lines);
  });

  it('a param with a template is accepted for any type, and the other params are still checked', () => {
    const params = { file_path: '${a.data}', limit: '${a.data}' };
    const call = { id: 'q', type: 'call', params: { prompt: 'x', most: '${a.data}', least: 2 } };
    expect(problemsOf({ nodes: [print('a'), { id: 'r', type: 'read', params }, call] })).toEqual([]);
    expect(
      problemsOf({ nodes: [print('a'), { id: 'r', type: 'read', params: { ...params, file_path: 1 } }] }),
    ).toEqual(['nodes[1].params.file_path: must be a string, is a number']);
  });

  it('types that are known but not loaded are suggested', () => {
    const problems = validateWorkflow(
      { nodes: [{ id: 'a', type: 'shel' }] },
      { registry, typeNames: ['shell', 'http'] },
    );
    expect(problems).toEqual([
      {
        path: 'nodes[0].type',
        code: 'PARAM_INVALID',
        message: 'unknown type "shel"; available: shell, http',
        suggestion: 'did you mean "shell"?',
      },
    ]);
  });
});

describe('edges and paths', () => {
  const nodes = [print('first'), print('second')];
  const table: [string, Loose[], string[]][] = [
    [
      'a dead edge',
      [edge('first', 'secnod'), edge('first', 'second', 'x'), edge('nobody', 'first')],
      [
        'edges[0].to: there is no node "secnod"; available: first, second; did you mean "second"?',
        'edges[2].from: there is no node "nobody"; available: first, second',
      ],
    ],
    [
      'one action to two places',
      [edge('first', 'second'), edge('first', 'first')],
      ['edges[1]: "first" already has an edge for "default": edges[0]'],
    ],
    [
      'an unreachable node',
      [],
      [
        'nodes[1]: "second" is never reached from "first"; add an edge to it, or leave out "edges" to run the nodes in document order',
      ],
    ],
    [
      'a cycle without exit',
      [edge('first', 'second'), edge('second', 'first')],
      ['edges: cycle without exit: first → second → first; add an edge with an action that leads out of it'],
    ],
    [
      'a failure is not an exit',
      [edge('first', 'first'), edge('first', 'second', 'error'), edge('second', 'first')],
      ['edges: cycle without exit: first → first; add an edge with an action that leads out of it'],
    ],
  ];
  it.each(table)('%s', (_what, edges, lines) => {
    expect(problemsOf({ nodes, edges })).toEqual(lines);
  });

  it('without edges the nodes before the start are never reached', () => {
    expect(problemsOf({ nodes, start_node: 'second' })).toEqual([
      'nodes[0]: "first" is never reached from "second"; the run starts at "second" and continues in document order',
    ]);
  });

  it('a path into a cycle without exit is reported once, by the cycle', () => {
    const way = [print('a'), print('b'), print('c'), print('d'), print('e')];
    const edges = [
      edge('a', 'b'),
      edge('b', 'c'),
      edge('c', 'b'),
      edge('a', 'd', 'x'),
      edge('d', 'e'),
      edge('e', 'e'),
    ];
    expect(problemsOf({ nodes: way, edges })).toEqual([
      'edges: cycle without exit: b → c → b; add an edge with an action that leads out of it',
      'edges: cycle without exit: e → e; add an edge with an action that leads out of it',
    ]);
  });
});

describe('templates', () => {
  const check = (message: string, more: Loose = {}): string[] =>
    problemsOf({
      inputs: { topic: {} },
      nodes: [
        print('a', { message: '${topic}' }),
        { id: 'q', type: 'call', params: { prompt: 'x' } },
        print('b', { message }),
        print('later'),
      ],
      ...more,
    }).map((line) => line.replace('nodes[2].params.message: ', ''));
  const escape = 'for a literal "${" write "$${"';
  const table: [string, string[]][] = [
    ['${topik}', ['${topik} does not exist; available: topic, a, q, b, later; did you mean ${topic}?']],
    ['${HOME}', [`\${HOME} does not exist; available: topic, a, q, b, later; ${escape}`]],
    [
      '${aa.text ?? 1}',
      ['${aa.text} does not exist; available: topic, a, q, b, later; did you mean ${a.text}?'],
    ],
    [
      '${a.txet.x}',
      ['${a.txet.x} does not exist, print writes: text, data, error; did you mean ${a.text.x}?'],
    ],
    ['${a[0]}', ['${a[0]} does not exist, print writes: text, data, error']],
    [
      '${q.usage.token}',
      ['${q.usage.token} does not exist, q.usage has: tokens, lines; did you mean ${q.usage.tokens}?'],
    ],
    ['${q.usage.lines.text}', ['${q.usage.lines.text} does not exist, q.usage.lines has: [0], [1], …']],
    [
      '${q.usage.lines[0].txt}',
      [
        '${q.usage.lines[0].txt} does not exist, q.usage.lines[0] has: text; did you mean ${q.usage.lines[0].text}?',
      ],
    ],
    ['${q.usage.tokens.x}', ['${q.usage.tokens.x} does not exist, q.usage.tokens has: no members']],
    ['${q.response.any[0].path}', []],
    ['${a.text.may.be.json}', []],
    ['${a.error} ${a.data.x} ${a}', []],
    ['${later.text}', ['${later.text} cannot be resolved: "later" never runs before "b"']],
    ['${b.text}', ['${b.text} cannot be resolved: "b" never runs before "b"']],
    ['${later.text ?? "?"} what??', []],
    ['what?? ${later.text}', ['${later.text} cannot be resolved: "later" never runs before "b"']],
    ['${', [`malformed template: "\${" is not closed by "}" (character 1); ${escape}`]],
    ['x ${a.}', [`malformed template: a name is missing after "." (character 7); ${escape}`]],
    ['$${anything}', []],
  ];
  it.each(table)('%s', (message, lines) => {
    expect(check(message)).toEqual(lines);
  });

  it('a branch can refer only to nodes that can run before it', () => {
    const nodes = [print('start'), print('left'), print('right', { message: '${left.text} ${start.text}' })];
    expect(problemsOf({ nodes, edges: [edge('start', 'left'), edge('start', 'right', 'other')] })).toEqual([
      'nodes[2].params.message: ${left.text} cannot be resolved: "left" never runs before "right"',
    ]);
  });

  it('without namespacing references name the outputs of all nodes', () => {
    expect(
      problemsOf({
        enable_namespacing: false,
        nodes: [print('a'), print('b', { message: '${txet} ${a.text}' })],
      }),
    ).toEqual([
      'nodes[1].params.message: ${txet} does not exist; available: text, data, error; did you mean ${text}?',
      'nodes[1].params.message: ${a.text} does not exist; available: text, data, error; for a literal "${" write "$${"',
    ]);
  });
});

describe('outputs', () => {
  it('must come from a template that can resolve', () => {
    const outputs = {
      plain: { source: 'a.text' },
      words: { source: 'hello world!' },
      wrong: { source: '${a.txet}' },
      never: { source: '${b.text}' },
    };
    expect(problemsOf({ nodes: [print('a'), print('b')], edges: [], outputs })).toEqual([
      'nodes[1]: "b" is never reached from "a"; add an edge to it, or leave out "edges" to run the nodes in document order',
      'outputs.wrong.source: ${a.txet} does not exist, print writes: text, data, error; did you mean ${a.text}?',
      'outputs.never.source: ${b.text} cannot be resolved: "b" never runs',
      'outputs.plain.source: "a.text" contains no template, so it is the same in every run; did you mean ${a.text}?',
      'outputs.words.source: "hello world!" contains no template, so it is the same in every run',
    ]);
  });
});

describe('all in one pass', () => {
  it('schema problems do not hide rule problems', () => {
    expect(
      problemsOf({
        extra: 1,
        inputs: { t: { type: 'strng', default: 3 } },
        outputs: { o: { value: '${a.text}' }, p: { source: '${a.txet}' } },
        nodes: [
          { id: 'a b', type: 'print', timeout_s: 'x', params: { mesage: '${topic}' } },
          { ...print('a'), params: 5 },
        ],
      }).map((line) => line.split(': ')[0]),
    ).toEqual([
      'inputs.t.type',
      'outputs.o.source',
      'outputs.o.value',
      'nodes[0].id',
      'nodes[0].timeout_s',
      'nodes[1].params',
      'extra',
      'inputs.t',
      'nodes[0].params.mesage',
      'nodes[0].params.mesage',
      'outputs.p.source',
    ]);
  });

  it('assertValid throws all problems, and returns a valid workflow', () => {
    const good = { nodes: [{ id: 'a', type: 'print' }] };
    expect(assertValid(good, { registry })).toEqual({
      enable_namespacing: true,
      nodes: [{ id: 'a', type: 'print', params: {} }],
    });
    let thrown: unknown;
    try {
      assertValid({ nodes: [print('a', { x: 1 }), print('a')] }, { registry, file: 'wf.json' });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PflowError);
    const { code, message, path, details } = thrown as PflowError;
    expect({ code, message, path, details }).toEqual({
      code: 'WORKFLOW_INVALID',
      message: 'wf.json has 2 problems',
      path: 'nodes[1].id',
      details: [
        'nodes[1].id: "a" is already the id of nodes[0]',
        'nodes[0].params.x: unknown param "x" of print; available: message, data',
      ],
    });
  });
});
