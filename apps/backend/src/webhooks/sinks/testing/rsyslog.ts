import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import type { SyslogReceiver, SyslogReceiverOptions } from './syslog-receiver.ts';

/** A real rsyslog with its GnuTLS driver, in a folder of its own. */
export class Rsyslog implements SyslogReceiver {
  readonly url: string;
  readonly #program: string;
  readonly #options: SyslogReceiverOptions;
  readonly #log: string;
  #process: ChildProcess | null = null;

  constructor(program: string, options: SyslogReceiverOptions) {
    this.#program = program;
    this.#options = options;
    this.#log = path.join(options.folder, 'rsyslog.log');
    this.url = `tls://127.0.0.1:${options.port}`;
  }

  async start(): Promise<void> {
    const { folder, port, server, client } = this.#options;
    const file = path.join(folder, 'rsyslog.conf');
    writeFileSync(
      file,
      `global(workDirectory="${folder}" maxMessageSize="64k" DefaultNetstreamDriver="gtls"
  DefaultNetstreamDriverCAFile="${client.certFile}" DefaultNetstreamDriverCertFile="${server.certFile}"
  DefaultNetstreamDriverKeyFile="${server.keyFile}")
module(load="imtcp" StreamDriver.Name="gtls" StreamDriver.Mode="1" StreamDriver.AuthMode="x509/certvalid")
input(type="imtcp" address="127.0.0.1" port="${port}")
template(name="raw" type="string" string="%rawmsg%\\n")
action(type="omfile" file="${this.#log}" template="raw")
`,
    );
    this.#process = spawn(this.#program, ['-n', '-f', file, '-i', path.join(folder, 'rsyslog.pid')], {
      stdio: 'ignore',
    });
    while (!(await this.#listens())) await new Promise((resolve) => setImmediate(resolve));
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (running === null) return;
    running.kill();
    await once(running, 'exit');
  }

  async messages(): Promise<readonly string[]> {
    return existsSync(this.#log) ? readFileSync(this.#log, 'utf8').split('\n').slice(0, -1) : [];
  }

  async #listens(): Promise<boolean> {
    const socket = connect(this.#options.port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }
}
