// The version of this package, as in logs and `--version`. A test compares it with package.json.

export const VERSION = '1.0.0';
