// Defines what the page of a comparison shows.

export interface ComparedRun {
  readonly name: 'a' | 'b';
  readonly workflow: string;
  readonly status: string;
  readonly run: string;
  readonly file: string;
}

/** A value of both runs, as text. */
export interface ComparedFigure {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export interface ShownChange {
  /** What differs, such as `inputs.topic`. */
  readonly what: string;
  /** Null where the run has no such value. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface ComparedNode {
  readonly node: string;
  readonly status: string;
  readonly time: string;
  readonly cost: string;
  readonly isDifferent: boolean;
}

export interface DiffFacts {
  readonly title: string;
  readonly runs: readonly ComparedRun[];
  /** `same path` and the like. */
  readonly verdicts: readonly { readonly text: string; readonly isSame: boolean }[];
  readonly figures: readonly ComparedFigure[];
  readonly changes: readonly ShownChange[];
  /** Differences that are not shown. */
  readonly more: number;
  readonly nodes: readonly ComparedNode[];
}
