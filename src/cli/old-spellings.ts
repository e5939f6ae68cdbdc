// Answers commands and options of earlier versions and of other tools with those of pflow.

const LIST_RUNS = 'It is pflow runs.';
const SHOW_RUN = 'It is pflow show RUN.';
const SUM_COSTS = 'It is pflow spend.';
const LIST_TYPES = 'It is pflow registry list.';

/** Each is what the command line holds, in this order, and what to write instead. */
const SPELLINGS: readonly (readonly [readonly string[], string])[] = [
  [['--validate-only'], 'pflow validate FILE checks a workflow without running it.'],
  [['--no-trace'], 'There is no trace without --trace; leave it out.'],
  [['--only'], 'pflow probe TYPE key=value runs one node alone.'],
  [['--no-cache'], 'Answers are repeated with --answers LOG only; leave it out.'],
  [['--report'], 'pflow replay LOG --project summary --format table reports on a run.'],
  [['workflow', 'describe'], 'It is pflow workflow show NAME.'],
  [['workflow', 'discover'], 'It is pflow workflow list WORDS.'],
  [['workflow', 'history'], 'It is pflow workflow show NAME --json.'],
  [['workflow', 'run'], 'It is pflow run NAME.'],
  [['registry', 'run'], 'It is pflow probe TYPE key=value.'],
  [['registry', 'discover'], 'It is pflow registry list WORDS.'],
  [['registry', 'search'], 'It is pflow registry list WORDS.'],
  [['settings', 'set-env'], 'It is pflow settings set env.NAME VALUE.'],
  [['settings', 'unset-env'], 'It is pflow settings unset env.NAME.'],
  [['settings', 'list-env'], 'It is pflow settings show env.'],
  [['settings', 'deny'], 'It is pflow settings set deny \'["TYPE"]\'.'],
  [['settings', 'allow'], 'It is pflow settings unset deny.'],
  [['settings', 'llm'], 'It is pflow settings set default_model MODEL.'],
  [['instructions'], 'It is pflow guide.'],
  [['read-fields'], 'It is pflow replay LOG --project store.'],
  [['logs'], LIST_RUNS],
  [['history'], LIST_RUNS],
  [['ls'], LIST_RUNS],
  [['ps'], LIST_RUNS],
  [['log'], SHOW_RUN],
  [['trace'], SHOW_RUN],
  [['inspect'], SHOW_RUN],
  [['tail'], 'pflow show last --follow prints what happens in a run until it ends.'],
  [['status'], 'pflow runs lists runs with their status, pflow show one run.'],
  [['cost'], SUM_COSTS],
  [['costs'], SUM_COSTS],
  [['metrics'], 'pflow replay LOG --project metrics prints the metrics of a run.'],
  [['models'], 'pflow prices lists models with their prices.'],
  [['nodes'], LIST_TYPES],
  [['types'], LIST_TYPES],
  [['config'], 'It is pflow settings.'],
  [['lint'], 'It is pflow validate FILE.'],
  [['retry'], 'It is pflow resume RUN.'],
  [['continue'], 'It is pflow resume RUN.'],
  [['version'], 'It is pflow --version.'],
];

/** Verbs that may begin a sentence, too. They count alone, and before a run or a file. */
const VERBS: ReadonlyMap<string, string> = new Map([
  ['last', 'pflow show last shows the last run.'],
  ['list', 'pflow runs lists runs, pflow workflow list saved workflows, pflow registry list node types.'],
  ['explain', SHOW_RUN],
  ['check', 'It is pflow validate FILE.'],
  ['new', 'It is pflow init NAME.'],
  ['create', 'It is pflow init NAME.'],
  ['serve', 'pflow view serves pages about runs, pflow mcp serve workflows for MCP clients.'],
  ['convert', 'It is pflow import FILE.'],
]);

const RUN_NAME = /^last|\.ndjson$|\.json$|\/$/u;

/** Returns undefined where the words are not an old spelling. */
export function answerOldSpelling(args: readonly string[]): string | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const found = SPELLINGS.find(([[first = '', second]]) =>
    first.startsWith('--')
      ? args.includes(first)
      : words[0] === first && (second === undefined || words[1] === second),
  );
  return found?.[1] ?? answerVerb(words);
}

function answerVerb([verb = '', object, ...others]: readonly string[]): string | undefined {
  if (object !== undefined && (others.length > 0 || !RUN_NAME.test(object))) return undefined;
  return VERBS.get(verb);
}
