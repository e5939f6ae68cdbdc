// Holds the workflows that `pflow init` can write. Each runs as it is, some of them with a key of a model.
import type { WorkflowFile } from '../../workflow/schema.ts';

export interface Example {
  readonly workflow: WorkflowFile;
  /** The inputs of the line that runs it. */
  readonly inputs: string;
}

export const EXAMPLES: Readonly<Record<string, Example>> = {
  hello: {
    inputs: 'name=Ada',
    workflow: {
      description: 'Greets a person, and counts the letters of the greeting',
      inputs: { name: { type: 'string', default: 'world', description: 'whom to greet' } },
      nodes: [
        { id: 'greet', type: 'echo', params: { message: 'Hello, ${name}!' } },
        { id: 'count', type: 'shell', params: { command: "wc -m | tr -d ' '", stdin: '${greet.echo}' } },
      ],
      outputs: {
        greeting: { source: '${greet.echo}', type: 'string' },
        letters: { source: '${count.stdout}', type: 'string' },
      },
    },
  },
  summarise: {
    inputs: 'file=notes.txt',
    workflow: {
      description: 'Summarises a file in three sentences',
      inputs: { file: { type: 'string', description: 'the file to summarise' } },
      nodes: [
        { id: 'read', type: 'read-file', params: { file_path: '${file}' } },
        {
          id: 'summary',
          type: 'llm',
          params: {
            model: 'anthropic/claude-sonnet-4-5',
            system: 'You write short, exact summaries.',
            prompt: 'Summarise in three sentences:\n\n${read.content}',
          },
        },
      ],
      outputs: { summary: { source: '${summary.response}', type: 'string' } },
    },
  },
  classify: {
    inputs: 'folder=tickets',
    workflow: {
      description: 'Classifies every file of a folder with a model',
      max_cost_usd: 1,
      inputs: { folder: { type: 'string', default: '.', description: 'a folder with .txt files' } },
      nodes: [
        {
          id: 'list',
          type: 'shell',
          params: { command: 'find . -name "*.txt" | sort | jq -R . | jq -s .', cwd: '${folder}' },
        },
        {
          id: 'read',
          type: 'read-file',
          batch: { items: '${list.stdout}', as: 'path', parallel: true },
          params: { file_path: '${folder}/${path}' },
        },
        {
          id: 'classify',
          type: 'llm',
          batch: { items: '${read.results}', as: 'file', parallel: true, error_handling: 'continue' },
          retry: { max: 3, wait_s: 1 },
          params: {
            model: 'anthropic/claude-sonnet-4-5',
            prompt: 'Is this a bug report, a question or praise?\n\n${file.content}',
            output_schema: {
              type: 'object',
              properties: { kind: { type: 'string', enum: ['bug', 'question', 'praise'] } },
              required: ['kind'],
              additionalProperties: false,
            },
          },
        },
      ],
      outputs: { kinds: { source: '${classify.results}', type: 'array' } },
    },
  },
  fetch: {
    inputs: 'url=https://example.com',
    workflow: {
      description: 'Fetches a page, and goes on without it when that fails',
      inputs: { url: { type: 'string', description: 'the address of the page' } },
      nodes: [
        {
          id: 'page',
          type: 'http',
          retry: { max: 3, wait_s: 1 },
          params: { url: '${url}', expect: { status: [200] } },
        },
        { id: 'save', type: 'write-file', params: { file_path: 'page.html', content: '${page.response}' } },
        { id: 'explain', type: 'echo', params: { message: 'no page: ${page.error}' } },
      ],
      edges: [
        { from: 'page', to: 'save' },
        { from: 'page', to: 'explain', action: 'error' },
      ],
      outputs: { result: { source: '${explain.echo ?? save.file_path}' } },
    },
  },
};
