// Lists the programs that read words or their stdin as code, by option.

export interface Interpreter {
  readonly program: RegExp;
  /** Options whose next word is code, or whose value after `=` is. */
  readonly code: RegExp;
  /** Letters of options without a value, which may precede such an option in its word. */
  readonly flags?: string;
  /** Names whose value after `=` is code. */
  readonly assigned?: RegExp;
  /** Options before a word `NAME=value`: code if its name is in `assigned` or holds a reference. */
  readonly settings?: RegExp;
  /** How words begin of which the rest is code. */
  readonly prefix?: RegExp;
  /** With such an option, operands that look so are run instead of read. */
  readonly opens?: { readonly option: RegExp; readonly operand: RegExp };
  /** All words after such an option are code. */
  readonly takesRest?: boolean;
  /** Which operand is code, from 0; with `takesRest` all from there. Not if an option holds code. */
  readonly operand?: number;
  /** Options that name a file with code: then no operand is code. */
  readonly file?: RegExp;
  /** Options that take the next word, and those that take the next two. */
  readonly values?: RegExp;
  readonly pairs?: RegExp;
  /** What comes on stdin is code, unless an option or an operand holds some. */
  readonly readsStdin?: boolean;
  /** How the code reads the variable `NAME`. */
  readonly read?: string;
  /** What to do where the code cannot read variables; `TEMPLATE` is the text of the value. */
  readonly instead?: string;
  /** How many operands name what the code from stdin is for, such as a database. */
  readonly targets?: number;
  /** The code is a script of a shell. */
  readonly isShell?: boolean;
  /** Rules for the words behind one of its commands, as behind `rebase` of git. */
  readonly commands?: readonly Interpreter[];
}

export const NO_OPTION = /(?!)/u;
const BOUND = 'give TEMPLATE as an argument to a program that binds it to the statement';

export const INTERPRETERS: readonly Interpreter[] = [
  {
    program: /^(?:python|pypy|ipython|jython|sage)[\d.]*$/u,
    flags: 'BEIOsSuvx',
    code: /^(?:-[a-zA-Z]*c|--\w+\.code_to_run)$/u,
    read: 'os.environ["NAME"]',
    readsStdin: true,
  },
  {
    program: /^perl[\d.]*$/u,
    flags: 'lanpwWtTsuUX0',
    code: /^-(?:[a-zA-Z\d.]*[eE]|[mM])$/u,
    opens: { option: /^-[a-zA-Z\d.]*[np]/u, operand: /^\s*\||\|\s*$/u },
    read: '$ENV{NAME}',
    readsStdin: true,
  },
  {
    program: /^(?:ruby|jruby)[\d.]*$/u,
    flags: 'lanpsw',
    code: /^-[a-zA-Z\d.]*e$/u,
    read: 'ENV["NAME"]',
    readsStdin: true,
  },
  { program: /^lua[\d.]*$/u, code: /^-e$/u, read: 'os.getenv("NAME")', readsStdin: true },
  { program: /^osascript$/u, code: /^-e$/u, read: 'system attribute "NAME"', readsStdin: true },
  { program: /^(?:Rscript|R)$/u, code: /^-e$/u, read: 'Sys.getenv("NAME")', readsStdin: true },
  { program: /^julia$/u, code: /^(?:-[eE]|--eval|--print)$/u, read: 'ENV["NAME"]', readsStdin: true },
  { program: /^(?:elixir|iex)$/u, code: /^(?:-e|--eval|--rpc-eval)$/u, read: 'System.get_env("NAME")' },
  { program: /^(?:ghc|expect|tclsh)$/u, code: /^-[ec]$/u, readsStdin: true },
  {
    program: /^(?:node|nodejs|bun|tsx|ts-node)$/u,
    code: /^(?:-e|-p|-pe|--eval|--print|eval)$/u,
    prefix: /^--(?:import|(?:experimental-)?loader)=data:/u,
    read: 'process.env.NAME',
    readsStdin: true,
  },
  {
    program: /^deno$/u,
    code: /^eval$/u,
    read: 'Deno.env.get("NAME")',
    readsStdin: true,
    commands: [
      { program: /^(?:run|test|bench|serve|x)$/u, code: NO_OPTION, prefix: /^(?:--preload=)?data:/u },
    ],
  },
  { program: /^php[\d.]*$/u, code: /^(?:-[rBRE]|--execute)$/u, read: 'getenv("NAME")', readsStdin: true },
  {
    program: /^(?:pwsh|powershell)$/iu,
    code: /^-(?:c(?:o(?:m(?:m(?:a(?:n(?:d)?)?)?)?)?)?|e(?:c|n[a-z]*)?)$/iu,
    takesRest: true,
    read: '$env:NAME',
    readsStdin: true,
  },
  { program: /^cmd$/iu, code: /^\/[ck]$/iu, takesRest: true, read: '%NAME%' },
  {
    program: /^(?:gdb|lldb)$/u,
    code: /^(?:--?(?:i?ex|(?:init-)?eval-command)|-[oOkb]|--one-line[a-z-]*)$/u,
  },
  {
    program: /^(?:awk|gawk|mawk|nawk)$/u,
    code: /^(?:-e|--source)$/u,
    operand: 0,
    file: /^(?:-f|-E|--file|--exec)(?:=|$)/u,
    values: /^(?:-F|-v|-i|-l|--assign|--field-separator|--include|--load)$/u,
    read: 'ENVIRON["NAME"]',
  },
  {
    program: /^g?sed$/u,
    flags: 'nrEsuz',
    code: /^(?:-[a-zA-Z]*e|--expression)$/u,
    operand: 0,
    file: /^(?:-[a-zA-Z]*f|--file)(?:=|$)/u,
    values: /^(?:-l|--line-length)$/u,
    instead: 'and awk with ENVIRON["NAME"], or replace the text in a code node',
  },
  {
    program: /^(?:jq|gojq|jaq)$/u,
    code: NO_OPTION,
    operand: 0,
    file: /^(?:-[a-zA-Z]*f|--from-file)(?:=|$)/u,
    values: /^(?:-L|--indent|--library-path)$/u,
    pairs: /^--(?:arg|argjson|slurpfile|rawfile)$/u,
    read: '$ENV.NAME',
  },
  { program: /^yq$/u, code: /^--expression$/u, operand: 0, file: /^--from-file/u, read: 'strenv(NAME)' },
  {
    program: /^psql$/u,
    flags: 'AtqXx1abEHnwWz',
    code: /^(?:-[a-zA-Z]*c|--command)$/u,
    file: /^(?:-[a-zA-Z]*f|--file)(?:=|$)/u,
    readsStdin: true,
    targets: Infinity,
    instead: "write psql -v NAME=TEMPLATE, and :'NAME' in a statement that comes from a quoted here-document",
  },
  {
    program: /^(?:mysql|mariadb)$/u,
    flags: 'NBsEvtH',
    code: /^(?:-[a-zA-Z]*e|--execute)$/u,
    readsStdin: true,
    targets: Infinity,
    instead: BOUND,
  },
  {
    program: /^sqlite3$/u,
    code: /^--?cmd$/u,
    operand: 1,
    values: /^--?(?:init|separator|newline|nullvalue|vfs|maxsize|mmap|lookaside|heap)$/u,
    readsStdin: true,
    targets: 1,
    instead: BOUND,
  },
  { program: /^duckdb$/u, code: /^-(?:c|s|cmd)$/u, operand: 1, readsStdin: true, targets: 1, instead: BOUND },
  { program: /^mongo(?:sh)?$/u, code: /^--eval$/u, readsStdin: true, targets: Infinity, instead: BOUND },
  { program: /^gs$/u, code: /^-c$/u, takesRest: true },
  { program: /^redis-cli$/u, code: /^(?:eval|fcall|function|script)$/iu },
  { program: /^dc$/u, code: /^(?:-e|--expression)$/u, readsStdin: true },
  {
    program: /^(?:make|gmake)$/u,
    code: /^(?:-E|--eval)$/u,
    assigned: /^\w+[:?+!]{0,3}$/u,
    file: /^(?:-f|--file|--makefile)(?:=|$)/u,
    values: /^(?:-[CIoW]|--(?:directory|include-dir|old-file|what-if))$/u,
    instead:
      'write "env": {"NAME": "TEMPLATE"} and "$$NAME" in the recipe, since make expands its own variables',
  },
  { program: /^(?:emacs|sbcl|clisp|guile|racket|clojure|clj)$/u, code: /^(?:-e|-c|--eval|--expr|-eval)$/u },
  {
    program: /^(?:groovy|scala|swift|crystal|nim|octave|octave-cli)$/u,
    code: /^(?:-e|-r|--eval)$/u,
    readsStdin: true,
  },
  { program: /^(?:jshell|runghc|runhaskell)$/u, code: NO_OPTION, readsStdin: true },
  { program: /^matlab$/u, code: /^-(?:batch|r)$/u },
  { program: /^rake$/u, code: /^(?:-[eEp]|--execute(?:-print|-continue)?)$/u },
  { program: /^erl$/u, code: /^-eval$/u },
  { program: /^swipl$/u, code: /^-[gt]$/u, readsStdin: true },
  { program: /^just$/u, code: /^--(?:set|command)$/u, assigned: /^\w+$/u },
  { program: /^(?:raku|perl6)$/u, flags: 'np', code: /^-[a-zA-Z]*e$/u, readsStdin: true },
  { program: /^(?:kotlin|kotlinc)$/u, code: /^-e(?:xpression)?$/u },
  {
    program: /^fish$/u,
    flags: 'ilNn',
    code: /^(?:-[a-zA-Z]*[cC]|--(?:init-)?command)$/u,
    readsStdin: true,
    isShell: true,
  },
  {
    program: /^(?:nu|xonsh|elvish|rc|es|osh|ysh|oil)$/u,
    code: /^(?:-[a-zA-Z]*c|--commands)$/u,
    readsStdin: true,
  },
  {
    program: /^(?:at|batch|m4|gnuplot|ghci|ocaml|maxima)$/u,
    code: /^(?:-e|--batch-string)$/u,
    file: /^-f$/u,
    readsStdin: true,
    targets: Infinity,
  },
  { program: /^(?:ed|red|ex)$/u, code: /^-c$/u, prefix: /^[!+]/u, readsStdin: true, targets: Infinity },
  {
    program: /^(?:clickhouse|clickhouse-client|clickhouse-local)$/u,
    code: /^(?:-q|--query)$/u,
    readsStdin: true,
    instead: BOUND,
  },
  {
    program: /^(?:sqlcmd|trino|presto|cqlsh|snowsql|influx|beeline|hive|spark-sql|usql)$/u,
    code: /^(?:-[eqQ]|--execute|--query|-execute)$/u,
    readsStdin: true,
    targets: Infinity,
    instead: BOUND,
  },
  { program: /^bq$/u, code: NO_OPTION, operand: 1, instead: BOUND },
  { program: /^(?:csvsql|textql|dsq|octosql)$/u, code: /^--?(?:query|sql)$/u, instead: BOUND },
  {
    program: /^rails$/u,
    code: NO_OPTION,
    commands: [{ program: /^r(?:unner)?$/u, code: NO_OPTION, operand: 0 }],
  },
  { program: /^mlr$/u, code: /^(?:put|filter)$/u, read: 'ENV["NAME"]' },
];
