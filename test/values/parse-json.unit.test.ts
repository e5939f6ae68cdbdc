import { describe, expect, it } from 'vitest';
import { PflowError } from '../../src/errors.ts';
import { parseJson } from '../../src/values/parse-json.ts';

function errorOf(text: string): PflowError {
  try {
    parseJson(text, 'wf.json');
  } catch (error) {
    if (error instanceof PflowError) return error;
  }
  throw new Error('no PflowError');
}

it('JSON is parsed, also after a byte order mark', () => {
  expect(parseJson('\uFEFF{"a": [1, null]}')).toEqual({ a: [1, null] });
});

it('the error points at the character', () => {
  const { code, message, path, details } = errorOf('{\n  "name": "x", // my flow\n  "nodes": []\n}\n');
  expect({ code, message, path, details }).toEqual({
    code: 'WORKFLOW_INVALID',
    message: 'wf.json is not JSON: a comment, which JSON does not allow (line 2, column 16)',
    path: 'wf.json:2:16',
    details: ['2 |   "name": "x", // my flow', '                   ^'],
  });
});

it('a long line is cut around the character, without control characters', () => {
  const { details } = errorOf(`["${'x'.repeat(200)}", \u001b[31m]`);
  expect(details).toEqual([`1 | ${'x'.repeat(37)}",  [31m]`, `${' '.repeat(44)}^`]);
});

it('a Windows line end counts as one line break', () => {
  expect(errorOf('{\r\n"a": 1,\r\n}').path).toBe('wf.json:2:7');
});

describe('common mistakes have a message of their own', () => {
  const table: [string, string][] = [
    ['', 'it is empty (line 1, column 1)'],
    ['{', 'it ends before its "}" (line 1, column 2)'],
    ['[1', 'it ends before its "]" (line 1, column 3)'],
    ['{"a": 1,}', 'a comma before "}" (line 1, column 8)'],
    ['[1,\n2,\n]', 'a comma before "]" (line 2, column 2)'],
    ['/* x */ {}', 'a comment, which JSON does not allow (line 1, column 1)'],
    ['{} # x', 'a comment, which JSON does not allow (line 1, column 4)'],
    ["{'a': 1}", 'single quotes; JSON takes double quotes (line 1, column 2)'],
    ['{"a": \'x\'}', 'single quotes; JSON takes double quotes (line 1, column 7)'],
    ['{a: 1}', 'a key without double quotes (line 1, column 2)'],
    ['{,}', 'a key is missing before this (line 1, column 2)'],
    ['{"a" 1}', 'a ":" is missing before this (line 1, column 6)'],
    ['{"a"}', 'a ":" and a value are missing before this (line 1, column 5)'],
    ['{"a":}', 'a value is missing before this (line 1, column 6)'],
    ['[,1]', 'a value is missing before this (line 1, column 2)'],
    ['{"a": 1 "b": 2}', 'a comma is missing before this (line 1, column 9)'],
    ['{"a": yes}', '"yes" is not a JSON value (line 1, column 7)'],
    ['[01]', '"01" is not a JSON value (line 1, column 2)'],
    ['[.5]', '".5" is not a JSON value (line 1, column 2)'],
    ['[1}', '"]" is missing before this "}" (line 1, column 3)'],
    ['{"a": [1}', '"]" is missing before this "}" (line 1, column 9)'],
    ['[{"a": 1]', '"}" is missing before this "]" (line 1, column 9)'],
    [']', '"]" closes nothing that is open here (line 1, column 1)'],
    ['{}}', '"}" closes nothing that is open here (line 1, column 3)'],
    ['{} {}', 'there is something after the end of the JSON (line 1, column 4)'],
    ['["a', 'a text is not closed (line 1, column 2)'],
    ['["a\nb"]', 'a line break inside a text; write it as \\n (line 1, column 4)'],
    ['["a\tb"]', 'a control character inside a text (line 1, column 4)'],
    ['["\\x"]', 'an escape that JSON does not have (line 1, column 3)'],
  ];
  it.each(table)('%j', (text, message) => {
    expect(errorOf(text).message).toBe(`wf.json is not JSON: ${message}`);
  });
});

describe('keys that occur twice', () => {
  it('are an error that names both places', () => {
    const { code, message, path } = errorOf(
      '{\n  "max_cost_usd": 0.5,\n  "nodes": [],\n  "max_cost_usd": 500\n}',
    );
    expect({ code, message, path }).toEqual({
      code: 'WORKFLOW_INVALID',
      message: 'wf.json: the key "max_cost_usd" occurs twice, at 2:3 and at 4:3',
      path: 'wf.json:4:3',
    });
  });

  it('are all listed, with the object that holds them', () => {
    const { message, details } = errorOf('{"a": 1, "a": 2, "n": [{"p": {"x": 1, "\\u0078": 2}}]}');
    expect(message).toBe('wf.json: 2 keys occur twice');
    expect(details).toEqual([
      'the key "a" occurs twice, at 1:2 and at 1:10',
      'the key "x" of n[0].p occurs twice, at 1:31 and at 1:39',
    ]);
  });
});

it('a number that is too large is an error with its place', () => {
  const { message, path } = errorOf('{\n"n": 1e400}');
  expect(message).toBe('wf.json: the number 1e400 is too large to be kept exactly (line 2, column 6)');
  expect(path).toBe('wf.json:2:6');
});
