// Describes problems and losses of an import.

export interface TextProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

export interface ImportNote {
  /** Counted from 1; absent for a workflow that is JSON. */
  readonly line?: number;
  readonly message: string;
  /** A part of the workflow does not work as before. */
  readonly isLost: boolean;
}
