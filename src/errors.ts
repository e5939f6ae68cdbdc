// Defines the error that pflow shows to users. `docs/errors.md` describes each code.

/** Every error code. */
export const ERROR_CODES = [
  'USAGE',
  'FILE_NOT_FOUND',
  'FILE_UNREADABLE',
  'FILE_UNWRITABLE',
  'WORKFLOW_INVALID',
  'WORKFLOW_EXISTS',
  'NODE_MODULE_INVALID',
  'NODE_TYPE_UNKNOWN',
  'MCP_CONFIG_INVALID',
  'MCP_SERVER_UNKNOWN',
  'MCP_SDK_MISSING',
  'MCP_SERVER_FAILED',
  'MCP_TOOL_UNKNOWN',
  'MCP_TOOL_FAILED',
  'MCP_RESULT_TOO_LARGE',
  'INPUT_MISSING',
  'INPUT_INVALID',
  'TEMPLATE_UNRESOLVED',
  'NODE_PARAMS_INVALID',
  'NODE_FAILED',
  'NODE_TIMEOUT',
  'LOOP_LIMIT',
  'APPROVAL_REQUIRED',
  'APPROVAL_DENIED',
  'RUN_TIMEOUT',
  'MAX_COST_REACHED',
  'COST_UNKNOWN',
  'MODEL_UNKNOWN',
  'MODEL_KEY_MISSING',
  'MODEL_AUTHENTICATION',
  'MODEL_QUOTA',
  'MODEL_RATE_LIMITED',
  'MODEL_OVERLOADED',
  'MODEL_NETWORK',
  'MODEL_REQUEST_INVALID',
  'MODEL_REFUSED',
  'MODEL_ANSWER_INVALID',
  'ANSWER_NOT_RECORDED',
  'PLAN_INVALID',
  'PLAN_UNCONFIRMED',
  'OUTPUT_MISSING',
  'INTERRUPTED',
  'LOG_EXISTS',
  'LOG_UNWRITABLE',
  'LOG_INCOMPLETE',
  'NOT_A_LOG',
  'LOG_CORRUPT',
  'LOG_EMPTY',
  'LOG_FORMAT_NEWER',
  'LOG_PARTIAL',
  'RUN_UNKNOWN',
  'RUN_SUCCEEDED',
  'RUN_ACTIVE',
  'RUN_CONTINUED',
  'RUN_UNRESUMABLE',
  'NODES_CHANGED',
  'NODE_NOT_REACHED',
  'RERUN_UNCONFIRMED',
  'VALUE_NOT_KEPT',
  'PROJECTION_UNKNOWN',
  'PRICES_INVALID',
  'PRICES_UNAVAILABLE',
  'NO_PRICE',
  'EXPORT_FAILED',
  'ENGINE_MISSING',
  'DATABASE_UNAVAILABLE',
  'INTERNAL',
] as const;

/** One of `ERROR_CODES`. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** One problem of a file or of inputs, for programs. */
export interface ErrorProblem {
  /** For example `nodes[2].params.prompt`, or `inputs.file`; empty for the whole. */
  readonly path: string;
  /** The rule that it breaks, such as `REFERENCE_UNKNOWN`. */
  readonly code: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** How the command of a failed node ended. Of stdout and stderr the last 2 KB. */
export interface CommandEnd {
  readonly command: string;
  /** -1 when a signal ended it or it never started. */
  readonly exit_code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What an error contains besides its code and message. */
export interface ErrorFacts {
  /** What the user can do, in one sentence. */
  readonly hint?: string;
  /** The node that failed. */
  readonly node_id?: string;
  /** The place in a file or a value, such as `nodes[2].params.prompt`. */
  readonly path?: string;
  /** More lines for people: available names, the nearest name, every problem found. */
  readonly details?: readonly string[];
  /** The problems of a workflow, of params or of inputs, which `details` has as lines. */
  readonly problems?: readonly ErrorProblem[];
  /** Present for a command that failed. */
  readonly commandEnd?: CommandEnd;
  readonly cause?: unknown;
}

/** Names and texts in a message may have any length. */
const LONGEST_MESSAGE = 10_000;

/** Ends in the mark of cut texts, by which a redactor recognises half a secret. */
function shorten(text: string): string {
  return text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text;
}

/** The only error that pflow throws on purpose: a code, a sentence with the reason, and what the user can do. */
export class PflowError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly node_id: string | undefined;
  readonly path: string | undefined;
  readonly details: readonly string[];
  readonly problems: readonly ErrorProblem[];
  readonly commandEnd: CommandEnd | undefined;

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(shorten(message), facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'PflowError';
    this.code = code;
    this.hint = facts.hint === undefined ? undefined : shorten(facts.hint);
    this.node_id = facts.node_id;
    this.path = facts.path;
    this.details = (facts.details ?? []).map((line) => shorten(line));
    this.problems = facts.problems ?? [];
    this.commandEnd = facts.commandEnd;
  }

  /** Returns a copy with replaced facts, code or message. By default this error is the cause of the copy. */
  with(changes: ErrorFacts & { readonly code?: ErrorCode; readonly message?: string }): PflowError {
    const { code = this.code, message = this.message, ...facts } = changes;
    const kept: Record<string, unknown> = { details: this.details, problems: this.problems, cause: this };
    if (this.commandEnd !== undefined) kept['commandEnd'] = this.commandEnd;
    if (this.hint !== undefined) kept['hint'] = this.hint;
    if (this.node_id !== undefined) kept['node_id'] = this.node_id;
    if (this.path !== undefined) kept['path'] = this.path;
    return new PflowError(code, message, { ...kept, ...facts });
  }
}
