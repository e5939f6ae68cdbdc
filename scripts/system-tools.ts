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
} as const satisfies Readonly<Record<string, string>>;

export type SystemTool = keyof typeof SYSTEM_TOOLS;
