// Answers commands and options of earlier versions with their present names.

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
];

/** Returns undefined where the words are not an old spelling. */
export function answerOldSpelling(args: readonly string[]): string | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const found = SPELLINGS.find(([[first = '', second]]) =>
    first.startsWith('--')
      ? args.includes(first)
      : words[0] === first && (second === undefined || words[1] === second),
  );
  return found?.[1];
}
