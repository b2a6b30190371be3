import type { CertificateFiles } from './certificates.ts';

/** Somebody's syslog over TLS, which demands a certificate of the authority `client`. */
export interface SyslogReceiver {
  readonly url: string;
  start(): Promise<void>;
  /** Nobody listens then. */
  stop(): Promise<void>;
  /** What has arrived whole, in order. */
  messages(): Promise<readonly string[]>;
}

export interface SyslogReceiverOptions {
  readonly port: number;
  readonly folder: string;
  readonly server: CertificateFiles;
  readonly client: CertificateFiles;
}
