import { z } from 'zod';
import type { Settings } from '../env.ts';

type Given = Settings['administrator'];

const Message = z.object({
  type: z.literal('administrator'),
  username: z.string().optional(),
  password: z.string().optional(),
  apiKey: z.string().optional(),
});

const names = ['SECRET_STORE_ADMIN_PASSWORD', 'SECRET_STORE_ADMIN_API_KEY'];

/** Removes the credentials of the first administrator from the environment, where plugins or a later look could find them. */
export const forgetAdministrator = (environment: NodeJS.ProcessEnv): void => {
  for (const name of names) Reflect.deleteProperty(environment, name);
};

/**
 * What the operator wants the first administrator to have. The launcher sends it as a message: the environment that a process
 * was started with can be read for as long as it runs.
 */
export const givenAdministrator = async ({
  administrator,
  administratorFromLauncher,
}: Pick<Settings, 'administrator' | 'administratorFromLauncher'>): Promise<Given> => {
  if (!administratorFromLauncher) return administrator;
  const message = await new Promise<unknown>((resolve) => process.once('message', resolve));
  const { username, password, apiKey } = Message.parse(message);
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(apiKey !== undefined && { apiKey }),
  };
};
