// An import renames the time of a request, wherever a template can read it.
import { expect, test } from 'vitest';
import { importWorkflow } from '../../src/importer/import-workflow.ts';
import { loadNodeTypes } from '../../src/nodes/registry.ts';

const types = await loadNodeTypes(['http', 'echo']);
const request = { id: 'h', type: 'http', params: { url: 'http://x/${item}' }, batch: { items: [1] } };
const echo = (message: string, batch?: object): object => ({
  ...{ id: 'e', type: 'echo', params: { message } },
  ...(batch === undefined ? {} : { batch }),
});

async function importNodes(...nodes: readonly object[]): Promise<readonly [unknown, readonly string[]]> {
  const { ir, notes } = await importWorkflow({
    text: JSON.stringify({ nodes }),
    file: 'old.json',
    loadTypes: () => Promise.resolve(types),
    isJavaScript: () => true,
  });
  const params = (ir as { nodes: { params: unknown }[] }).nodes.at(-1)?.params;
  return [params, notes.map(({ message }) => message)];
}

const NOTE = 'response_time (seconds) is response_time_ms now, in milliseconds';

test.each([
  ['of a request', echo('${h.response_time}'), '${h.response_time_ms}'],
  [
    'in the results of a batch',
    echo('${h.results[0].response_time} ${h.successes[${__index__}].response_time}'),
    '${h.results[0].response_time_ms} ${h.successes[${__index__}].response_time_ms}',
  ],
  [
    'of an item that is such a result',
    echo('${one.response_time}', { items: '${h.results}', as: 'one' }),
    '${one.response_time_ms}',
  ],
])('the time %s is renamed, with a note', async (_what, node, message) => {
  expect(await importNodes(request, node)).toEqual([{ message }, [NOTE]]);
});

test('a member of that name that is not a time of a request stays', async () => {
  const message =
    '${other.response_time} ${h.response.response_time} ${h.response_time_ms} ${item.response_time}';
  expect(await importNodes(request, echo(message, { items: [{ response_time: 1 }] }))).toEqual([
    { message },
    [],
  ]);
});
