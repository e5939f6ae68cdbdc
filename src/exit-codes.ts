// Maps error codes to exit codes of the command line.
import type { ErrorCode } from './errors.ts';

/** Codes with another exit code than 1: 2 nothing ran, 3 log incomplete, 4 stopped by --max-cost, 5 paused. */
const EXIT_CODES: Partial<Record<ErrorCode, number>> = {
  USAGE: 2,
  FILE_NOT_FOUND: 2,
  FILE_UNREADABLE: 2,
  WORKFLOW_INVALID: 2,
  WORKFLOW_EXISTS: 2,
  NODE_MODULE_INVALID: 2,
  NODE_TYPE_UNKNOWN: 2,
  MCP_CONFIG_INVALID: 2,
  MCP_SERVER_UNKNOWN: 2,
  MCP_SDK_MISSING: 2,
  ENGINE_MISSING: 2,
  INPUT_MISSING: 2,
  INPUT_INVALID: 2,
  MODEL_UNKNOWN: 2,
  MODEL_KEY_MISSING: 2,
  PLAN_UNCONFIRMED: 2,
  OUTPUT_MISSING: 2,
  NOT_A_LOG: 2,
  LOG_EXISTS: 2,
  LOG_UNWRITABLE: 2,
  LOG_INCOMPLETE: 3,
  MAX_COST_REACHED: 4,
  COST_UNKNOWN: 4,
  APPROVAL_REQUIRED: 5,
  RUN_UNKNOWN: 2,
  RUN_SUCCEEDED: 2,
  RUN_ACTIVE: 2,
  RUN_CONTINUED: 2,
  RUN_UNRESUMABLE: 2,
  NODES_CHANGED: 2,
  NODE_NOT_REACHED: 2,
  RERUN_UNCONFIRMED: 2,
  VALUE_NOT_KEPT: 2,
  PROJECTION_UNKNOWN: 2,
  PRICES_INVALID: 2,
  INTERRUPTED: 130,
};

/** Returns the exit code of the command line for an error. */
export function exitCodeOf(code: ErrorCode): number {
  return EXIT_CODES[code] ?? 1;
}
