// Invariant: the manifest of docs/operations.md is YAML of a deployment, and its commands and flags exist.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../support/root.ts';

const PAGE = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
const COMMANDS = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8');

const blocksOf = (language: string): readonly string[] =>
  [...PAGE.matchAll(/^```(\w*)\n([^`]*)^```$/gmu)].flatMap(([, found, text = '']) =>
    found === language ? [text] : [],
  );

test('the deployment selects its own pods', () => {
  const [manifest = ''] = blocksOf('yaml');
  const { apiVersion, kind, spec } = parse(manifest) as {
    apiVersion: string;
    kind: string;
    spec: { selector: { matchLabels: object }; template: { metadata: { labels: object } } };
  };
  expect([apiVersion, kind]).toEqual(['apps/v1', 'Deployment']);
  expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels);
});

test('each command and each flag of the page exists', () => {
  const [manifest = ''] = blocksOf('yaml');
  const { spec } = parse(manifest) as {
    spec: { template: { spec: { containers: readonly { args: readonly string[] }[] } } };
  };
  const lines = [
    ...['sh', ''].flatMap(blocksOf).flatMap((block) => block.split('\n')),
    ...(/^ExecStart=(.*)$/mu.exec(PAGE)?.slice(1) ?? []),
    ...[...PAGE.matchAll(/`(pflow [^`\n]*)`/gu)].map(([, code = '']) => code),
    ...spec.template.spec.containers.map(({ args }) => args.join(' ')),
  ];
  const commands = lines.flatMap((line) =>
    [...(line.split('#')[0] ?? '').matchAll(/pflow ([a-z]+)([^&|;]*)/gu)].map(([, name = '', rest = '']) => ({
      name,
      rest,
    })),
  );
  expect(commands.length).toBeGreaterThan(10);
  const unknown = commands.flatMap(({ name, rest }) => {
    const section = new RegExp(`^## pflow ${name}$([^]*?)(?=^## |$(?![^]))`, 'mu').exec(COMMANDS)?.[1];
    if (section === undefined) return [name];
    return [...rest.matchAll(/--[a-z-]+/gu)].flatMap(([flag]) =>
      section.includes(`\`${flag}`) || section.includes(`, ${flag}`) ? [] : [`${name} ${flag}`],
    );
  });
  expect(unknown).toEqual([]);
});
