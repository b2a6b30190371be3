import { Header } from 'tar';
import { PluginModuleError } from './plugin-module-error.ts';

const blockBytes = 512;
const magicOffset = 257;
/** POSIX, and what GNU tar writes before ordinary files */
const magics = ['ustar\u000000', 'ustar  \0'];

/**
 * The regular files of a tar archive by name. Reads the blocks itself, because a tolerant reader hides what must be
 * refused: extension headers, links, duplicate names, bytes between and after the files.
 */
export const readArchive = (archive: Buffer): Map<string, Buffer> => {
  if (archive.length % blockBytes !== 0) throw truncated();
  const files = new Map<string, Buffer>();
  let at = 0;
  for (;;) {
    const block = archive.subarray(at, at + blockBytes);
    if (block.length < blockBytes) throw truncated();
    if (isZero(block)) break;
    const { name, size } = readHeader(block);
    if (files.has(name))
      throw new PluginModuleError('duplicate-name', 'the archive contains the same file twice; pack it again');
    const start = at + blockBytes;
    const end = start + size;
    at = start + Math.ceil(size / blockBytes) * blockBytes;
    if (at > archive.length) throw truncated();
    if (!isZero(archive.subarray(end, at))) throw hidden();
    files.set(name, archive.subarray(start, end));
  }
  if (archive.length - at < 2 * blockBytes) throw truncated();
  if (!isZero(archive.subarray(at))) throw hidden();
  return files;
};

const readHeader = (block: Buffer): { name: string; size: number } => {
  const header = new Header(block);
  if (!header.cksumValid || !magics.includes(block.toString('latin1', magicOffset, magicOffset + 8))) {
    throw new PluginModuleError('tar-header', 'the archive has a damaged header; pack it again');
  }
  const { type, path: name, size } = header;
  if (type !== 'File' && type !== 'OldFile') {
    throw new PluginModuleError(
      'entry-type',
      `the archive contains something other than regular files (${type}); pack regular files only`,
    );
  }
  if (header.linkpath || !name || size === undefined || !Number.isSafeInteger(size) || size < 0) {
    throw new PluginModuleError('tar-header', 'the archive has a damaged header; pack it again');
  }
  if (name.startsWith('/') || name.split('/').includes('..')) {
    throw new PluginModuleError(
      'unsafe-name',
      'the archive contains a file outside the folder package/; pack it again',
    );
  }
  return { name, size };
};

const zeros = Buffer.alloc(64 * 1024);

const isZero = (bytes: Buffer): boolean => {
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const part = bytes.subarray(at, at + zeros.length);
    if (!part.equals(zeros.subarray(0, part.length))) return false;
  }
  return true;
};

const truncated = () => new PluginModuleError('tar-truncated', 'the archive ends too early; pack it again');
const hidden = () =>
  new PluginModuleError('tar-trailing', 'the archive has bytes between or after its files; pack it again');
