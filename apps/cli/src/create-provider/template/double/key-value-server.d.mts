export interface KeyValueServer {
  readonly url: string;
  readonly token: string;
  /** what it keeps, by `folder/name` */
  readonly entries: ReadonlyMap<string, { readonly value: string; readonly version: string; readonly updated: string }>;
  close(): Promise<void>;
}

export declare const startKeyValueServer: (options?: {
  readonly token?: string;
  readonly port?: number;
}) => Promise<KeyValueServer>;
