// Expands `~` at the start of a path, as a shell does. Without it, a folder named `~` would be used.

/** The pattern of paths that can be expanded, as in a JSON Schema. */
export const HOME_PATH = '^(?!~[^/])';

/** Returns why a path cannot be expanded: `~name` is the home folder of another user. */
export function findHomeProblem(path: string): string | undefined {
  const [start = ''] = path.split('/', 1);
  if (!start.startsWith('~') || start === '~') return undefined;
  return `starts with "${start}"; only "~" and "~/" mean a home folder, and "./${start}" is a file of that name`;
}

/** Returns any other path unchanged. `home` is absolute. */
export function expandHome(path: string, home: string): string {
  if (path === '~') return home;
  return path.startsWith('~/') ? `${home}/${path.slice(2)}` : path;
}
