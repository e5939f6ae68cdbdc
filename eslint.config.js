// Checks what the compiler does not see: long files, words of the word list. Rules that need types are in
// .oxlintrc.json; test/lint-rules.e2e.test.ts checks that none is lost. Cycles of imports are found by
// test/architecture.unit.test.ts.
import { tsImport } from 'tsx/esm/api';
import tseslint from 'typescript-eslint';

const { plainEnglish } = await tsImport('./scripts/language/lint-rule.ts', import.meta.url);
const { shortFirstSentence } = await tsImport('./scripts/language/sentence-rule.ts', import.meta.url);

const pure = {
  'no-restricted-globals': ['error', 'Date', 'process', 'console', 'fetch', 'performance', 'setTimeout'].map(
    (rule) =>
      rule === 'error'
        ? rule
        : { name: rule, message: 'Projections and events know no clock, no process, no network.' },
  ),
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'Projections are not random.' },
  ],
};

const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'Export by name.' };

/** Only a member that is computed from the absent value is spread by a condition. */
const noShorthandSpread = {
  selector:
    'SpreadElement > ConditionalExpression[test.operator="==="][test.right.type="Identifier"][test.right.name="undefined"][consequent.properties.length=0][alternate.properties.length=1] > ObjectExpression > Property[shorthand=true]',
  message: 'Write `...present({ x })`.',
};

/** `src` runs on every POSIX system: no literal names what only Linux or only GNU tools have. */
const portable = [
  ['/^\\u002F(proc|sys|dev\\u002Fshm)(\\u002F|$)/', 'Only Linux has this path.'],
  [
    '/(^|[\\s;|&(])(sed -i|grep -P|readlink -f|date -d|stat -c|xargs -r|cp --|mv --|ls --|sort --)/',
    'Only GNU tools have this flag; write what POSIX has.',
  ],
].flatMap(([pattern, message]) => [
  { selector: `Literal[value=${pattern}]`, message },
  { selector: `TemplateElement[value.raw=${pattern}]`, message },
]);

export default tseslint.config(
  // Not TypeScript, though it looks so: `npm run scanner` compiles it to WebAssembly.
  { ignores: ['dist/**', 'node_modules/**', 'coverage/**', 'src/log/scanner/assembly/**'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strict],
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      complexity: ['error', 12],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      'no-console': 'error',
      'no-restricted-syntax': ['error', noDefaultExport],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  { files: ['projections/**/*.ts', 'src/events/**/*.ts', 'src/values/**/*.ts'], rules: pure },
  // A date in a header is read with the platform's parser; the clock is still passed in.
  { files: ['src/values/retry-after.ts'], rules: { 'no-restricted-globals': 'off' } },
  {
    files: ['src/**/*.{ts,tsx}', 'projections/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport, noShorthandSpread, ...portable] },
  },
  {
    // Their code runs once per event, and `present` copies.
    files: ['src/log/**/*.ts', 'src/wrappers/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport, ...portable] },
  },
  {
    // They read /proc on Linux; elsewhere the first asks ps and the others find nothing.
    files: [
      'src/nodes/watch-memory.ts',
      'src/nodes/command-processes.ts',
      'src/cli/run/require-whole-text.ts',
    ],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport] },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts', 'fixtures/programs/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    ignores: ['scripts/language/word-list.ts'],
    plugins: { language: { rules: { words: plainEnglish, sentence: shortFirstSentence } } },
    rules: { 'language/words': 'error', 'language/sentence': 'error' },
  },
  // Vitest takes its configuration and its reporters as default exports only.
  { files: ['*.config.ts', 'test/support/closing-line.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
