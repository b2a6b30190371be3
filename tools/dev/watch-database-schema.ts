import { once } from 'node:events';
import { watch } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { begin, root } from '../workspace/workspace.mjs';

interface Doing {
  readonly migrate: () => Promise<unknown>;
  readonly say: (text: string) => void;
}

/** An editor writes a file in several steps. */
const settleMs = 100;

/** When the schema or a migration changes: generates the client, which is part of the backend's bundle, and migrates. */
export const watchDatabaseSchema = ({ migrate, say }: Doing): void => {
  const generate = async () => {
    const nx = begin(path.join(root, 'node_modules/.bin/nx'), ['run', 'db:generate', '--outputStyle=static'], {
      stdio: ['ignore', 2, 2],
    });
    await once(nx, 'exit');
  };

  const update = async () => {
    await delay(settleMs);
    await generate();
    await migrate().catch((error: unknown) =>
      say(`The database was not migrated: ${error instanceof Error ? error.message : String(error)}`),
    );
  };

  let changes = 0;
  let updating = false;
  watch(path.join(root, 'prisma'), { recursive: true }, () => {
    changes += 1;
    if (updating) return;
    updating = true;
    void (async () => {
      for (let seen = 0; seen !== changes;) {
        seen = changes;
        await update();
      }
    })().finally(() => (updating = false));
  });
};
