import { deniedByPolicy, envelope, type FakeAnswer } from './fake-answer.ts';
import { type FakeMount, fakeKeyValueV1, fakeKeyValueV2 } from './fake-key-value.ts';
import { type Capability, type PolicyRules, seesMount } from './fake-policy.ts';

interface MountedEngine {
  readonly type: string;
  readonly options: Record<string, string> | null;
  readonly engine: FakeMount;
}

const keyValue2 = (): MountedEngine => ({ type: 'kv', options: { version: '2' }, engine: fakeKeyValueV2() });

/**
 * `secret` and `team/kv` (version 2), `kv1` (version 1), `plain` (version 1 that does not say so), `old` (version 1
 * under its former name), `cubbyhole`. In the namespace `team-a` there is a `secret` of its own.
 */
export class FakeMounts {
  readonly #namespaces = new Map<string, Map<string, MountedEngine>>([
    [
      '',
      new Map([
        ['secret/', keyValue2()],
        ['team/kv/', keyValue2()],
        ['kv1/', { type: 'kv', options: { version: '1' }, engine: fakeKeyValueV1() }],
        ['plain/', { type: 'kv', options: {}, engine: fakeKeyValueV1() }],
        ['old/', { type: 'generic', options: null, engine: fakeKeyValueV1() }],
        [
          'cubbyhole/',
          { type: 'cubbyhole', options: null, engine: { serve: () => deniedByPolicy, exists: () => false } },
        ],
      ]),
    ],
    ['team-a', new Map([['secret/', keyValue2()]])],
  ]);

  hasNamespace(namespace: string): boolean {
    return this.#namespaces.has(namespace);
  }

  /** `sys/internal/ui/mounts/<path>` */
  preflight(namespace: string, path: string, rules: PolicyRules): FakeAnswer {
    const found = this.#find(namespace, path);
    if (found && seesMount(rules, found.name)) {
      const { type, options } = found.mount;
      return { status: 200, body: { ...envelope, data: { path: found.name, type, options } } };
    }
    const advice = `please ensure client's policies grant access to path "${path}/"`;
    return { status: 403, body: { errors: [`preflight capability check returned 403, ${advice}`] } };
  }

  /** Which right a request to an entry takes, and what it does. */
  route(
    namespace: string,
    method: string,
    path: string,
    body: unknown,
  ): { capability: Capability; serve: () => FakeAnswer } {
    const found = this.#find(namespace, path);
    if (!found) {
      const absent = { status: 404, body: { errors: [`no handler for route "${path}". route entry not found.`] } };
      return { capability: 'read', serve: () => absent };
    }
    const { engine } = found.mount;
    const rest = path.slice(found.name.length);
    return { capability: capabilityOf(method, engine.exists(rest)), serve: () => engine.serve(method, rest, body) };
  }

  #find(namespace: string, path: string): { name: string; mount: MountedEngine } | undefined {
    const mounts = this.#namespaces.get(namespace) ?? new Map<string, MountedEngine>();
    const found = [...mounts].find(([name]) => `${path}/`.startsWith(name));
    return found && { name: found[0], mount: found[1] };
  }
}

const capabilityOf = (method: string, exists: boolean): Capability => {
  if (method === 'GET') return 'read';
  if (method === 'LIST') return 'list';
  if (method === 'DELETE') return 'delete';
  return exists ? 'update' : 'create';
};
