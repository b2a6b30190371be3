import { open, rename } from 'node:fs/promises';
import path from 'node:path';

/** Written completely or not at all, and on disk when this returns. */
export const writeStateFile = async (directory: string, name: string, text: string): Promise<void> => {
  const file = path.join(directory, name);
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  await syncDirectory(directory);
};

export const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
