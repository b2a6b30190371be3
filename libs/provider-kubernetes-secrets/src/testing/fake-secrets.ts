import { randomUUID } from 'node:crypto';
import { alreadyExists, conflicted, type FakeAnswer, immutable, notFound, patchRefused } from './statuses.ts';

export interface FakeSecret {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string;
  readonly finalizers?: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** manager → when it last set something, and whether that was the data */
  readonly managers: Readonly<Record<string, { readonly time: string; readonly ownsData: boolean }>>;
  readonly type: string;
  readonly immutable?: boolean;
  /** in base64 */
  readonly data: Readonly<Record<string, string>>;
}

export type Change = Partial<
  Pick<FakeSecret, 'labels' | 'annotations' | 'data' | 'immutable' | 'finalizers' | 'type' | 'deletionTimestamp'>
>;

export interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}

/** The Secrets of a namespace as a cluster keeps them, after https://kubernetes.io/docs/reference/using-api/api-concepts/. */
export class FakeSecrets {
  readonly #secrets = new Map<string, FakeSecret>();
  /** One counter for everything in the cluster. */
  #revision = 1_000;

  get(name: string): FakeSecret | undefined {
    return this.#secrets.get(name);
  }

  /** In the order of their names. */
  all(): readonly FakeSecret[] {
    return [...this.#secrets.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  clear(): void {
    this.#secrets.clear();
  }

  /** What somebody else puts there. */
  put(name: string, change: Change, manager = 'kubectl'): FakeSecret {
    const made: FakeSecret = {
      ...{ name, uid: randomUUID(), creationTimestamp: now(), resourceVersion: '', managers: {} },
      ...{ labels: {}, annotations: {}, data: {}, type: 'Opaque' },
    };
    return this.#write(made, change, manager);
  }

  /** What somebody else changes. */
  edit(name: string, change: Change, { manager = 'kubectl-edit', time = now() } = {}): void {
    const secret = this.#secrets.get(name);
    if (!secret) throw new Error(`the cluster has no Secret ${name}`);
    this.#write(secret, change, manager, time);
  }

  /** From a backup of the whole cluster: its counter goes back too. */
  restore(backup: FakeSecret): void {
    this.#secrets.set(backup.name, backup);
    this.#revision = Number(backup.resourceVersion);
  }

  create(name: string, change: Change, manager: string): FakeAnswer {
    if (this.#secrets.has(name)) return alreadyExists(name);
    return { status: 201, body: this.put(name, change, manager) };
  }

  /** https://www.rfc-editor.org/rfc/rfc6902: `test` and `add`. A patch that changes nothing is not written. */
  patch(name: string, operations: readonly PatchOperation[], manager: string): FakeAnswer {
    const secret = this.#secrets.get(name);
    if (!secret) return notFound(name);
    const { annotations, data } = secret;
    const document: Record<string, unknown> = { data, metadata: { annotations: { ...annotations } } };
    if (!operations.every((operation) => apply(document, operation))) return patchRefused;
    // just built above, and strings only, as the operations of the provider are
    const patched = document as { data: FakeSecret['data']; metadata: { annotations: FakeSecret['annotations'] } };
    const change = { data: patched.data, annotations: patched.metadata.annotations };
    const isSame = JSON.stringify(change) === JSON.stringify({ data, annotations });
    if (isSame) return { status: 200, body: secret };
    if (secret.immutable && JSON.stringify(change.data) !== JSON.stringify(data)) return immutable(name);
    return { status: 200, body: this.#write(secret, change, manager) };
  }

  remove(name: string, preconditions: { readonly uid?: string; readonly resourceVersion?: string } = {}): FakeAnswer {
    const secret = this.#secrets.get(name);
    if (!secret) return notFound(name);
    const { uid, resourceVersion } = { ...secret, ...preconditions };
    if (uid !== secret.uid || resourceVersion !== secret.resourceVersion) return conflicted(name);
    if ((secret.finalizers ?? []).length > 0) {
      return { status: 200, body: this.#write(secret, { deletionTimestamp: secret.deletionTimestamp ?? now() }, '') };
    }
    this.#secrets.delete(name);
    const details = { name, kind: 'secrets', uid: secret.uid };
    return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
  }

  #write(secret: FakeSecret, change: Change, manager: string, time = now()): FakeSecret {
    this.#revision += 1;
    const ownsData = change.data !== undefined && JSON.stringify(change.data) !== JSON.stringify(secret.data);
    const held = secret.managers[manager]?.ownsData === true;
    const managers = { ...secret.managers, [manager]: { time, ownsData: ownsData || held } };
    const written = { ...secret, ...change, managers, resourceVersion: String(this.#revision) };
    this.#secrets.set(secret.name, written);
    return written;
  }
}

/** The server counts in seconds. */
const now = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

/** @returns whether the operation could be carried out */
const apply = (document: Record<string, unknown>, { op, path, value }: PatchOperation): boolean => {
  const steps = path
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop() ?? '';
  let parent: unknown = document;
  for (const step of steps) parent = isObject(parent) ? parent[step] : undefined;
  if (!isObject(parent)) return false;
  if (op === 'test') return parent[last] === value;
  parent[last] = value;
  return op === 'add';
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
