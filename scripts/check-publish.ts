// Stops `npm publish` while package.json has no addresses of the source and of bug reports.
import { readFileSync } from 'node:fs';

const REQUIRED = ['repository', 'bugs'] as const;

const [file = 'package.json'] = process.argv.slice(2);
const found = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
const missing = REQUIRED.filter((key) => found[key] === undefined);
if (missing.length > 0) {
  process.stderr.write(
    `${file} has no ${missing.map((key) => `"${key}"`).join(' and no ')}; set them to public addresses, then publish\n`,
  );
  process.exitCode = 1;
}
