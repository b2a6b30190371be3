import { closeSync, readdirSync, readFileSync } from 'node:fs';

/** O_CLOEXEC of open(2), as fdinfo prints it. */
const closeOnExec = 0o2000000;

/**
 * Closes every descriptor but the standard ones that a child would inherit: those that our caller left open. Node's own
 * are closed on exec.
 */
export const closeInheritedDescriptors = (): void => {
  for (const descriptor of openDescriptors()) {
    if (descriptor > 2 && isInherited(descriptor)) closeSync(descriptor);
  }
};

const openDescriptors = (): number[] => {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    return []; // no /proc: Node itself has marked the lowest ones
  }
};

const isInherited = (descriptor: number): boolean => {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch {
    return false; // it was the one that listed the others
  }
};
