import path from 'node:path';
import { createStoreKeys } from '@secret-store/sealing';
import { writeStoreKeys } from './write-store-keys.ts';

const [dataDirectory] = process.argv.slice(2);
if (!dataDirectory) {
  process.stderr.write('init: which data directory? usage: init DIRECTORY\n');
  process.exit(78);
}

try {
  await writeStoreKeys(path.resolve(dataDirectory), createStoreKeys);
} catch (error) {
  process.stderr.write(`init: ${error instanceof Error ? error.message : 'the keys could not be written'}\n`);
  process.exit(1);
}
