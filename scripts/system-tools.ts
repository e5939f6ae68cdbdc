/** Lists the system tools that tests need, each with the Debian package it comes from. */
export const SYSTEM_TOOLS = {
  strace: 'strace',
  prlimit: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
  script: 'bsdutils',
  jq: 'jq',
  openssl: 'openssl',
  chromium: 'chromium',
  // Its server is not on the path.
  pg_createcluster: 'postgresql',
  'victoria-metrics': 'victoria-metrics',
  promtool: 'prometheus',
} as const satisfies Readonly<Record<string, string>>;

export type SystemTool = keyof typeof SYSTEM_TOOLS;
