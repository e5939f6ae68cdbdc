// A value that begins a word may be an option: code is refused, and what else a program may read so is found.
import { expect, test } from 'vitest';
import { findOptionValues } from '../../../src/values/sh/option-values.ts';
import { quoteReferences } from '../../../src/values/sh/quote-references.ts';

/** `@@` marks the places of the values. */
function found(command: string, values: readonly string[]): readonly (readonly [string, number, string])[] {
  const texts = command.split('@@');
  const parts = texts.flatMap((text, index) => (index === 0 ? [text] : [{ variable: 'V' }, text]));
  const { openings = [], problems } = quoteReferences(parts);
  expect(problems).toEqual([]);
  const options = findOptionValues(openings, (reference) => values[reference] ?? '');
  return options.map(({ isCode, reference, program }) => [isCode ? 'code' : 'option', reference, program]);
}

test.each([
  ['python3 @@', ['-cimport os'], 0],
  ['python3 @@ @@', ['-c', 'import os'], 0],
  ['perl @@ f', ['-esystem("id")'], 0],
  ['ruby @@', ['-e`id`'], 0],
  ['node @@', ['--eval=process.exit()'], 0],
  ['git clone @@ d', ['--upload-pack=touch x'], 0],
  ['git rebase @@ main', ['-xtouch x'], 0],
  ['tar -xf a.tar @@', ['--checkpoint-action=exec=sh x'], 0],
  ['tar cf @@ d', ['--to-command=sh'], 0],
  ['ssh @@ ls', ['-oProxyCommand=touch x'], 0],
  ['rsync @@ host:', ['-esh x'], 0],
  ['make @@', ['SHELL=/tmp/x'], 0],
  ['make -j4 @@', ['--eval=x:;id'], 0],
  ['vim @@', ['+!id'], 0],
  ['less @@', ['+!id'], 0],
  ['socat - @@', ['EXEC:id'], 0],
  ['sort @@', ['--compress-program=sh'], 0],
  ['rg x @@', ['--pre=sh'], 0],
  ['sudo tar @@', ['--use-compress-program=id'], 0],
  ['kubectl exec p -- python3 @@', ['-cx'], 0],
  ['ls; x=$(python3 @@)', ['-cx'], 0],
  ['env @@ ls', ['-iSid'], 0],
  ['zip a.zip b @@', ['-TmTTid'], 0],
  ['ed -s @@', ['!id'], 0],
  ['perl -ne print @@', ['id |'], 0],
  ['perl -pi.bak -e 1 -- @@', ['| id'], 0],
  ['node @@ s.js', ['--import=data:text/javascript,0'], 0],
  ['deno run -A @@', ['data:text/javascript,0'], 0],
  ['fish @@', ['-cid'], 0],
  ['git clone @@ d', ['--config=core.sshCommand=id'], 0],
  ['java @@ -jar a.jar', ['-XX:OnError=id'], 0],
  ['wget @@ u', ['--execute=use_askpass=id'], 0],
  ['fd @@', ['-xid'], 0],
  ['dpkg @@ -i a', ['--pre-invoke=id'], 0],
] as const)('is code: %j of %j', (command, values, reference) => {
  expect(found(command, values)).toEqual([['code', reference, expect.any(String)]]);
});

test.each([
  ['@@ @@', ['eval', 'id'], 1],
  ['A=1 command @@ "@@"', ['eval', 'id'], 1],
  ['if ! @@ @@; then :; fi', ['eval', 'id'], 1],
  ['x=$(@@@@ @@)', ['ev', 'al', 'id'], 2],
  ['sudo -E @@ -c @@', ['/bin/sh', 'id'], 1],
  ['timeout 5 @@ -c "$a" @@ @@', ['xonsh', 'a', 'id'], undefined],
  ['./@@ f @@', ['../bin/awk', 'x'], undefined],
  ['./@@ @@ f', ['../bin/awk', 'BEGIN{}'], 1],
  ['echo @@ | @@', ['id', 'sh'], 0],
  ['@@ <<E\n@@\nE', ['bash', 'id'], 1],
  ['echo @@ | xargs -I{} @@ -c {}', ['id', 'zsh'], 0],
  ['@@ @@', ['python3', 's.py'], undefined],
  ['@@ -v @@', ['tool', 'eval'], undefined],
  ['./scripts/@@.sh @@', ['eval', 'id'], undefined],
  ['npm install @@ @@', ['jq', 'lodash'], undefined],
  ['find @@ -name @@', ['awk', 'x'], undefined],
] as const)(
  'a value that names the program makes another one code, or not: %j of %j',
  (command, values, code) => {
    expect(found(command, values)).toEqual(code === undefined ? [] : [['code', code, expect.any(String)]]);
  },
);

test.each([
  ['perl -e 1 @@', ['id |']],
  ['cat @@', ['id |']],
  ['echo @@', ['!id']],
  ['node s.js @@', ['--import=data:x']],
] as const)('is no code: %j of %j', (command, values) => {
  expect(found(command, values).filter(([kind]) => kind === 'code')).toEqual([]);
});

test.each([
  ['rm @@ d', ['-rf'], 'rm'],
  ['rm -r @@', ['--no-preserve-root'], 'rm'],
  ['grep @@ f', ['-r'], 'grep'],
  ['curl -s @@', ['-o/tmp/x'], 'curl'],
  ['curl @@', ['--config=x'], 'curl'],
  ['find @@ -name x', ['-delete'], 'find'],
  ['cp a @@', ['-t'], 'cp'],
  ['sudo -- rm @@', ['-rf'], 'rm'],
  ['A=b rm "@@"', ['-rf'], 'rm'],
  ['rm @@.txt', ['-rf'], 'rm'],
  ['git log @@', ['--output=x'], 'git'],
  ['ls | xargs rm @@', ['-rf'], 'rm'],
  ['for f in a; do rm @@; done', ['-rf'], 'rm'],
  ['python3 x.py @@', ['-cx'], 'python3'],
  ['node x.js @@', ['-e'], 'node'],
  ['cat f > out; rm @@', ['-rf'], 'rm'],
] as const)('may be an option: %j of %j', (command, values, program) => {
  expect(found(command, values)).toEqual([['option', 0, program]]);
});

test.each([
  ['rm -- @@', ['-rf']],
  ['rm ./@@', ['-rf']],
  ['python3 -- @@', ['-cx']],
  ['git clone -- @@ d', ['--upload-pack=x']],
  ['echo @@', ['-n']],
  ['printf %s @@', ['-v']],
  ['[ @@ = a ]', ['-n']],
  ['test -n @@', ['-z']],
  ['head @@ f', ['-5']],
  ['seq @@ 1', ['-3.5']],
  ['gh issue create --body @@', ['-x']],
  ['gh issue create -b @@', ['- one\n- two']],
  ['git commit -m @@', ['-v is new']],
  ['grep -e @@ f', ['-r']],
  ['jq --arg a @@ .', ['-r']],
  ['curl -d @@ http://h', ['-x']],
  ['case @@ in -x) ;; esac', ['-x']],
  ['for a in @@; do echo "$a"; done', ['-x']],
  ['a=@@; echo "$a"', ['-x']],
  ['cat < @@', ['-x']],
  ['echo $(cat f@@)', ['-x']],
  ['rm $(echo @@)', ['-rf']],
  ['rm a@@', ['-rf']],
  ['rm $d@@', ['-rf']],
  ['rm @@', ['-']],
  ['rm @@', ['file']],
  ['make @@', ['build']],
  ['make -C @@ build', ['SHELL=x']],
  ['sh -c \'rm -- "$1"\' sh @@', ['-rf']],
] as const)('is text: %j of %j', (command, values) => {
  const rest = command.startsWith('sh -c') ? [['option', 0, 'sh']] : [];
  expect(found(command, values)).toEqual(rest);
});
