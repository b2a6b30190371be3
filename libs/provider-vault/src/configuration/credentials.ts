/** How the provider shows the server who it is: with a token that it was given, or by a login that gives one. */
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
