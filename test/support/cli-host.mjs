// Runs commands of the built program one after the other in one process, which saves starting a process for each.
// Each command has its own arguments, environment, working folder, stdout, stderr and empty stdin.
import { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';

const [, , program = ''] = process.argv;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGXFSZ'];

class Collector extends Writable {
  chunks = [];

  _write(chunk, _encoding, done) {
    this.chunks.push(chunk);
    done();
  }

  text() {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}

function replace(name, value) {
  Object.defineProperty(process, name, { configurable: true, enumerable: true, value });
}

function setEnvironment(env) {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

/** Removes what the command added: signals would reach it after its end. */
function removeSignalListeners() {
  for (const name of SIGNALS) process.removeAllListeners(name);
}

async function run({ id, args, cwd, env }) {
  setEnvironment(env);
  process.chdir(cwd);
  const stdout = new Collector();
  const stderr = new Collector();
  replace('stdout', stdout);
  replace('stderr', stderr);
  replace('stdin', Readable.from([]));
  process.argv = [process.execPath, program, ...args];
  process.exitCode = undefined;
  // The main module runs again for another address; what it loads is loaded once.
  await import(`${pathToFileURL(program).href}?command=${String(id)}`);
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  removeSignalListeners();
  process.chdir('/');
  return { id, code, signal: null, stdout: stdout.text(), stderr: stderr.text() };
}

process.on('message', (request) => {
  run(request).then(
    (result) => process.send(result),
    (error) => process.send({ id: request.id, error: String(error?.stack ?? error) }),
  );
});
process.on('disconnect', () => process.exit(0));
