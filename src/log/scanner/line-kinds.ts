// Numbers the kinds of lines for the scanner and its caller. AssemblyScript compiles this file too, so it contains only
// constants.

/** Types that the scanner decodes; `scan` returns one of these numbers for a decoded line. */
export const NODE_STARTED = 1;
export const NODE_COMPLETED = 2;
export const LLM_COMPLETED = 3;
/** Without the prompt or the answer. */
export const LLM_PROMPTED = 4;
export const LLM_ANSWERED = 5;
/** Without its nodes. */
export const WORKFLOW_STARTED = 6;
export const WORKFLOW_COMPLETED = 7;
export const LLM_SENT = 8;
export const RUN_COMPLETED = 9;

/** Other results of `scan`: no complete line is left, or the line is not recognised. */
export const NO_LINE = 0;
export const UNRECOGNISED = 32;

/** Other treatments of a type: skip its lines, parse them, or parse them even if their run is not requested. */
export const SKIP = 0;
export const PARSE = 32;
export const FRAME = 33;
