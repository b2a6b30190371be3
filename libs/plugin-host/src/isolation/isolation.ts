/** `auto`: the best that this system allows, with a warning; `strict`: the full sandbox or nothing. */
export type IsolationSetting = 'auto' | 'strict';

/** From the full sandbox downwards. docs/plugin-isolation.md says what each leaves open. */
export const isolationModes = ['bubblewrap', 'namespaces', 'permission'] as const;
export type IsolationMode = (typeof isolationModes)[number];

/** How plugins are kept apart from us on this system. */
export interface Isolation {
  readonly mode: IsolationMode;
  /** for administrators; empty in the full sandbox */
  readonly warning: string;
  /** absolute paths of the programs that build the sandbox; null where the system lacks one */
  readonly programs: IsolationPrograms;
}

export interface IsolationPrograms {
  readonly bubblewrap: string | null;
  readonly prlimit: string | null;
  readonly setpriv: string | null;
  readonly unshare: string | null;
}

/** The full sandbox is demanded and cannot run here. */
export class IsolationError extends Error {
  override readonly name = 'IsolationError';
  readonly code = 'ISOLATION_UNAVAILABLE';
}
