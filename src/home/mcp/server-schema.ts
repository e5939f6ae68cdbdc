// Defines the form of one server in `mcp.json`, and finds what is wrong with one.
import * as z from 'zod';
import { findNearestName } from '../../values/nearest-name.ts';

/** A name is part of the names of node types and files. */
export const SERVER_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/u;

const texts = z.record(z.string(), z.string());

const stdioServer = z.strictObject({
  type: z.literal('stdio').optional(),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: texts.default({}),
  cwd: z.string().min(1).optional(),
});

const httpServer = z.strictObject({
  type: z.enum(['http', 'streamable-http', 'streamableHttp']).optional(),
  url: z.string().min(1),
  headers: texts.default({}),
});

export type StdioServer = z.output<typeof stdioServer>;
export type HttpServer = z.output<typeof httpServer>;
/** Variables such as `${TOKEN}` are not filled in yet. */
export type ServerConfig = StdioServer | HttpServer;

/** Keys that other clients know and that change nothing here. */
const IGNORED = new Set([
  ...[
    'disabled',
    'description',
    'autoApprove',
    'alwaysAllow',
    'disabledTools',
    'timeout',
    'version',
    'gallery',
  ],
]);

export interface CheckedServer {
  /** Absent for a server that is disabled or not valid. */
  readonly config?: ServerConfig;
  /** Sentences that name the place. */
  readonly problems: readonly string[];
}

export function isHttp(config: ServerConfig): config is HttpServer {
  return 'url' in config;
}

export function checkServer(name: string, value: unknown): CheckedServer {
  const place = `mcpServers.${name}`;
  if (!SERVER_NAME.test(name)) {
    return {
      problems: [`${place}: the name takes letters, digits, - _ and ., and begins with a letter or a digit`],
    };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { problems: [`${place}: expected object`] };
  }
  const given = value as Readonly<Record<string, unknown>>;
  if (given['disabled'] === true) return { problems: [] };
  const problem = findKindProblem(given);
  if (problem !== undefined) return { problems: [`${place}${problem}`] };
  const schema = 'url' in given ? httpServer : stdioServer;
  const known = Object.fromEntries(Object.entries(given).filter(([key]) => !IGNORED.has(key)));
  const checked = schema.safeParse(known);
  if (checked.success) return { config: checked.data, problems: [] };
  const names = Object.keys(schema.shape);
  return { problems: checked.error.issues.flatMap((issue) => describeIssue(place, issue, names)) };
}

/** Returns the end of a sentence about a server that pflow cannot call. */
function findKindProblem(given: Readonly<Record<string, unknown>>): string | undefined {
  const { type } = given;
  if (type === 'sse')
    return '.type: "sse" is not supported; a server that also speaks streamable HTTP takes "http"';
  if ('url' in given && 'command' in given)
    return ': it has both a command and a url; a server has one of them';
  if ('url' in given || 'command' in given) return undefined;
  const nearest = Object.keys(given).flatMap((key) => {
    const meant = findNearestName(key, ['command', 'url']);
    return meant === undefined ? [] : [`; did you mean "${meant}" instead of "${key}"?`];
  });
  return `: it has neither a command nor a url${nearest[0] ?? ''}`;
}

function describeIssue(place: string, issue: z.core.$ZodIssue, names: readonly string[]): readonly string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const nearest = findNearestName(key, names);
      const suggestion =
        nearest === undefined ? `it takes ${names.join(', ')}` : `did you mean "${nearest}"?`;
      return `${place}: it has no "${key}"; ${suggestion}`;
    });
  }
  const where = [place, ...issue.path].join('.');
  if (issue.code === 'invalid_type')
    return [`${where}: expected ${issue.expected === 'record' ? 'object' : issue.expected}`];
  return [`${where}: ${issue.message.charAt(0).toLowerCase()}${issue.message.slice(1)}`];
}
