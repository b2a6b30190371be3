import type { ChainHead } from '../ledger/state/chain-head.ts';
import { type Mark, noticeKinds } from '../rows/mark.ts';
import type { RowMemory } from '../rows/row-memory.ts';

interface Named {
  readonly id: string;
  /** of the user, or of the user that the key belongs to; null where nobody knows it any more */
  readonly username: string | null;
}

interface NamedChanges {
  /** were there, and are not any more */
  readonly lost: readonly Named[];
  /** were removed since the backup, and are there again */
  readonly back: readonly Named[];
}

interface UserChanges extends NamedChanges {
  /** are what they were before: with the role that they have now */
  readonly earlier: readonly (Named & { readonly role: string | null })[];
}

export interface ChangeCounts {
  readonly lost: number;
  readonly back: number;
  readonly earlier: number;
}

/** What a restore undoes, as far as the backend's folder remembers. */
export interface RestoreComparison {
  /** the place of the audit up to which the folder remembers what was there */
  readonly rememberedUpTo: Pick<ChainHead, 'epoch' | 'sequence'>;
  readonly users: UserChanges;
  readonly apiKeys: NamedChanges;
  /** the others, by kind */
  readonly others: Readonly<Record<string, ChangeCounts>>;
}

type Subject = Pick<Mark, 'id' | 'version'> & {
  readonly digest: string | null;
  readonly claims?: readonly string[] | undefined;
  readonly group?: string | undefined;
};
type Subjects = ReadonlyMap<string, Subject>;

/** Compares the restored rows with those that the folder remembers. */
export const compareRestored = (
  remembered: { readonly head: ChainHead; readonly marks: readonly Mark[] },
  restored: RowMemory,
): RestoreComparison => {
  const before = byKind(remembered.marks);
  const after = byKind([...restored.chained()]);
  const usernames = new Map([...namesOf(before.get('user')), ...namesOf(after.get('user'))]);
  const kinds = new Set([...before.keys(), ...after.keys()]);
  const changesOf = (kind: string) => changes(before.get(kind) ?? new Map(), after.get(kind) ?? new Map());
  const users = changesOf('user');
  const keys = changesOf('apiKey');
  const user = ({ id }: Subject): Named => ({ id, username: usernames.get(id) ?? null });
  const key = ({ id, group }: Subject): Named => ({ id, username: usernames.get(group ?? '') ?? null });
  const others = [...kinds]
    .filter((kind) => kind !== 'user' && kind !== 'apiKey')
    .map((kind): [string, ChangeCounts] => {
      const { lost, back, earlier } = changesOf(kind);
      return [kind, { lost: lost.length, back: back.length, earlier: earlier.length }];
    });
  return {
    rememberedUpTo: { epoch: remembered.head.epoch, sequence: remembered.head.sequence },
    users: {
      ...{ lost: users.lost.map(user), back: users.back.map(user) },
      // the group of a user is its role
      earlier: users.earlier.map((subject) => ({ ...user(subject), role: subject.group ?? null })),
    },
    apiKeys: { lost: keys.lost.map(key), back: keys.back.map(key) },
    others: Object.fromEntries(others.sort(([left], [right]) => (left < right ? -1 : 1))),
  };
};

const isNotice = ({ kind }: Mark): boolean => noticeKinds.some((notice) => notice === kind);

const byKind = (marks: readonly Mark[]): Map<string, Map<string, Subject>> => {
  const kinds = new Map<string, Map<string, Subject>>();
  for (const mark of marks) {
    if (mark.digest === null || isNotice(mark)) continue;
    const subjects = kinds.get(mark.kind) ?? new Map<string, Subject>();
    kinds.set(mark.kind, subjects.set(mark.id, mark));
  }
  return kinds;
};

const changes = (before: Subjects, after: Subjects) => ({
  lost: [...before.values()].filter(({ id }) => !after.has(id)),
  back: [...after.values()].filter(({ id }) => !before.has(id)),
  earlier: [...after.values()].filter((subject) => {
    const was = before.get(subject.id);
    return was !== undefined && (was.version !== subject.version || was.digest !== subject.digest);
  }),
});

const claim = 'username:';

const namesOf = (users: Subjects | undefined): [string, string][] =>
  [...(users?.values() ?? [])].flatMap(({ id, claims }): [string, string][] => {
    const name = claims?.find((text) => text.startsWith(claim));
    return name === undefined ? [] : [[id, name.slice(claim.length)]];
  });
