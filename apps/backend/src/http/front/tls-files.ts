import { readFileSync } from 'node:fs';
import type { Settings } from '../../env.ts';

/** Of a folder, the system's error does not name it. */
const read = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { path: file }) : error;
  }
};

/** What TLS is served with. @throws the system's error, with the file as `path` */
export const readTlsFiles = ({ certificateFile, keyFile }: NonNullable<Settings['tls']>) => ({
  cert: read(certificateFile),
  key: read(keyFile),
});
