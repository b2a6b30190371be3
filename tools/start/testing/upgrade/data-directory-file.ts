import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** The databases of a cluster are nearly the same: the window spans all of them. */
const compressed = (tar: Buffer): Buffer =>
  brotliCompressSync(tar, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LARGE_WINDOW]: 1,
      [constants.BROTLI_PARAM_LGWIN]: 26,
      [constants.BROTLI_PARAM_SIZE_HINT]: tar.length,
    },
  });

/** What the next start makes again. */
const leftOut = ['./launcher.lock', './database/run', './database/*/postmaster.opts'];

/** Of a store that was stopped. Takes GNU tar, and minutes. */
export const packDataDirectory = async (directory: string, file: string): Promise<void> => {
  const words = [
    '--sort=name',
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    ...leftOut.map((name) => `--exclude=${name}`),
  ];
  const tar = execFileSync('tar', [...words, '-cf', '-', '-C', directory, '.'], { maxBuffer: 2 ** 30 });
  await writeFile(file, compressed(tar));
};

/**
 * With the modes as they were; everything belongs to the caller. Where that is root, the start hands the database to
 * the account that PostgreSQL runs as.
 */
export const unpackDataDirectory = async (file: string, directory: string): Promise<void> => {
  const tar = brotliDecompressSync(await readFile(file), {
    params: { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 },
  });
  execFileSync('tar', ['-xpf', '-', '--no-same-owner', '-C', directory], {
    input: tar,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
};
