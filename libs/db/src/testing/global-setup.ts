import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTestCluster, type TestCluster } from './test-cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** a unix socket that answers with the address of the cluster, which it starts when it is first asked */
    testClusterSocket: string;
  }
}

/** With the namespace of process ids: a run in another container that shares the temporary directory has its own. */
const directoryPrefix = `secret-store-test-${await processNamespace()}-`;

/** One cluster for all test files of a run, owned by the process that outlives them, and only when one of them wants it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeAbandoned();
  const directory = await mkdtemp(path.join(tmpdir(), `${directoryPrefix}${process.pid}-`));
  // as root, another user's PostgreSQL must pass through it
  await chmod(directory, 0o711);
  let cluster: Promise<TestCluster> | null = null;
  const server = createServer((socket) => {
    cluster ??= startTestCluster(path.join(directory, 'database'));
    cluster.then(
      ({ supervisorUrl, ownerUrl, url, template }) =>
        socket.end(JSON.stringify({ supervisorUrl, ownerUrl, url, template })),
      (error: unknown) => socket.end(JSON.stringify({ failure: String(error) })),
    );
  });
  const socketPath = path.join(directory, 'cluster.sock');
  server.listen(socketPath);
  await once(server, 'listening');
  project.provide('testClusterSocket', socketPath);

  return async () => {
    server.close();
    const started = await cluster?.catch(() => null);
    await started?.stop();
    await rm(directory, { recursive: true, force: true });
  };
}

async function processNamespace(): Promise<string> {
  const link = await readlink('/proc/self/ns/pid').catch(() => '');
  return link.replaceAll(/\D/g, '') || 'all';
}

/** What a killed run left: its PostgreSQL ended with it, its files did not. */
const removeAbandoned = async (): Promise<void> => {
  for (const name of await readdir(tmpdir())) {
    const pid = name.startsWith(directoryPrefix) ? Number.parseInt(name.slice(directoryPrefix.length), 10) : Number.NaN;
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    await rm(path.join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};
