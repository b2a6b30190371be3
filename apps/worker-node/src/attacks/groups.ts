import type { AttackGroup } from './attack.ts';
import { files, writing } from './files.ts';
import { processes } from './processes.ts';
import { services } from './services.ts';

export const groups: readonly AttackGroup[] = [files, writing, processes, services];
