// Recognises files that may hold secrets. A planned workflow must not read them without a confirmation.
import { devNull, homedir } from 'node:os';
import { basename, isAbsolute, relative, resolve } from 'node:path';
import { homeFolder } from '../../home/paths.ts';
import { expandHome } from '../../values/home-path.ts';
import { realPathOf } from '../../home/existing-path.ts';

export interface PathContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Folders of the system whose files show memory, variables of processes, devices and passwords. */
const SYSTEM = 'proc dev sys run/secrets var/run/secrets etc/shadow etc/gshadow etc/sudoers'
  .split(' ')
  .map((entry) => `/${entry}`);

/** Below the home folder. */
const PERSONAL = (
  '.ssh .gnupg .aws .azure .kube .docker .oci .config/gcloud .config/gh .config/hub .config/op .password-store ' +
  '.local/share/keyrings .mozilla .config/google-chrome .config/chromium .netrc .npmrc .yarnrc.yml .pypirc .pgpass ' +
  '.my.cnf .git-credentials .config/git/credentials .gem/credentials .cargo/credentials .cargo/credentials.toml ' +
  '.terraform.d .vault-token .boto .s3cfg .bash_history .zsh_history .python_history .node_repl_history .psql_history ' +
  '.mysql_history .local/share/fish/fish_history .wgetrc .claude .claude.json .codex .config/rclone .config/pip ' +
  '.m2/settings.xml .gradle/gradle.properties .databrickscfg .snowsql .dbt .huggingface .cache/huggingface/token ' +
  '.kaggle .fly .ngrok2 .config/ngrok .config/netlify .config/containers/auth.json'
).split(' ');

/** `.env.example` is a sample without secrets. */
const SAMPLE = /[._-](?:example|sample|template|dist|defaults?|schema)$/i;
const SECRET_FILE =
  /^(?:\.env(?:\..+|rc)?|.+\.env|\.envrc|\.netrc|\.npmrc|\.pypirc|\.pgpass|\.htpasswd|\.git-credentials|id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|.+\.(?:pem|key|p12|pfx|jks|keystore|kdbx|ppk)|credentials(?:\.json|\.toml)?|\.?secrets?(?:\.(?:json|ya?ml|toml|env))?|\.dev\.vars|\.flaskenv|kubeconfig|.+\.(?:tfvars|tfstate|ovpn)|service[-_]?account.*\.json)$/i;
const PFLOW_FILES = ['settings.json', 'mcp.json'];

/** Follows links where the file exists: a harmless name may lead to a private file. */
export function isPrivatePath(path: string, { cwd, env }: PathContext): boolean {
  const { HOME = '' } = env;
  const home = HOME === '' ? homedir() : HOME;
  const written = resolve(cwd, expandHome(stripFileScheme(path), home));
  return [written, realPathOf(written)].some((file) => isPrivateFile(file, home, homeFolder(env)));
}

function isPrivateFile(file: string, home: string, pflowHome: string): boolean {
  if (file === devNull) return false;
  const name = basename(file);
  return (
    SYSTEM.some((folder) => isInside(file, folder)) ||
    PERSONAL.some((entry) =>
      [home, realPathOf(home)].some((folder) => isInside(file, resolve(folder, entry))),
    ) ||
    PFLOW_FILES.some(
      (entry) => file === realPathOf(resolve(pflowHome, entry)) || file === resolve(pflowHome, entry),
    ) ||
    (SECRET_FILE.test(name) && !SAMPLE.test(name))
  );
}

function isInside(file: string, folder: string): boolean {
  const from = relative(folder, file);
  return from === '' || (!from.startsWith('..') && !isAbsolute(from));
}

function stripFileScheme(path: string): string {
  return /^file:\/\//i.test(path) ? path.slice('file://'.length) : path;
}
