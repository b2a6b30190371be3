import { isIP } from 'node:net';
import path from 'node:path';
import type { IsolationSetting } from './isolation/isolation.ts';

// Without a schema library: `exec` reads a setting here too, and must start at once.

export const isolationRule = 'must be auto or strict';

/** SECRET_STORE_PLUGIN_ISOLATION; null for what breaks `isolationRule`. */
export const parseIsolationSetting = (text: string): IsolationSetting | null =>
  text === 'auto' || text === 'strict' ? text : null;

export const fileRootsRule = 'must list absolute folders, separated by colons';
export const defaultFileRoots = '/var/run/secrets';

/** SECRET_STORE_PLUGIN_FILE_ROOTS; null for what breaks `fileRootsRule`. */
export const parseFileRoots = (text: string): readonly string[] | null => {
  const roots = text.split(':').filter((root) => root !== '');
  return roots.every((root) => path.isAbsolute(root)) ? roots : null;
};

const loopbackNames = new Set(['localhost', '::1', '[::1]']);

/** Whether only this machine reaches a listener on this host. Unlike a plugin's destinations, 0.0.0.0 is not loopback here. */
export const isLoopbackListener = (host: string): boolean =>
  loopbackNames.has(host) || (isIP(host) === 4 && host.startsWith('127.'));
