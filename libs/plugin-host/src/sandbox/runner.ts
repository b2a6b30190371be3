// Runs inside the sandbox, in one process with the plugin. The host trusts nothing that comes from here.
import { type ConnectOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { pathToFileURL } from 'node:url';
import { readCallHeader } from '../protocol/call-header.ts';
import { FrameWriter } from '../protocol/frame-writer.ts';
import { FrameReader } from '../protocol/frames.ts';
import { questionCaps, type StartMessage } from '../protocol/messages.ts';
import { answerCall } from './answer-call.ts';
import { errorAnswer } from './error-answer.ts';
import { installEgress } from './install-egress.ts';
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
let provider: LoadedProvider | undefined;

const start = async (header: string, body: string) => {
  // the host is trusted: it wrote this header
  const message = JSON.parse(header) as StartMessage;
  const configuration = new Map(JSON.parse(body) as [string, string][]);
  try {
    installEgress(message.egress);
    const loaded = await loadProvider(pathToFileURL(pluginFile).href, message, configuration);
    provider = loaded;
    answers.write({ id: 0, ok: true, value: loaded.facts });
  } catch (error) {
    answers.write({ id: 0, ...errorAnswer(error, message.configurationKeys) });
  }
};

const call = async (header: string, body: string) => {
  const message = readCallHeader(header);
  try {
    const { value, bytes } = await answerCall(provider?.object, message, body);
    answers.write({ id: message.id, ok: true, value }, bytes);
  } catch (error) {
    answers.write({ id: message.id, ...errorAnswer(error, []) });
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
