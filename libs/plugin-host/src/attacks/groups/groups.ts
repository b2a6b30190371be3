import type { AttackGroup } from './attack.ts';
import { code } from './code.ts';
import { files } from './files.ts';
import { cloudMetadata } from './metadata.ts';
import { network, preload } from './network.ts';
import { processes } from './processes.ts';
import { floods, frames, identifiers, pollution } from './protocol.ts';
import { resources } from './resources.ts';

export const groups: readonly AttackGroup[] = [
  files,
  processes,
  code,
  preload,
  network,
  cloudMetadata,
  resources,
  floods,
  frames,
  pollution,
  identifiers,
];
