import type { PolicyRules } from '../fake/fake-policy.ts';

/** Configuration keys that let a provider log in. */
export type LoginKeys = Readonly<Record<string, string>>;

export type LoginName = 'approle' | 'kubernetes' | 'jwt';

/** A server, fake or real, set up as its administrators would. The same tests run on each. */
export interface VaultStage {
  readonly address: string;
  /** A folder in a KV mount of version 2 that belongs to this stage alone. */
  readonly path: string;
  /** The same for version 1. */
  readonly path1: string;
  readonly rootToken: string;
  token(options: { rules: PolicyRules; seconds: number; renewable: boolean }): Promise<string>;
  /** A new role that gives these rights, and the keys with which a provider takes it. */
  login(method: LoginName, rules: PolicyRules): Promise<LoginKeys>;
  /** A namespace with a mount `secret` of version 2 in it; undefined where the server has no namespaces. */
  namespace(): Promise<string | undefined>;
  /** Ends the tokens that logins of this method gave. */
  endLogins(method: LoginName): Promise<void>;
  close(): Promise<void>;
}

/** A path's segments behind the mount of one segment, for the rules of version 2. */
const inMount = (path: string): { mount: string; folder: string } => {
  const [mount = '', ...folder] = path.split('/');
  return { mount, folder: folder.join('/') };
};

/** For a backend that never needs to read: README.md, "Policies". */
export const writeOnlyRules = (path: string): PolicyRules => {
  const { mount, folder } = inMount(path);
  return {
    [`${mount}/data/${folder}/*`]: ['create', 'update'],
    [`${mount}/metadata/${folder}/*`]: ['read', 'delete'],
  };
};

/** For a backend that offers references: README.md, "Policies". */
export const listRules = (path: string): PolicyRules => {
  const { mount, folder } = inMount(path);
  return { [`${mount}/metadata/${folder}/*`]: ['read', 'list'] };
};

/** For workers: README.md, "Policies". */
export const readOnlyRules = (path: string): PolicyRules => {
  const { mount, folder } = inMount(path);
  return { [`${mount}/data/${folder}/*`]: ['read'], [`${mount}/metadata/${folder}/*`]: ['read'] };
};

/** One credential for both sides: README.md, "Policies". */
export const fullRules = (path: string): PolicyRules => {
  const { mount, folder } = inMount(path);
  return {
    [`${mount}/data/${folder}/*`]: ['create', 'update', 'read'],
    [`${mount}/metadata/${folder}/*`]: ['read', 'delete'],
  };
};
