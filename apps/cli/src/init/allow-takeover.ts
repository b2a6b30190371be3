import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { keyFileNames, stateFileNames } from '@secret-store/sealing';

const takeover =
  'The backend takes over the embedded database from before it checked its rows, once, and removes this file.\n';

/**
 * A store with an embedded database from before the backend remembered anything: its backend may vouch, once, for the rows as
 * they are. The backend's folder has had `state/` ever since, so that a file that is missing later is no beginning.
 */
export const allowTakeover = async (dataDirectory: string): Promise<void> => {
  const backend = path.join(dataDirectory, 'backend');
  const state = path.join(backend, keyFileNames.backend.state);
  if (existsSync(state) || !existsSync(path.join(dataDirectory, 'database'))) return;
  const draft = await mkdtemp(path.join(backend, '.state-'));
  try {
    const file = await open(path.join(draft, stateFileNames.takeover), 'wx', 0o600);
    try {
      await file.writeFile(takeover);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, state);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};
