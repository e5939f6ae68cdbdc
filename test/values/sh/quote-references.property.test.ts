// Law: whatever a value holds and wherever in a command it is written, sh sees it as text: either the command prints
// the value byte by byte, or it is refused before it runs.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quoteReferences } from '../../../src/values/sh/quote-references.ts';

const run = promisify(execFile);
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pflow-sh-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const hostile = fc.constantFrom(
  '$(touch PWNED)',
  '`touch PWNED`',
  '; touch PWNED',
  '"; touch PWNED; "',
  "'; touch PWNED; '",
  '\n touch PWNED\n',
  '|| touch PWNED',
  '${IFS}touch${IFS}PWNED',
  '\\',
  "\\'",
  '"',
  "'",
  '$',
  '$$',
  '*',
  '-n',
  '#',
  ' two  spaces ',
  'EOF',
  '\nEOF\ntouch PWNED\n',
  '!',
  '~',
  'ä€😀',
);
const value = fc
  .array(fc.oneof(hostile, fc.string({ unit: 'grapheme', maxLength: 6 })), { minLength: 0, maxLength: 4 })
  .map((parts) => parts.join('').replaceAll('\0', '').replaceAll(/\n+$/gu, ''))
  // A lone surrogate has no bytes of its own.
  .filter((text) => !/\p{Surrogate}/u.test(text));

const R = '\0';
/** Commands that print each reference between brackets, by where it is written. */
const CONTEXTS: readonly string[] = [
  `printf '[%s]' ${R}`,
  `printf '[%s]' "${R}"`,
  `printf '[%s]' '${R}'`,
  `printf '[%s]' a${R}b | sed 's/^.a/[/; s/b]$/]/' ; : ${R}`,
  `printf '[%s]' "$(printf %s. ${R} | sed '$ s/.$//')"`,
  `printf '[%s]' "$(printf %s. "${R}" | sed '$ s/.$//')"`,
  `v=${R}; printf '[%s]' "$v"`,
  `v='${R}' ; printf '[%s]' "$v" # it's ${R} "`,
  `if [ x${R} = x"${R}" ]; then printf '[%s]' ${R}; fi`,
  `case ${R} in "${R}") printf '[%s]' ${R};; *) printf no;; esac`,
  `sh -c 'printf "[%s]" "$1"' sh ${R}`,
  `printf 'printf "[%%s]" "$1"' > s.sh; S=s.sh; sh -- $S ${R}; rm s.sh`,
  `( printf '[%s]' ${R} )`,
  `{ printf '[%s]' ${R}; } 2>&1 | cat`,
  `f() { printf '[%s]' "$1"; }; f ${R}`,
  `X=${R} sh -c 'printf "[%s]" "$X"'`,
  `printf '[%s]' "it's ${R} $HOME" | sed "s|it's ||; s| $HOME]|]|"`,
];

/** Ends each output with the one byte that no value has. Starting the shells from a shell takes a fifth of the time. */
const RUN_EACH = `for text; do PFLOW_1="$text" /bin/sh -c "$COMMAND" || exit; printf '\\0'; done`;

/** Returns what `sh -c` prints for each of the texts. */
async function shPrints(command: string, texts: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run('/bin/sh', ['-c', RUN_EACH, 'sh', ...texts], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: '/home/user', LC_ALL: 'C.UTF-8', COMMAND: command },
    encoding: 'utf8',
  });
  return stdout.split('\0').slice(0, -1);
}

const values = fc.array(value, { minLength: 1, maxLength: 9 });

function quote(context: string): ReturnType<typeof quoteReferences> {
  const texts = context.split(R);
  return quoteReferences(
    texts.flatMap((text, index) => (index === 0 ? [text] : [{ variable: 'PFLOW_1' }, text])),
  );
}

test.each(CONTEXTS)('prints any value as it is: %j', async (context) => {
  const { command, problems } = quote(context);
  expect(problems).toEqual([]);
  await fc.assert(
    fc.asyncProperty(values, async (texts) => {
      expect(await shPrints(command, texts)).toEqual(texts.map((text) => `[${text}]`));
    }),
    { numRuns: 6 },
  );
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  `cat <<EOF\n[${R}]\nEOF\n`,
  `cat <<-EOF\n\t[${R}]\n\tEOF\n`,
  `cat <<A; cat <<B\n[${R}]\nA\n[${R}]\nB\n`,
])('puts any value into a here-document: %j', async (context) => {
  const { command, problems } = quote(context);
  expect(problems).toEqual([]);
  await fc.assert(
    fc.asyncProperty(values, async (texts) => {
      const times = context.includes('<<B') ? 2 : 1;
      expect(await shPrints(command, texts)).toEqual(texts.map((text) => `[${text}]\n`.repeat(times)));
    }),
    { numRuns: 6 },
  );
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [R, 'as the whole command'],
  [` ${R}\n`, 'as the whole command'],
  [`echo \`echo ${R}\``, 'inside backticks'],
  [`echo $((${R} + 1))`, 'inside arithmetic'],
  [`cat <<'EOF'\n${R}\nEOF`, 'inside a here-document with a quoted delimiter'],
  [`cat <<"EOF"\n${R}\nEOF`, 'inside a here-document with a quoted delimiter'],
  [`cat <<\\EOF\n${R}\nEOF`, 'inside a here-document with a quoted delimiter'],
  [`eval echo ${R}`, 'in the arguments of eval'],
  [`eval "echo ${R}"`, 'in the arguments of eval'],
  [`bash -c "echo ${R}"`, 'in a script for bash'],
  [`bash -c 'echo ${R}'`, 'in a script for bash'],
  [`sh -ec "echo ${R}"`, 'in a script for sh'],
  [`/bin/sh -e -c echo${R}`, 'in a script for sh'],
  [`bash -o pipefail -c "echo ${R}"`, 'in a script for bash'],
  [`sudo -u me sh -c "echo ${R}"`, 'in a script for sh'],
  [`sh >out -c "echo ${R}"`, 'in a script for sh'],
  [`"sh" -c "echo ${R}"`, 'in a script for sh'],
  [`$SHELL -c "echo ${R}"`, 'in a script for a shell'],
  [`sh -c "$(echo ${R})"`, 'in a script for sh'],
  [`sh <<EOF\necho ${R}\nEOF`, 'in a script that is read from stdin'],
  [`bash -s <<EOF\necho ${R}\nEOF`, 'in a script that is read from stdin'],
  [`. /dev/stdin <<EOF\necho ${R}\nEOF`, 'in a script that is read from stdin'],
  [`echo "echo ${R}" | . /dev/fd/0`, 'in text that is piped into a program that runs it'],
  [`env -S "sh -c" "${R}"`, 'in code for env'],
  [`eval eval${' eval'.repeat(60)} ${R}`, 'in a command that names too many programs'],
  [`bash <<< "echo ${R}"`, 'in a script for bash'],
  [`python3 <<EOF\nprint("${R}")\nEOF`, 'in code for python3 that comes from stdin'],
  [`python3 - <<EOF\nprint("${R}")\nEOF`, 'in code for python3 that comes from stdin'],
  [`echo "console.log('${R}')" | node`, 'in text that is piped into a program that runs it'],
  [`echo "echo ${R}" | sh`, 'in text that is piped into a program that runs it'],
  [`{ echo ${R}; } | sudo bash -s x`, 'in text that is piped into a program that runs it'],
  [`cat <<EOF | sh\necho ${R}\nEOF`, 'in text that is piped into a program that runs it'],
  [`cat <<EOF | tr a b | sudo sh -s\necho ${R}\nEOF`, 'in text that is piped into a program that runs it'],
  [`S=-c; sh $S "echo ${R}"`, 'behind a word that may be an option of sh'],
  [`bash ${R} ${R}`, 'behind a word that may be an option of bash'],
  [`xargs -I{} sh -c 'echo {} ${R}'`, 'in a script for sh'],
  [`ssh host echo ${R}`, 'in a command for another machine'],
  [`ssh -p 22 me@host "echo ${R}"`, 'in a command for another machine'],
  [`trap "echo ${R}" EXIT`, 'in the arguments of trap'],
  [`python3 -c "print('${R}')"`, 'in code for python3'],
  [`node -e "console.log('${R}')"`, 'in code for node'],
  [`perl -ne 'print if /${R}/' f`, 'in code for perl'],
  [`awk '{ print "${R}" }' f`, 'in code for awk'],
  [`echo \\${R}`, 'behind a backslash'],
  [`echo "\\${R}"`, 'behind a backslash'],
  [`echo $${R}`, 'behind a dollar sign'],
  [`echo \${HOME:-${R}}`, 'inside ${…} of the shell'],
  [`echo $'${R}'`, "inside $'…'"],
  [`echo "${R}`, 'in a command with open quotes or parentheses'],
  [`echo $(case x in x) echo ${R};; esac)`, 'in a command with open quotes or parentheses'],
])('refuses %j', (context, place) => {
  expect(quote(context).problems[0]?.place).toBe(place);
});

test.each([
  `ssh -i ${R} host ls`,
  `sh script.sh ${R}`,
  `sh -c 'echo "$1"' sh "${R}"`,
  `grep -c ${R} file`,
  `echo 'it''s' # don't ${R}`,
  `echo ${R} > ${R} 2>&1`,
  `jq --arg name ${R} '.[$name]' f.json`,
  `echo \${HOME:-x} \${f} $1 $$ ${R}`,
  `python3 script.py ${R}`,
  `. ./profile.sh; echo ${R}`,
  `env A=b program ${R}`,
])('accepts %j', (context) => {
  expect(quote(context).problems).toEqual([]);
});

test.each([
  ['substitutions', '$(', ')'],
  ['substitutions in quotes', '"$(', ')"'],
  ['parameters', '"${a:-', '}"'],
  ['subshells', '( ', ')'],
])('refuses %s that are nested 10,000 times, and takes 50', (_what, open, close) => {
  const nested = (depth: number): string => `${open.repeat(depth)}echo ${close.repeat(depth)} ${R}`;
  expect(quote(nested(10_000)).problems[0]?.place).toBe('in a command that is nested too deeply');
  expect(quote(nested(50)).problems).toEqual([]);
});

test('leaves a command without references as it is', () => {
  const command = "echo `date` $((1 + 1)) 'a' \"b";
  expect(quoteReferences([command])).toEqual({ command, problems: [] });
});
