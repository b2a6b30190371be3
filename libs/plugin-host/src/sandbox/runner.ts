// Runs inside the sandbox, in one process with the plugin. The host trusts nothing that comes from here.
import { type ConnectOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { readCallHeader } from '../protocol/call-header.ts';
import { FrameWriter } from '../protocol/frame-writer.ts';
import { FrameReader } from '../protocol/frames.ts';
import { questionCaps, type StartMessage } from '../protocol/messages.ts';
import { diagnosticHeader, longestDiagnosticText, type SandboxDiagnostic } from '../protocol/plugin-diagnostic.ts';
import { answerCall, type CallAnswer } from './answer-call.ts';
import { CallContext } from './call-context.ts';
import { diagnose } from './diagnose.ts';
import { errorAnswer } from './error-answer.ts';
import { installEgress } from './egress/install-egress.ts';
import { type CallTrace, Refusals } from './egress/refusals.ts';
import { loadProvider, type LoadedProvider } from './load-provider.ts';

const hostDescriptor = 3;
const readBytes = 64 * 1024;
const [, , pluginFile] = process.argv;
if (pluginFile === undefined) throw new Error('the path of the plugin is missing');

for (const name of Object.keys(process.env)) delete process.env[name];

const frames = new FrameReader(questionCaps);
const channel: SocketConstructorOpts & Pick<ConnectOpts, 'onread'> = {
  fd: hostDescriptor,
  readable: true,
  writable: true,
  // into the same memory each time: a new buffer for each read costs as much as what is read
  onread: {
    buffer: Buffer.allocUnsafeSlow(readBytes),
    callback: (length, { buffer, byteOffset }) => {
      receive(Buffer.from(buffer, byteOffset, length));
      return true;
    },
  },
};
const host = new Socket(channel);
const answers = new FrameWriter(host);
const refusals = new Refusals((destination, method) => {
  tell({
    kind: 'refused-destination',
    method: method ?? null,
    destination: destination.slice(0, longestDiagnosticText),
  });
});
let provider: LoadedProvider | undefined;
let deadlineMilliseconds = 0;
/** Nothing of it leaves the sandbox, except on an author's own machine. */
let tell = (_event: SandboxDiagnostic): void => {};

const start = (header: string, body: string) => {
  // the host is trusted: it wrote this header
  const message = JSON.parse(header) as StartMessage;
  const configuration = new Map(JSON.parse(body) as [string, string][]);
  ({ deadlineMilliseconds } = message);
  if (message.diagnose) {
    process.setSourceMapsEnabled(true);
    tell = (event) => answers.write(diagnosticHeader, JSON.stringify(event));
  }
  const trace: CallTrace = { method: 'import', refused: new Set(), attempts: 0 };
  return answer(0, message.configurationKeys, trace, async () => {
    installEgress(message.egress, refusals);
    const url = pathToFileURL(pluginFile).href;
    const loaded = await loadProvider(url, message, configuration, (method) => (trace.method = method));
    provider = loaded;
    // a promise of the module that failed unhandled ends the process before it is said to have started
    await othersTurn();
    return { value: loaded.facts };
  });
};

const call = (header: string, body: string) => {
  const message = readCallHeader(header);
  const context = new CallContext(message.context, deadlineMilliseconds);
  const trace: CallTrace = { method: message.method, refused: new Set(), attempts: 0 };
  return answer(message.id, [], trace, () => answerCall(provider?.object, message, context, body));
};

/** Answers with what this gives, or with what is left of its error. @param keys see `errorAnswer` */
const answer = async (id: number, keys: readonly string[], trace: CallTrace, work: () => Promise<CallAnswer>) => {
  try {
    const { value, bytes } = await refusals.run(trace, work);
    answers.write({ id, ok: true, value }, bytes);
  } catch (error) {
    tell(diagnose(trace.method, error));
    answers.write({ id, ...errorAnswer(error, keys, (isVague) => refusals.explains(error, trace, isVague)) });
  }
};

let started = false;
const receive = (chunk: Buffer) => {
  for (const { header, body } of frames.push(chunk)) {
    const text = body.toString('utf8');
    body.fill(0);
    void (started ? call(header, text) : start(header, text));
    started = true;
  }
};
host.on('close', () => process.exit(0));
host.on('error', () => process.exit(0));
