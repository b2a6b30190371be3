import { gzipSync } from 'node:zlib';
import { Header } from 'tar';

const blockBytes = 512;
/** npm's own choice, so that the same files always give the same bytes */
const modified = new Date('1985-10-26T08:15:00Z');
const operatingSystemOffset = 9;
const unknownOperatingSystem = 255;

/** Writes a module file: the given files, in the order of their names, under `package/`. Same files, same bytes. */
export const writeModuleFile = (files: ReadonlyMap<string, Uint8Array>): Buffer => {
  const names = [...files.keys()].toSorted();
  const blocks = names.flatMap((name) => fileBlocks(`package/${name}`, files.get(name) ?? new Uint8Array(0)));
  const compressed = gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]), { level: 9 });
  compressed[operatingSystemOffset] = unknownOperatingSystem;
  return compressed;
};

const fileBlocks = (name: string, content: Uint8Array): Uint8Array[] => {
  const header = Buffer.alloc(blockBytes);
  const needsExtension = new Header({
    path: name,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: content.length,
    mtime: modified,
    type: 'File',
    uname: '',
    gname: '',
  }).encode(header);
  if (needsExtension) throw new Error(`the file name ${name} is too long for the archive`);
  return [header, content, Buffer.alloc((blockBytes - (content.length % blockBytes)) % blockBytes)];
};
