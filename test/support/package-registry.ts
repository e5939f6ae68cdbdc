// A package registry on the loopback interface that serves one release of @pydantic/genai-prices.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

const BLOCK = 512;

function tarEntry(name: string, bytes: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0);
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('0', 156);
  const padding = Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK);
  return Buffer.concat([header, bytes, padding]);
}

/** Packs files, compressed or not. */
export function packTar(files: Readonly<Record<string, Buffer>>, compressed = true): Buffer {
  const entries = Object.entries(files).map(([name, bytes]) => tarEntry(name, bytes));
  const tar = Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]);
  return compressed ? gzipSync(tar) : tar;
}

/** Packs the data as the package does: a module that begins with the list. */
export function packageTarball(providers: unknown): Buffer {
  const module = `const E = ${JSON.stringify(providers).replace(/"(\w+)":/g, '$1:')};\nexport { E as data };\n`;
  return packTar({ 'package/package.json': Buffer.from('{}'), 'package/dist/index.js': Buffer.from(module) });
}

export interface Release {
  readonly version: string;
  /** When it was published. */
  readonly time: string;
  readonly tarball: Buffer;
  /** Sends this instead of the tarball, whose integrity is announced. */
  readonly sends?: Buffer;
  /** Closes the connection after so many bytes of the tarball. */
  readonly cutAfter?: number;
}

export interface PackageRegistry {
  readonly url: string;
  release: Release;
}

export async function startRegistry(release: Release): Promise<PackageRegistry> {
  const registry = { url: '', release };
  const server = createServer((request, response) => {
    // A connection that stays open might be closed just when the next request reuses it.
    response.setHeader('connection', 'close');
    const { version, time, tarball, sends = tarball, cutAfter } = registry.release;
    if (request.url?.endsWith('.tgz') !== true) {
      const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
      const dist = { tarball: `${registry.url}genai-prices.tgz`, integrity };
      const packument = {
        'dist-tags': { latest: version },
        time: { [version]: time },
        versions: { [version]: { dist } },
      };
      response.end(JSON.stringify(packument));
      return;
    }
    response.writeHead(200, { 'content-length': String(sends.length) });
    if (cutAfter === undefined) response.end(sends);
    else response.write(sends.subarray(0, cutAfter), () => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  registry.url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  return registry;
}
