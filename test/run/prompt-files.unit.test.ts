// A prompt file is read from the folder of the workflow file, like its text.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ModelClient, ModelRequest } from '../../src/models/model.ts';
import { inlinePromptFiles } from '../../src/run/prompt-files.ts';
import { runFile } from '../../src/run/run-workflow-file.ts';
import { cleanEnvironment } from '../support/clean-environment.ts';
import { temporaryFolder } from '../support/cli.ts';

const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };

test('prompt files are filled in, wherever the run starts; an object with other keys stays JSON', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'flows'));
  writeFileSync(join(folder, 'flows/p.md'), '# About ${topic}\n\nIn short.\n');
  writeFileSync(join(folder, 'flows/s.md'), 'Be kind.\n');
  const nodes = [
    { prompt: { file: './p.md' }, system: { file: 's.md' } },
    { prompt: { file: 'p.md', more: 1 } },
  ].map((params, index) => ({
    id: `n${String(index)}`,
    type: 'llm',
    params: { model: 'openai/gpt-4o', ...params },
  }));
  const path = join(folder, 'flows/w.json');
  writeFileSync(
    path,
    JSON.stringify({
      inputs: { topic: {} },
      nodes: [...nodes, { id: 'e', type: 'echo', params: { message: '${topic}' } }],
    }),
  );
  const requests: ModelRequest[] = [];
  const models: ModelClient = {
    answer: (request) => {
      requests.push(request);
      const answer = { text: 'ok', provider: 'openai', model: request.model, usage, finish_reason: 'stop' };
      return Promise.resolve(answer);
    },
  };
  const outcome = await runFile(path, {
    cwd: folder,
    env: cleanEnvironment(folder),
    models,
    inputs: { topic: 'tides' },
  });
  expect(outcome.status).toBe('success');
  expect(requests.map(({ prompt, system }) => [prompt, system])).toEqual([
    ['# About tides\n\nIn short.', 'Be kind.'],
    [expect.stringContaining('"more"'), undefined],
  ]);
});

test.each([
  [{ fiel: './p.md' }, 'nodes[0].params.prompt: unknown key "fiel"; did you mean "file"?'],
  [{ File: 'prompts/p.txt' }, 'nodes[0].params.prompt: unknown key "File"; did you mean "file"?'],
  [{ fire: 'a text' }, undefined],
  [{ path: './p.md' }, undefined],
])('the object %j is refused if it is a file with a misspelt key', (prompt, message) => {
  const ir = { nodes: [{ id: 'n', type: 'llm', params: { model: 'openai/gpt-4o', prompt } }] };
  const read = (): unknown => inlinePromptFiles(ir, temporaryFolder());
  if (message === undefined) expect(read()).toEqual(ir);
  else expect(read).toThrow(expect.objectContaining({ code: 'WORKFLOW_INVALID', message }));
});

test.each([
  ['./none.md', 'nodes[0].params.prompt.file: there is no file ./none.md in '],
  ['${topic}.md', 'nodes[0].params.prompt.file: the path "${topic}.md" cannot have a template'],
])('the file %s is refused before the run', async (file, message) => {
  const folder = temporaryFolder();
  const node = { id: 'n', type: 'llm', params: { model: 'openai/gpt-4o', prompt: { file } } };
  writeFileSync(join(folder, 'w.json'), JSON.stringify({ nodes: [node] }));
  await expect(runFile(join(folder, 'w.json'), { env: cleanEnvironment(folder) })).rejects.toMatchObject({
    code: 'WORKFLOW_INVALID',
    message: expect.stringContaining(message) as string,
  });
});
