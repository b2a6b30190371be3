import { randomBytes } from 'node:crypto';
import { ApiKeyRequest, UserRequest } from '@secret-store/api';
import type { Dependencies } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { SettingsError, type Settings } from '../env.ts';
import { generateApiKey } from '../accounts/api-key.ts';
import { insertApiKey } from '../accounts/credentials/create-api-key.ts';
import { insertUser } from '../accounts/users/create-user.ts';

/** What nobody knows yet: the credentials that the operator gave are null. */
export interface FirstAnnouncement {
  readonly username: string;
  readonly password: string | null;
  readonly apiKey: string | null;
}

export const announcementOf = (
  { username, password, apiKey }: FirstAdministrator,
  given: Settings['administrator'],
): FirstAnnouncement => ({
  username,
  password: given.password === undefined ? password : null,
  apiKey: given.apiKey === undefined ? apiKey : null,
});

export interface FirstAdministrator {
  readonly username: string;
  readonly password: string;
  readonly apiKey: string;
}

const passwordBytes = 18;
const actor = { type: 'system', id: 'first-start' } as const;

const parseSettings = (given: Settings['administrator']): FirstAdministrator => {
  const user = UserRequest.safeParse({
    username: given.username ?? 'admin',
    password: given.password ?? randomBytes(passwordBytes).toString('base64url'),
    role: 'admin',
  });
  const apiKey = ApiKeyRequest.safeParse({ key: given.apiKey ?? generateApiKey() });
  const problems = [
    ...(user.error?.issues ?? []).map(
      (issue) => `SECRET_STORE_ADMIN_${String(issue.path[0]).toUpperCase()} ${issue.message}`,
    ),
    ...(apiKey.error?.issues ?? []).map((issue) => `SECRET_STORE_ADMIN_API_KEY ${issue.message}`),
  ];
  if (!user.success || apiKey.data?.key === undefined) throw new SettingsError(problems.join('; '));
  return { username: user.data.username, password: user.data.password, apiKey: apiKey.data.key };
};

/** At the first start only: the administrator and a key. Null when there is somebody already. */
export const ensureFirstAdministrator = (
  deps: Pick<Dependencies, 'db' | 'keys' | 'ledger'>,
  given: Settings['administrator'],
): Promise<FirstAdministrator | null> =>
  deps.db.withLock('first-administrator', async () => {
    if (!(await deps.ledger.folder.isFirstStart()) || deps.ledger.memory.count('user', 'admin') > 0) return null;
    const administrator = parseSettings(given);
    await change(deps, async (changes) => {
      const user = await insertUser(changes, { ...administrator, role: 'admin' }, actor);
      await insertApiKey(
        deps,
        changes,
        {
          ...{ userId: user.id, username: user.username, key: administrator.apiKey },
          isGenerated: given.apiKey === undefined,
        },
        actor,
      );
    });
    return administrator;
  });
