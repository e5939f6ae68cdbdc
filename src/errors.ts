// The error that pflow shows to users: a code of this closed set, a sentence with the reason, and a hint with the way
// out. `docs/errors.md` has a heading for each code.

export const ERROR_CODES = [
  'USAGE',
  'FILE_NOT_FOUND',
  'FILE_UNREADABLE',
  'FILE_UNWRITABLE',
  'WORKFLOW_INVALID',
  'WORKFLOW_EXISTS',
  'NODE_MODULE_INVALID',
  'NODE_TYPE_UNKNOWN',
  'INPUT_MISSING',
  'INPUT_INVALID',
  'TEMPLATE_UNRESOLVED',
  'NODE_PARAMS_INVALID',
  'NODE_FAILED',
  'NODE_TIMEOUT',
  'LOOP_LIMIT',
  'RUN_TIMEOUT',
  'MAX_COST_REACHED',
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
  'LOG_CORRUPT',
  'LOG_EMPTY',
  'LOG_FORMAT_NEWER',
  'LOG_PARTIAL',
  'RUN_UNKNOWN',
  'PROJECTION_UNKNOWN',
  'PRICES_INVALID',
  'NO_PRICE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorFacts {
  /** The way out, one sentence. */
  readonly hint?: string;
  readonly node_id?: string;
  /** Where in a file or a value, such as `nodes[2].params.prompt`. */
  readonly path?: string;
  /** More lines for people: what exists, the nearest name, every problem found. */
  readonly details?: readonly string[];
  readonly cause?: unknown;
}

export class PflowError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly node_id: string | undefined;
  readonly path: string | undefined;
  readonly details: readonly string[];

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'PflowError';
    this.code = code;
    this.hint = facts.hint;
    this.node_id = facts.node_id;
    this.path = facts.path;
    this.details = facts.details ?? [];
  }

  /** Returns a copy with some facts, the code or the message replaced; the copy has this error as its cause unless given another. */
  with(changes: ErrorFacts & { readonly code?: ErrorCode; readonly message?: string }): PflowError {
    const { code = this.code, message = this.message, ...facts } = changes;
    const kept: Record<string, unknown> = { details: this.details, cause: this };
    if (this.hint !== undefined) kept['hint'] = this.hint;
    if (this.node_id !== undefined) kept['node_id'] = this.node_id;
    if (this.path !== undefined) kept['path'] = this.path;
    return new PflowError(code, message, { ...kept, ...facts });
  }
}

/** Exit codes of `spec` CLI: 1 failed or damaged, 2 nothing ran, 3 log incomplete, 4 out of budget, 130 interrupted. */
const EXIT_CODES: Partial<Record<ErrorCode, number>> = {
  USAGE: 2,
  FILE_NOT_FOUND: 2,
  FILE_UNREADABLE: 2,
  WORKFLOW_INVALID: 2,
  WORKFLOW_EXISTS: 2,
  NODE_MODULE_INVALID: 2,
  NODE_TYPE_UNKNOWN: 2,
  INPUT_MISSING: 2,
  INPUT_INVALID: 2,
  MODEL_UNKNOWN: 2,
  MODEL_KEY_MISSING: 2,
  PLAN_UNCONFIRMED: 2,
  LOG_EXISTS: 2,
  LOG_UNWRITABLE: 2,
  LOG_INCOMPLETE: 3,
  MAX_COST_REACHED: 4,
  RUN_UNKNOWN: 2,
  PROJECTION_UNKNOWN: 2,
  PRICES_INVALID: 2,
  INTERRUPTED: 130,
};

export function exitCodeOf(code: ErrorCode): number {
  return EXIT_CODES[code] ?? 1;
}
