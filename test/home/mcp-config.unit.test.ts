// Invariant: mcp.json is read as other clients write it, every problem in it is named, and what it holds is secret.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { readHomeSecrets } from '../../src/home/home-secrets.ts';
import { readMcpConfig } from '../../src/home/mcp/config.ts';
import { digestOf, writeStoredServer } from '../../src/home/mcp/stored-tools.ts';
import { explainUnknownToolType, loadToolTypes } from '../../src/home/mcp/tool-types.ts';
import { fillVariables } from '../../src/home/mcp/variables.ts';
import { createRedactor } from '../../src/log/secrets/redaction.ts';
import { mcpHome } from '../support/mcp-home.ts';

function errorOf(work: () => unknown): PflowError {
  try {
    work();
  } catch (error) {
    if (error instanceof PflowError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a valid file', () => {
  test('may have what only other clients read', () => {
    const { env } = mcpHome(
      JSON.stringify({
        globalShortcut: 'Ctrl+Space',
        mcpServers: {
          files: { type: 'stdio', command: 'npx', args: ['-y', 'files'], autoApprove: [], disabled: false },
          web: {
            type: 'http',
            url: 'https://example.com/mcp',
            headers: { Authorization: 'Bearer ${TOKEN}' },
          },
          off: { command: 'x', disabled: true },
        },
      }),
    );
    expect([...readMcpConfig(env).servers]).toEqual([
      ['files', { type: 'stdio', command: 'npx', args: ['-y', 'files'], env: {} }],
      [
        'web',
        { type: 'http', url: 'https://example.com/mcp', headers: { Authorization: 'Bearer ${TOKEN}' } },
      ],
    ]);
  });

  test('may be absent', () => {
    expect(readMcpConfig({ PFLOW_HOME: '/no/such/folder' }).servers.size).toBe(0);
  });
});

describe('a file that is not valid', () => {
  const wrong = (server: unknown): string => JSON.stringify({ mcpServers: { one: server } });

  test.each([
    ['{"mcpServers": {', 'is not JSON'],
    ['[]', 'it is not an object'],
    ['{"servers": {}}', 'it has "servers"; the key is "mcpServers" here'],
    ['{}', 'it has no "mcpServers"'],
    ['{"mcpServers": []}', 'mcpServers: expected object'],
    [
      '{"mcpServers": {"a": {"command": "x"}, "a": {"command": "y"}}}',
      'the key "a" of mcpServers occurs twice',
    ],
    [wrong('npx'), 'mcpServers.one: expected object'],
    [wrong({}), 'mcpServers.one: it has neither a command nor a url'],
    [wrong({ comand: 'x' }), 'did you mean "command" instead of "comand"?'],
    [wrong({ command: 'x', url: 'http://y' }), 'it has both a command and a url'],
    [wrong({ command: 'x', args: 'y' }), 'mcpServers.one.args: expected array'],
    [wrong({ command: 'x', env: { A: 1 } }), 'mcpServers.one.env.A: expected string'],
    [wrong({ command: 'x', argz: [] }), 'mcpServers.one: it has no "argz"; did you mean "args"?'],
    [wrong({ type: 'sse', url: 'http://y' }), 'mcpServers.one.type: "sse" is not supported'],
    ['{"mcpServers": {"a b": {"command": "x"}}}', 'mcpServers.a b: the name takes letters, digits'],
  ])('%s: %s', (text, expected) => {
    const { env } = mcpHome(text);
    const { code, message, hint } = errorOf(() => readMcpConfig(env));
    expect(code).toBe('MCP_CONFIG_INVALID');
    expect(message).toContain(expected);
    expect(message).toContain(join(env['PFLOW_HOME'] ?? '', 'mcp.json'));
    expect(hint).toContain('"mcpServers"');
  });

  test('has all of its problems listed', () => {
    const { env } = mcpHome({ one: {}, two: { command: 1 } });
    expect(errorOf(() => readMcpConfig(env)).details).toEqual([
      'mcpServers.one: it has neither a command nor a url',
      'mcpServers.two.command: expected string',
    ]);
  });
});

describe('variables', () => {
  const config = {
    command: '${BIN}/server',
    args: ['${DIR:-/tmp}', '$HOME', '${EMPTY:-full}', '${not a name}'],
    env: { TOKEN: '${SECRET_A}' },
  };

  test('are filled in, or take their default', () => {
    expect(fillVariables('one', config, { BIN: '/bin', SECRET_A: 'abc', EMPTY: '' })).toEqual({
      command: '/bin/server',
      args: ['/tmp', '$HOME', 'full', '${not a name}'],
      env: { TOKEN: 'abc' },
    });
  });

  test('that are not set are named, all of them', () => {
    const { code, message, hint } = errorOf(() => fillVariables('one', config, {}));
    expect([code, message]).toEqual([
      'MCP_CONFIG_INVALID',
      'the MCP server one needs BIN, SECRET_A, which is not set',
    ]);
    expect(hint).toContain('${BIN:-…}');
  });

  test('and texts under secret names are redacted, folders of the user are not', () => {
    const { env: home } = mcpHome({
      one: { command: 'x', args: ['${PLAIN}', '${HOME}'], env: { API_TOKEN: 'written-in-the-file' } },
      two: { url: 'http://x', headers: { Authorization: 'Bearer in-a-header-1' } },
    });
    const env = { ...home, PLAIN: 'value-of-plain', HOME: '/home/somebody' };
    const redactor = createRedactor({ env, ...readHomeSecrets(env) });
    const text = 'value-of-plain /home/somebody written-in-the-file in-a-header-1';
    expect(redactor.redact(text)).toBe(
      '<redacted:PLAIN> /home/somebody <redacted:API_TOKEN> <redacted:Authorization>',
    );
  });

  test('make nothing secret in a file that is not valid', () => {
    const { env } = mcpHome('{');
    expect(readHomeSecrets(env)).toEqual({ variables: [], secrets: {}, settings: [] });
  });
});

describe('types', () => {
  const tool = { name: 'b-c', input_schema: { type: 'object' } };

  function store(env: Readonly<Record<string, string>>, server: string, names: readonly string[]): void {
    writeStoredServer(env, {
      server,
      synced_at: new Date(0).toISOString(),
      config_digest: digestOf({ command: 'x', args: [], env: {} }),
      tools: names.map((name) => ({ ...tool, name })),
    });
  }

  test('of two tools with the same name are refused', () => {
    const { env } = mcpHome({ a: { command: 'x' }, 'a-b': { command: 'y' } });
    store(env, 'a', ['b-c']);
    store(env, 'a-b', ['c']);
    expect(errorOf(() => loadToolTypes(env)).message).toBe(
      'the MCP servers a and a-b both have a tool for the type mcp-a-b-c',
    );
  });

  test('of servers that are not configured any more do not exist', () => {
    const { env } = mcpHome({ files: { command: 'x' } });
    store(env, 'gone', ['read']);
    store(env, 'files', ['read']);
    expect([...loadToolTypes(env).types.keys()]).toEqual(['mcp-files-read']);
    expect(explainUnknownToolType('mcp-gone-read', env)).toContain('its servers: files');
  });

  test.each([
    ['mcp-file-read', 'its servers: files, other; did you mean "files"?'],
    ['mcp-other-read', 'the tools of the MCP server "other" are not known yet; run: pflow mcp sync other'],
    ['mcp-files-raed', 'no tool "raed"; its tools: read, write; did you mean "mcp-files-read"?'],
    ['mcp-', 'no MCP server in'],
  ])('that do not exist are explained: %s', (type, expected) => {
    const { env } = mcpHome({ files: { command: 'x' }, other: { command: 'y' } });
    store(env, 'files', ['read', 'write']);
    expect(explainUnknownToolType(type, env)).toContain(expected);
  });

  test('from a damaged file are an error that names the way out', () => {
    const { env } = mcpHome({ files: { command: 'x' } });
    store(env, 'files', ['read']);
    writeFileSync(join(env['PFLOW_HOME'] ?? '', 'mcp/files.json'), '{"tools": 3}');
    const { code, hint } = errorOf(() => loadToolTypes(env));
    expect([code, hint]).toEqual(['MCP_CONFIG_INVALID', 'Write it again: pflow mcp sync files']);
  });
});
