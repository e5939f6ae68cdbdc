// Runs the test provider as a program: `tsx test/support/provider/serve.ts [script.json]`. Prints one line of JSON,
// `{"url", "env"}`, and serves until it gets a signal or its stdin closes.
import { readFileSync } from 'node:fs';
import { startProvider } from './provider.ts';
import type { Script } from './script.ts';

const file = process.argv[2];
const script = file === undefined ? {} : (JSON.parse(readFileSync(file, 'utf8')) as Script);
const provider = await startProvider(script);
process.stdout.write(`${JSON.stringify({ url: provider.url, env: provider.env })}\n`);

const stop = (): void => {
  void provider.stop().then(() => process.exit(0));
};
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.stdin.on('end', stop);
process.stdin.resume();
