// The processes for which the files of the program are grouped: what people run most, and the entry points that such a
// process loads. Each file that a process opens takes it almost a millisecond.

export interface FrequentProcess {
  /** How often it runs; any other entry point counts 1. */
  readonly weight: number;
  /** Ends of the paths of its entry points in `dist`. Every process has more: the program itself. */
  readonly entries: readonly string[];
}

const RUN = ['cli/run/command.js', 'cli/run/run-file.js'];

const LOG = [
  'cli/run/run-observation.js',
  'home/prices/pricing.js',
  'log/write/line-encoder.js',
  'models/model-name.js',
  'projections/metrics/projection.js',
  'projections/warnings/projection.js',
  'replay/price-warnings.js',
  'run/instrument-run.js',
  'run/nested/nested-secrets.js',
  'run/run-log.js',
];

const MODEL = [
  'home/prices/pricing.js',
  'models/answer-warnings.js',
  'models/credentials.js',
  'models/model-name.js',
  'models/provider-client.js',
  'models/structured-answer.js',
  'nodes/llm.js',
];

const READ = [
  'home/default-logs.js',
  'home/prices/pricing.js',
  'replay/price-warnings.js',
  'replay/threads.js',
];

const SPEND = ['projections/spend/projection.js', 'replay/kept-spend.js', 'replay/requested-spend.js'];

const ONE_RUN = [
  'projections/failure/projection.js',
  'projections/runs/projection.js',
  'projections/steps/projection.js',
  'projections/store/projection.js',
  'projections/timeline/projection.js',
  'projections/warnings/projection.js',
];

export const FREQUENT_PROCESSES: readonly FrequentProcess[] = [
  { weight: 600, entries: [...RUN, 'nodes/echo.js'] },
  { weight: 90, entries: [...RUN, ...MODEL, 'nodes/shell.js'] },
  { weight: 90, entries: [...RUN, ...LOG, 'nodes/echo.js'] },
  { weight: 90, entries: [...RUN, ...LOG, ...MODEL, 'nodes/shell.js', 'nodes/http.js'] },
  { weight: 60, entries: ['cli/validate/command.js', 'cli/validate/execute-validate.js', 'nodes/echo.js'] },
  { weight: 90, entries: [...READ, ...SPEND, 'cli/spend/command.js', 'cli/spend/report-spend.js'] },
  {
    weight: 60,
    entries: [
      ...READ,
      ...SPEND,
      'cli/runs/command.js',
      'cli/runs/print-runs.js',
      'projections/runs/projection.js',
    ],
  },
  { weight: 60, entries: [...READ, ...SPEND, ...ONE_RUN, 'cli/show/command.js', 'cli/show/show-run.js'] },
  {
    weight: 30,
    entries: [...READ, ...SPEND, ...ONE_RUN, 'cli/report/command.js', 'cli/report/report-runs.js'],
  },
  {
    weight: 60,
    entries: [
      ...READ,
      'cli/replay/command.js',
      'cli/replay/print-projections.js',
      'projections/metrics/projection.js',
    ],
  },
  {
    weight: 30,
    entries: ['cli/verify/command.js', 'cli/verify/verify-logs.js', 'projections/partners/projection.js'],
  },
];
