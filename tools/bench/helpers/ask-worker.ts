import { createConnection } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { owner } from './store-client.ts';

const Resolved = z.object({ environment: z.record(z.string(), z.string()) });

/** Reads an algorithm's environment as `exec` does: one line to worker.sock, one line back. Throws what the worker refuses. */
export const askWorker = async (workerDirectory: string, name: string): Promise<ReadonlyMap<string, string>> => {
  const socket = createConnection(path.join(workerDirectory, 'worker.sock'));
  socket.write(`${JSON.stringify({ owner, name })}\n`);
  const answer: unknown = JSON.parse(await text(socket));
  const resolved = Resolved.safeParse(answer);
  if (!resolved.success) throw new Error(`the worker did not resolve: ${JSON.stringify(answer)}`);
  return new Map(Object.entries(resolved.data.environment));
};
