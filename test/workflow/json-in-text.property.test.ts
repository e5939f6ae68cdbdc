// Law: the object that the warning shows gives the JSON that the text was meant to give, for every value.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { formatProblem } from '../../src/workflow/problem.ts';
import { createLayeredScope } from '../../src/workflow/templates/scope.ts';
import { resolveValue } from '../../src/workflow/templates/resolve-value.ts';
import { assertValid, findWarnings } from '../../src/workflow/validate.ts';

const registry = await loadNodeTypes(NODE_TYPE_NAMES);

function warningsOf(type: string, params: object): string[] {
  const workflow = { inputs: { t: {}, u: { default: 1 } }, nodes: [{ id: 'n', type, params }, uses] };
  return findWarnings(assertValid(workflow, { registry }), { registry }).map(formatProblem);
}

const uses = { id: 'uses', type: 'echo', params: { data: ['${t}', '${u}'] } };
const BROKEN = 'becomes part of a JSON text, which is broken as soon as its value has a quote or a newline';

describe('validate warns of JSON written around a template', () => {
  const url = 'http://localhost/';
  it.each([
    [
      'http',
      { url, method: 'POST', body: '{"text": "${t}", "n": [1, ${u}]}' },
      `nodes[0].params.body: \${t} ${BROKEN}; write "body": {"text":"\${t}","n":[1,"\${u}"]}`,
    ],
    [
      'http',
      { url, method: 'POST', body: ' [{"a \\" b": "x ${t ?? "none"} y $${HOME}"}]' },
      `nodes[0].params.body: \${t ?? "none"} ${BROKEN}; write "body": [{"a \\" b":"x \${t ?? \\"none\\"} y $\${HOME}"}]`,
    ],
    [
      'http',
      { url, method: 'POST', body: '{"n": ${u}, "id": 1458059302022549698}' },
      `nodes[0].params.body: \${u} ${BROKEN}; write "body": {"n":"\${u}","id":1458059302022549698}`,
    ],
    [
      'http',
      { url, method: 'POST', body: { payload: '{"text": "${t}"}' } },
      `nodes[0].params.body.payload: \${t} ${BROKEN}; make the text in a code node with JSON.stringify`,
    ],
    [
      'shell',
      { command: 'cat', stdin: '{"text": "${t}"}' },
      `nodes[0].params.stdin: \${t} ${BROKEN}; write "stdin": {"text":"\${t}"}`,
    ],
    [
      'write-file',
      { file_path: 'x', content: '{"text": "${t}"}' },
      `nodes[0].params.content: \${t} ${BROKEN}; write "content": {"text":"\${t}"}`,
    ],
  ])('%s %j', (type, params, warning) => {
    expect(warningsOf(type, params)).toEqual([warning]);
  });

  it.each([
    `curl -d '{"text": "\${t}"}' ${url}`,
    `curl -d'{"text": "\${t}"}' ${url}`,
    `curl --data="{\\"text\\": \\"\${t}\\"}" ${url}`,
    `BODY='{"text": "'\${t}'"}'; echo "$BODY"`,
    `x=$(echo '{"text": "\${t}"}')`,
    `curl -d @- ${url} <<E\n{"text": "\${t}"}\nE\n`,
  ])('in the command %j', (command) => {
    const suggestion =
      'write "stdin": {"text":"${t}"} and let the command read it, as curl --data-binary @- does';
    expect(warningsOf('shell', { command })).toEqual([
      `nodes[0].params.command: \${t} ${BROKEN}; ${suggestion}`,
    ]);
  });

  it.each([
    ['echo', { message: '[${t}] is not JSON' }],
    ['shell', { command: 'echo {a,b}-${t} [${t}] "{${t}}" \'{"a": 1}\' ${u}' }],
    ['shell', { command: 'printf \'{"a": "%s"}\' ${t}' }],
    ['echo', { message: '[${t}]' }],
    ['echo', { message: '{${t}}' }],
    ['echo', { message: '${t}' }],
    ['echo', { message: '{"a": 1}' }],
    ['echo', { message: 'say "${t}"' }],
    ['http', { url, method: 'POST', body: { text: '${t}' } }],
    ['code', { code: 'return `{"text": "${t}"}`', inputs: { t: '${t}' } }],
  ])('but not of %s %j', (type, params) => {
    expect(warningsOf(type, params)).toEqual([]);
  });
});

it('the object that is shown gives JSON with the value in it, whatever the value is', () => {
  const json = fc.oneof(
    fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 6 }), { minKeys: 1, maxKeys: 3 }),
    fc.array(fc.string({ maxLength: 6 }), { minLength: 1, maxLength: 3 }),
  );
  fc.assert(
    fc.property(json, fc.string(), (shape, value) => {
      const marked = JSON.parse(JSON.stringify(shape).replaceAll('$', 'S'), (key, item: unknown) =>
        typeof item === 'string' ? `${item}\${t}` : item,
      ) as object;
      const [warning = ''] = warningsOf('shell', { command: 'cat', stdin: JSON.stringify(marked) });
      const shown: unknown = JSON.parse(`{${warning.slice(warning.indexOf('write ') + 6)}}`);
      const { value: resolved } = resolveValue(shown, createLayeredScope({ t: value }));
      expect(resolved).toEqual({ stdin: resolveValue(marked, createLayeredScope({ t: value })).value });
    }),
  );
});
