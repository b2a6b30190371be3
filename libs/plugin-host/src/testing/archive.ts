import { gzipSync } from 'node:zlib';
import { Header } from 'tar';

type EntryType =
  | 'File'
  | 'SymbolicLink'
  | 'Link'
  | 'CharacterDevice'
  | 'BlockDevice'
  | 'FIFO'
  | 'Directory'
  | 'ContiguousFile'
  | 'ExtendedHeader'
  | 'GlobalExtendedHeader'
  | 'NextFileHasLongPath'
  | 'NextFileHasLongLinkpath';

export interface ArchiveEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly type?: EntryType;
  readonly linkpath?: string;
}

const blockBytes = 512;

/** One entry with its padding, exactly as requested, even if invalid. */
export const entryBlocks = ({ name, content = '', type = 'File', linkpath }: ArchiveEntry): Buffer => {
  const bytes = Buffer.from(content);
  const header = Buffer.alloc(blockBytes);
  new Header({ path: name, mode: 0o644, size: bytes.length, type, ...(linkpath && { linkpath }) }).encode(header);
  return Buffer.concat([header, bytes, Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes)]);
};

export const endOfArchive = Buffer.alloc(2 * blockBytes);

export const tarOf = (entries: readonly ArchiveEntry[]): Buffer =>
  Buffer.concat([...entries.map(entryBlocks), endOfArchive]);

export const archiveOf = (entries: readonly ArchiveEntry[]): Buffer => gzipSync(tarOf(entries));

/** Writes the checksum of a header that was changed by hand. */
export const sealHeader = (header: Buffer): void => {
  header.fill(' ', 148, 156);
  const sum = header.subarray(0, blockBytes).reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
};
