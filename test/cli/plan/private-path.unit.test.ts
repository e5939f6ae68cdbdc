// Which files a planned workflow must not read without a confirmation.
import { expect, test } from 'vitest';
import { isPrivatePath } from '../../../src/cli/plan/private-path.ts';

const CONTEXT = { cwd: '/work/project', env: { HOME: '/home/ann', PFLOW_HOME: '/home/ann/.pflow' } };

test.each([
  '/proc/self/environ',
  '/proc/1/mem',
  '/dev/zero',
  '/dev/stdin',
  '../../proc/self/environ',
  'file:///proc/self/environ',
  '/etc/shadow',
  '/run/secrets/token',
  '~/.ssh/id_rsa',
  '~/.ssh',
  '/home/ann/.ssh/config',
  '/home/ann/x/../.aws/credentials',
  '~/.netrc',
  '~/.kube/config',
  '~/.config/gcloud/x.json',
  '.env',
  'config/.env.production',
  'prod.env',
  '.envrc',
  'keys/server.pem',
  '.dev.vars',
  '.flaskenv',
  'deploy/prod.tfvars',
  'terraform.tfstate',
  'service-account-ci.json',
  '.secrets',
  '~/.claude/.credentials.json',
  '~/.m2/settings.xml',
  '~/.local/share/fish/fish_history',
  'id_ed25519',
  '~/.pflow/settings.json',
  '/home/ann/.pflow/mcp.json',
])('%s may hold secrets', (path) => {
  expect(isPrivatePath(path, CONTEXT)).toBe(true);
});

test.each([
  'notes.txt',
  'secretary.txt',
  'accounts/service.json',
  'src/env.ts',
  '.env.example',
  'docs/environment.md',
  '~/notes.txt',
  '/dev/null',
  '/procedures/a.txt',
  'monkey.txt',
  '~/.pflow/workflows/a.json',
  'id_rsa.pub',
])('%s is an ordinary file', (path) => {
  expect(isPrivatePath(path, CONTEXT)).toBe(false);
});
