import type { ConfigurationMap } from './configuration-keys.ts';

/** How the provider shows the server who it is: with a token that it was given, or by a login that gives one. */
export type Credentials = GivenToken | Login;

export interface GivenToken {
  readonly token: string;
}

/** What is sent to `auth/<mount>/login`. */
export interface Login {
  readonly mount: readonly string[];
  readonly body: Readonly<Record<string, string>>;
  /** The credential comes from a file that somebody renews: the provider must be made anew to see the new one. */
  readonly fromFile: boolean;
}

/** One way to authenticate. */
export interface AuthenticationMethod {
  /** As `vault_auth_method` names it. */
  readonly name: string;
  /** The configuration keys that belong to it alone. All are required. */
  readonly keys: readonly string[];
  /**
   * @param mount `vault_auth_path`, where it was given
   * @throws {ConfigurationError} naming the key that is missing or bad
   */
  read(config: ConfigurationMap, mount: readonly string[] | undefined): Credentials;
}
