// Defines the options of `pflow report`.

export interface ReportOptions {
  readonly output?: string;
  readonly markdown?: boolean;
  /** Pages of runs, for a folder. */
  readonly limit?: number;
  readonly timeZone: string;
  readonly pricing?: string;
  readonly verbose?: boolean;
}
