// Recognises JSON that is not a log: a workflow, a result, a price file, the session of another tool.
import { isObject } from '../../values/json-fields.ts';

/** What a file that is not a log looks like, and what takes it. */
export interface ForeignContent {
  /** A noun with its article. */
  readonly what: string;
  /** Names the command that takes it. */
  readonly hint?: string;
}

type Members = Readonly<Record<string, unknown>>;

/** Recognises a text that is one JSON value. Returns undefined for any other text. */
export function recogniseDocument(text: string): ForeignContent | undefined {
  const value = parse(text);
  if (value === undefined) return undefined;
  if (!isObject(value)) return { what: Array.isArray(value) ? 'a JSON list' : 'a JSON value' };
  return DOCUMENTS.find(({ is }) => is(value)) ?? recogniseObject(value) ?? { what: 'a JSON object' };
}

/** Recognises a file by the first of its lines, if that is JSON. */
export function recogniseLine(line: string): ForeignContent | undefined {
  const value = parse(line);
  if (value === undefined) return undefined;
  return (isObject(value) ? recogniseObject(value) : undefined) ?? { what: 'lines of JSON' };
}

interface Kind extends ForeignContent {
  readonly is: (members: Members) => boolean;
}

const DOCUMENTS: readonly Kind[] = [
  {
    is: ({ is_error, result, status }) =>
      is_error !== undefined && (result !== undefined || status !== undefined),
    what: 'the JSON document of a run',
    hint: 'The log of a run is the file that --log names.',
  },
  {
    is: ({ execution_id, nodes, final_status }) =>
      execution_id !== undefined && (nodes ?? final_status) !== undefined,
    what: 'a trace',
    hint: 'pflow replay LOG --project trace makes the trace of a log.',
  },
  {
    is: ({ nodes }) => Array.isArray(nodes) || isObject(nodes),
    what: 'a workflow',
    hint: 'pflow run FILE runs a workflow, pflow validate FILE checks it.',
  },
  {
    is: ({ models, prices }) => Array.isArray(models) || Array.isArray(prices),
    what: 'a price file',
    hint: 'pflow replay LOG --pricing FILE uses a price file.',
  },
  {
    is: ({ mcpServers }) => isObject(mcpServers),
    what: 'a list of MCP servers',
  },
  {
    is: ({ providers, default_model, planner_model }) =>
      (providers ?? default_model ?? planner_model) !== undefined,
    what: 'the settings of pflow',
    hint: 'pflow reads them from settings.json in PFLOW_HOME.',
  },
  { is: ({ resourceSpans }) => Array.isArray(resourceSpans), what: 'an OpenTelemetry export' },
  { is: ({ $schema }) => typeof $schema === 'string', what: 'a JSON Schema or a file with one' },
];

/** What another program writes line by line. */
const LINES: readonly Kind[] = [
  {
    is: ({ type, payload }) =>
      isObject(payload) && /^(?:session_meta|response_item|event_msg|turn_context)$/u.test(String(type)),
    what: 'a session of Codex',
  },
  {
    is: ({ type, sessionId, uuid, leafUuid }) =>
      (typeof sessionId === 'string' && (typeof uuid === 'string' || typeof type === 'string')) ||
      (type === 'summary' && typeof leafUuid === 'string'),
    what: 'a session of Claude Code',
  },
];

function recogniseObject(members: Members): ForeignContent | undefined {
  return LINES.find(({ is }) => is(members));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
