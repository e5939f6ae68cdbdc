// The version of this package, as logs and `--version` say it. A test holds it equal to package.json.

export const VERSION = '1.0.0';
