// Every list prints the same formats: a line for each row as NDJSON, with a heading as CSV and Markdown.
import { expect, test } from 'vitest';
import { ECHO, workbench } from '../../support/workbench.ts';

const MCP = { mcpServers: { board: { command: 'node', args: ['board.js'] } } };

test.each([
  ['registry list read-file', 'type', 'read-file'],
  ['workflow list', 'name', 'saved'],
  ['projections', 'name', 'cost'],
  ['mcp list', 'server', 'board'],
])('pflow %s prints its rows as NDJSON, CSV and Markdown', async (command, column, value) => {
  const home = workbench();
  const bench = workbench({ PFLOW_HOME: home.folder });
  home.write('mcp.json', MCP);
  bench.write('saved.json', ECHO);
  await bench.run(['workflow', 'save', 'saved.json']);
  const printed = async (format: string): Promise<string> => {
    const { code, stdout } = await bench.run([...command.split(' '), '--format', format]);
    expect(code).toBe(0);
    return stdout;
  };
  const rows = (await printed('ndjson'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const found = rows.find((row) => row[column] === value);
  expect(Object.keys(found ?? {})).toContain(column);
  const csv = (await printed('csv')).trimEnd().split('\r\n');
  expect(csv).toHaveLength(rows.length + 1);
  expect(csv[0]?.split(',')[0]).toBe(column);
  const markdown = (await printed('markdown')).trimEnd().split('\n');
  expect(markdown).toHaveLength(rows.length + 2);
  expect(markdown[0]?.startsWith(`| ${column} |`)).toBe(true);
  expect(await printed('json')).toBe((await bench.run([...command.split(' '), '--json'])).stdout);
  expect(await printed('table')).toBe((await bench.run(command.split(' '))).stdout);
});
