/** How the provider authenticates to the server: with a token from the configuration, or with a login. */
export type Credentials = GivenToken | Login;

interface GivenToken {
  readonly token: string;
}

/** What is sent to `auth/<mount>/login`. */
export interface Login {
  readonly mount: readonly string[];
  readonly body: Readonly<Record<string, string>>;
  /** The credential comes from a file that is renewed: the provider must be created again to see the new one. */
  readonly fromFile: boolean;
}
