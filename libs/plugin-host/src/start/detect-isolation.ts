import { runSelfTest } from './self-test.ts';
import { findProgram, systemProgramDirectories } from '../isolation/find-program.ts';
import {
  type Isolation,
  IsolationError,
  type IsolationPrograms,
  type IsolationSetting,
} from '../isolation/isolation.ts';

export interface DetectIsolationOptions {
  readonly setting: IsolationSetting;
  /** where the built sandbox files are */
  readonly sandboxDirectory: string;
  /** where to look for the programs; the system's own folders unless told */
  readonly programDirectories?: readonly string[];
}

/**
 * Finds the strongest isolation that this system allows by trying each level, starting with the full sandbox.
 * @throws {IsolationError} under `strict` if the full sandbox cannot run
 */
export const detectIsolation = async ({
  setting,
  sandboxDirectory,
  programDirectories = systemProgramDirectories,
}: DetectIsolationOptions): Promise<Isolation> => {
  const programs: IsolationPrograms = {
    bubblewrap: findProgram('bwrap', programDirectories),
    prlimit: findProgram('prlimit', programDirectories),
    setpriv: findProgram('setpriv', programDirectories),
    unshare: findProgram('unshare', programDirectories),
  };
  const full: Isolation = { mode: 'bubblewrap', warning: '', programs };
  const obstacle = await obstacleTo(full, sandboxDirectory);
  if (obstacle === null) return full;
  if (setting === 'strict') {
    throw new IsolationError(`${obstacle} With strict isolation, plugins run only in the full sandbox.`);
  }
  const namespaces: Isolation = { mode: 'namespaces', warning: `${obstacle} ${openInNamespaces}`, programs };
  if (await runsInNamespaces(namespaces, sandboxDirectory)) return namespaces;
  return { mode: 'permission', warning: `${obstacle} ${openInPermission(programs)}`, programs };
};

const obstacleTo = async (isolation: Isolation, sandboxDirectory: string): Promise<string | null> => {
  const { bubblewrap, prlimit } = isolation.programs;
  if (bubblewrap === null) return 'bubblewrap is not installed; install the package bubblewrap.';
  if (prlimit === null) return 'prlimit is not installed; install the package util-linux.';
  if (await runSelfTest(isolation, sandboxDirectory)) return null;
  return 'bubblewrap is installed but cannot run here; it needs version 0.8 or later and unprivileged user namespaces.';
};

const runsInNamespaces = async (isolation: Isolation, sandboxDirectory: string): Promise<boolean> => {
  const { unshare, setpriv, prlimit } = isolation.programs;
  return unshare !== null && setpriv !== null && prlimit !== null && (await runSelfTest(isolation, sandboxDirectory));
};

const openInNamespaces =
  'Until then, plugins run without network access and cannot see other processes, but share the file system of this machine: ' +
  'they can connect to unix sockets that this user may open, such as that of a database or a container engine.';

const openInPermission = ({ prlimit, setpriv }: IsolationPrograms) =>
  "Until then, only Node's permission model isolates plugins: they can reach the network and any unix socket, and signal other processes of this user" +
  (prlimit === null ? ', and their memory is not limited' : '') +
  (setpriv === null ? ', and a plugin that hangs can outlive a host that is killed.' : '.');
