import { open } from 'node:fs/promises';

/** Makes a file, or the names in a folder, outlast a power cut. */
export const syncEntry = async (entry: string): Promise<void> => {
  const handle = await open(entry, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
