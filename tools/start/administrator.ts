/** What the operator wants the first administrator to have; none of it where nothing was given. */
export interface GivenAdministrator {
  readonly username?: string;
  readonly password?: string;
  readonly apiKey?: string;
}

const names = {
  username: 'SECRET_STORE_ADMIN_USERNAME',
  password: 'SECRET_STORE_ADMIN_PASSWORD',
  apiKey: 'SECRET_STORE_ADMIN_API_KEY',
} as const;

/** Reads it and removes it: no process that is started later inherits it. An empty variable counts as not set. */
export const takeAdministrator = (environment: NodeJS.ProcessEnv): GivenAdministrator => {
  const given: { -readonly [Field in keyof GivenAdministrator]: string } = {};
  for (const field of ['username', 'password', 'apiKey'] as const) {
    const value = environment[names[field]];
    if (value) given[field] = value;
    Reflect.deleteProperty(environment, names[field]);
  }
  return given;
};
