// Which `${…}` of a command are templates, and where a value could become code.
import { describe, expect, test } from 'vitest';
import { loadNodeTypes, NODE_TYPE_NAMES } from '../../src/nodes/registry.ts';
import { formatProblem } from '../../src/workflow/problem.ts';
import { checkSchema } from '../../src/workflow/check-schema.ts';
import { findWarnings, validateWorkflow } from '../../src/workflow/validate.ts';

const registry = await loadNodeTypes(NODE_TYPE_NAMES);

function workflow(command: string, params: object = {}): unknown {
  return {
    inputs: { m: {}, 'my-file': {}, path: {} },
    nodes: [
      { id: 'uses', type: 'echo', params: { data: ['${m}', '${my-file}', '${path}'] } },
      { id: 's', type: 'shell', params: { command, ...params } },
    ],
  };
}

function problemsOf(command: string, params?: object): string[] {
  return validateWorkflow(workflow(command, params), { registry }).map(formatProblem);
}

function warningsOf(command: string, params?: object): string[] {
  const checked = checkSchema(workflow(command, params)).workflow;
  if (checked === undefined) throw new Error('no workflow');
  return findWarnings(checked, { registry }).map(formatProblem);
}

const AT = 'nodes[1].params.command';

describe('a command is valid', () => {
  test.each([
    'echo ${m}',
    'echo \'${m}\' "${m}" $(cat ${my-file})',
    'echo ${HOME} ${HOME:-x} ${f%.txt} ${1} ${#} ${@} ${arr[0]} ${!ref} ${#HOME}',
    'echo "\\${HOME}" $${m}',
    'for m in a b; do echo ${m%.txt}; done',
    'read m; echo ${m:-none}',
    'm=1; echo ${m:-none}',
    'cat <<EOF\n${m}\nEOF',
    "awk '{ print $1 }' ${my-file}",
    "awk -F , -v m=${m} '{ print m }' ${my-file}",
    'awk -f x.awk ${m}',
    "sed -n '/x/p' ${m}",
    "jq --arg m ${m} '.a == $m' ${my-file}",
    'jq -f x.jq ${m}',
    'echo ${m} | jq .a | sed s/a/b/ | awk 1 | python3 x.py',
    "echo ${m} | python3 -c 'import sys; print(sys.stdin.read())'",
    "python3 -c 'import sys; print(sys.argv[1])' ${m}",
    'echo ${m} | python3 -m json.tool',
    'psql ${m} -v m=${m} -f x.sql',
    "psql -c 'copy t from stdin' <<E\n${m}\nE",
    'sqlite3 ${m} .tables',
    'apt-get install jq ${m}; echo sed ${m}',
    'git config --unset ${m}',
    '[ ${m} -eq 1 ]',
    'ssh ${m} ls',
    '${m | raw}',
    'eval ${m | raw}',
    'echo ${',
  ])('%j', (command) => {
    expect(problemsOf(command)).toEqual([]);
  });

  test('where the shell expands a variable of env', () => {
    expect(problemsOf('echo ${m:-none}', { env: { m: '${m}' } })).toEqual([]);
  });
});

const line = (name: string, template: string): string =>
  `write "env": {"${name}": "${template}"} and "$${name}" in the command`;

describe('a value that could become code is refused with the line to write instead', () => {
  test.each([
    ['echo `cat ${m}`', '${m} is inside backticks', line('M', '${m}')],
    ['echo $((${m} + 1))', '${m} is inside arithmetic', line('M', '${m}')],
    ["cat <<'E'\n${m}\nE", '${m} is inside a here-document with a quoted delimiter', line('M', '${m}')],
    ['eval "${m}"', '${m} is in the arguments of eval', line('M', '${m}')],
    ['bash -c "${my-file}"', '${my-file} is in a script for bash', line('MY_FILE', '${my-file}')],
    ['sh -ec "ls ${path}"', '${path} is in a script for sh', line('THE_PATH', '${path}')],
    ['sh -c "${uses.echo}"', '${uses.echo} is in a script for sh', line('USES_ECHO', '${uses.echo}')],
    [
      'sh -c "${m ?? "x"}"',
      '${m ?? "x"} is in a script for sh',
      'write "env": {"M": "${m ?? \\"x\\"}"} and "$M" in the command',
    ],
    [
      '${m}',
      '${m} is as the whole command',
      `${line('M', '${m}')}, or \${m | raw} to run the value as a command`,
    ],
    [
      "python3 -c 'print(1, '${m}')'",
      '${m} is in code for python3',
      'write "env": {"M": "${m}"} and os.environ["M"] in the code',
    ],
    [
      'awk -F, \'{ print "${m}" }\' f',
      '${m} is in code for awk',
      'write "env": {"M": "${m}"} and ENVIRON["M"] in the code',
    ],
    [
      'sed -i "s|a|${m}|" f',
      '${m} is in code for sed',
      'write "env": {"M": "${m}"} and awk with ENVIRON["M"], or replace the text in a code node',
    ],
    [
      'jq ".${path}" f',
      '${path} is in code for jq',
      'write "env": {"THE_PATH": "${path}"} and $ENV.THE_PATH in the code',
    ],
    [
      'psql db -Atc "select \'${m}\'"',
      '${m} is in code for psql',
      "write psql -v M=${m}, and :'M' in a statement that comes from a quoted here-document",
    ],
    [
      'sqlite3 f.db "select \'${m}\'"',
      '${m} is in code for sqlite3',
      'give ${m} as an argument to a program that binds it to the statement',
    ],
    [
      "ssh -p 22 host 'echo ${m}'",
      '${m} is in a command for another machine',
      'write "stdin": "${m}", and "$(cat)" in the command for the other machine',
    ],
    [
      'pwsh -NoProfile -c "Write ${m}"',
      '${m} is in code for pwsh',
      'write "env": {"M": "${m}"} and $env:M in the code',
    ],
    ['echo ${HOME:-${m}}', '${m} is inside ${…} of the shell', line('M', '${m}')],
  ])('%j', (command, what, suggestion) => {
    expect(problemsOf(command)).toEqual([`${AT}: ${what}, where its value could become code; ${suggestion}`]);
  });
});

test.each([
  "node -e ${m}; node --eval=\"x('${m}')\"; node -pe '${m}'; deno eval ${m}; npx tsx -e ${m}",
  "perl -lane '${m}'; perl -i.bak -pe 's/a/${m}/' f; ruby -ne '${m}'; php -r '${m}'; lua -e '${m}'; julia -e ${m}",
  'sed ${m} f; sed -ne ${m} f; sed --expression=${m}; if x; then sudo sed s/a/${m}/; fi; A=1 sed s/${m}//',
  "jq ${m}; yq '.a = ${m}' f; yq e ${m} f; gawk -i inplace ${m}; awk -e ${m}; find . -exec awk ${m} {} +",
  'psql --command="x ${m}"; mysql -e ${m}; duckdb -c ${m}; sqlite3 -cmd ${m} f.db; mongosh --eval ${m}',
  'echo ${m} | psql; echo ${m} | sqlite3 f.db; echo ${m} | dc; echo ${m} | node; python3 <<< ${m}',
  'su -c ${m}; su user -c "x ${m}"; flock f -c ${m}; env -S "x ${m}"; parallel "x ${m}" ::: a; watch ${m}',
  'xargs sh -c ${m}; find . -exec sh -c ${m} \\;; env A=1 sh -c ${m}; docker exec c sh -c ${m}; timeout 5 sh -c ${m}',
  'mongo --eval ${m}; rake -e ${m}; matlab -batch ${m}; jshell <<E\n${m}\nE\n',
  'adb shell ${m}; adb -s d shell "ls ${m}"; plink h "ls ${m}"; hg --config alias.x=${m}; sftp h <<E\nget ${m}\nE\n',
  'vim -c ${m}; gdb -ex ${m}; expect -c ${m}; cmd /c ${m}; osascript -e ${m}; Rscript -e ${m}; elixir -e ${m}',
  '[[ ${m} -eq 1 ]]; let x=${m}; declare -i x=${m}; unset ${m}; trap ${m} EXIT; alias x=${m}',
  'psql <<E\n${m}\nE\n; sqlite3 f.db <<E\n${m}\nE\n; python3 - <<E\n${m}\nE\n',
])('each value is refused in %j', (command) => {
  expect(problemsOf(command)).toHaveLength(command.split('${m}').length - 1);
});

describe('a mistake around the name of a value is found', () => {
  const shell = (source: string): string =>
    `${AT}: malformed template: ${source} is shell syntax, and the shell has no variable "m" (character 6); ` +
    'write "env": {"M": "${m}"} and use M in its place';
  test.each([
    ['echo ${m:-x}', shell('${m:-x}')],
    ['echo ${m%.txt}', shell('${m%.txt}')],
    ['echo ${#m}', shell('${#m}')],
    ['echo ${m-x}', shell('${m-x}')],
    [
      'echo ${m | rew}',
      `${AT}: malformed template: there is no filter "rew"; available: raw, json (character 12); for a literal "\${" write "$\${"`,
    ],
    [
      'echo ${uses.ecko}',
      `${AT}: \${uses.ecko} does not exist, echo writes: echo, data, error; did you mean \${uses.echo}?`,
    ],
    [
      'echo ${use.echo}',
      `${AT}: \${use.echo} does not exist; available: m, my-file, path, uses, s; did you mean \${uses.echo}?`,
    ],
  ])('%j', (command, problem) => {
    expect(problemsOf(command)).toEqual([problem]);
  });

  test('`| raw` outside a command', () => {
    expect(problemsOf('cat', { stdin: 'x ${m | raw}' })).toEqual([
      'nodes[1].params.stdin: ${m | raw}: "raw" is for commands only; leave out "| raw"',
    ]);
  });

  test.each([
    ['1A', 'nodes[1].params.env.1A: the name "1A" takes letters, digits and _, and no digit first'],
    ['A-B', 'nodes[1].params.env.A-B: the name "A-B" takes letters, digits and _, and no digit first'],
    ['', 'nodes[1].params.env[""]: the name "" takes letters, digits and _, and no digit first'],
  ])('the variable %j', (name, problem) => {
    expect(problemsOf('true', { env: { [name]: 'x' } })).toEqual([problem]);
  });
});

describe('validate warns', () => {
  test('of a value that is pasted', () => {
    expect(warningsOf('echo ${m | raw}')).toEqual([
      `${AT}: \${m | raw} pastes its value into the command, where it becomes code; leave out "| raw" if the value is only text`,
    ]);
  });

  test.each(['PATH', 'IFS', 'ENV', 'BASH_ENV', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'NODE_OPTIONS'])(
    'of %s in env',
    (name) => {
      expect(warningsOf('true', { env: { [name]: 'x', MY_PATH: 'x' } })).toEqual([
        `nodes[1].params.env.${name}: ${name} changes which programs the command runs or loads; use another name if it is only a value`,
      ]);
    },
  );

  test('of a name that is a value and a variable of the command', () => {
    expect(warningsOf('for m in a b; do echo ${m}; done')).toEqual([
      `${AT}: \${m} is the value of "m" and not the variable that the command sets; write $m for the variable`,
    ]);
  });

  test.each(['echo ${mm}', 'echo ${my_file}'])('of a name that is nearly that of a value: %j', (command) => {
    const [name = ''] = /\w+(?=\})/u.exec(command) ?? [];
    const meant = name === 'mm' ? 'm' : 'my-file';
    expect(warningsOf(command)).toEqual([
      `${AT}: \${${name}} belongs to the shell, since it names no input and no node; did you mean \${${meant}}?`,
    ]);
  });

  test.each(['echo ${HOME}', 'my_file=1; echo ${my_file}', 'echo $${my_file}', 'echo ${m}'])(
    'but not of %j',
    (command) => {
      expect(warningsOf(command)).toEqual([]);
    },
  );
});
