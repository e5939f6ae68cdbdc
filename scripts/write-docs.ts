// Writes docs/cli.md from the commands, docs/events.md from the schemas of the vocabulary, and what the console samples of the README print. Tests
// do the same and find no difference.
import { readFileSync, writeFileSync } from 'node:fs';
import { refreshOutputs } from '../test/support/console-samples.ts';
import { cliPage } from './cli-page.ts';
import { eventsPage } from './events-page.ts';

writeFileSync('docs/events.md', eventsPage());
writeFileSync('docs/cli.md', cliPage());
writeFileSync('README.md', refreshOutputs(readFileSync('README.md', 'utf8')));
