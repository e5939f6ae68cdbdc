// Writes the line that hands a value to a command as a variable.

/** Names that the shell or the system gives a meaning. */
const TAKEN =
  /^(?:PATH|IFS|ENV|HOME|PWD|OLDPWD|SHELL|USER|LANG|TERM|TMPDIR|UID|EUID|PPID|RANDOM|SECONDS|OPTIND|OPTARG|CDPATH|PS[124]|LINENO|HOSTNAME|EDITOR|PAGER|(?:BASH|LC|LD|DYLD|NODE|PYTHON|GIT|SSH|PFLOW)_.*)$/u;

/** `FILE_NAME` for `file-name`; never a name with a meaning of its own, such as `PATH`. */
export function nameVariable(name: string): string {
  const upper = name.toUpperCase().replaceAll(/[^A-Z0-9_]/gu, '_');
  const variable = /^\d/u.test(upper) ? `_${upper}` : upper;
  return TAKEN.test(variable) || /^_*$/u.test(variable) ? `THE_${variable}` : variable;
}

/** `template` is the text of the value, such as `${file}`. */
export function writeEnv(variable: string, template: string): string {
  return `write "env": {${JSON.stringify(variable)}: ${JSON.stringify(template)}}`;
}
