// Runs inside the sandbox, in one process with the plugin. The host trusts nothing that comes from here.
import { type ConnectOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { pathToFileURL } from 'node:url';
import { readCallHeader } from '../protocol/call-header.ts';
import { FrameWriter } from '../protocol/frame-writer.ts';
import { FrameReader } from '../protocol/frames.ts';
import { questionCaps, type StartMessage } from '../protocol/messages.ts';
import { answerCall, type CallAnswer } from './answer-call.ts';
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
const refusals = new Refusals();
let provider: LoadedProvider | undefined;

const start = (header: string, body: string) => {
  // the host is trusted: it wrote this header
  const message = JSON.parse(header) as StartMessage;
  const configuration = new Map(JSON.parse(body) as [string, string][]);
  return answer(0, message.configurationKeys, 'create', async () => {
    installEgress(message.egress, refusals);
    const loaded = await loadProvider(pathToFileURL(pluginFile).href, message, configuration);
    provider = loaded;
    return { value: loaded.facts };
  });
};

const call = (header: string, body: string) => {
  const message = readCallHeader(header);
  return answer(message.id, [], message.method, () => answerCall(provider?.object, message, body));
};

/** Answers with what this gives, or with what is left of its error. @param keys see `errorAnswer` */
const answer = async (id: number, keys: readonly string[], method: string, work: () => Promise<CallAnswer>) => {
  const trace: CallTrace = { method, refused: new Set(), attempts: 0 };
  try {
    const { value, bytes } = await refusals.run(trace, work);
    answers.write({ id, ok: true, value }, bytes);
  } catch (error) {
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
