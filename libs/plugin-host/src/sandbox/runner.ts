// Runs inside the sandbox, in one process with the plugin. The host trusts nothing that comes from here.
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { encodeFrame, type Frame, FrameReader } from '../protocol/frames.ts';
import { type CallMessage, questionCaps, type StartMessage } from '../protocol/messages.ts';
import { answerCall } from './answer-call.ts';
import { errorAnswer } from './error-answer.ts';
import { installEgress } from './install-egress.ts';
import { loadProvider, type LoadedProvider } from './load-provider.ts';

const hostDescriptor = 3;
const [, , pluginFile] = process.argv;
if (pluginFile === undefined) throw new Error('the path of the plugin is missing');

for (const name of Object.keys(process.env)) delete process.env[name];

const host = new Socket({ fd: hostDescriptor, readable: true, writable: true });
const frames = new FrameReader(questionCaps);
let provider: LoadedProvider | undefined;

const answer = (header: object, body?: Uint8Array) => host.write(encodeFrame(header, body));

const start = async ({ header, body }: Frame) => {
  // the host is trusted: it wrote this header
  const message = JSON.parse(header) as StartMessage;
  const configuration = new Map(JSON.parse(body.toString('utf8')) as [string, string][]);
  body.fill(0);
  try {
    installEgress(message.egress);
    const loaded = await loadProvider(pathToFileURL(pluginFile).href, message, configuration);
    provider = loaded;
    answer({ id: 0, ok: true, value: loaded.facts });
  } catch (error) {
    answer({ id: 0, ...errorAnswer(error, message.configurationKeys) });
  }
};

const call = async ({ header, body }: Frame) => {
  // as above
  const message = JSON.parse(header) as CallMessage;
  try {
    const { value, bytes } = await answerCall(provider?.object, message, body);
    answer({ id: message.id, ok: true, value }, bytes);
  } catch (error) {
    answer({ id: message.id, ...errorAnswer(error, []) });
  }
};

let started = false;
host.on('data', (chunk: Buffer) => {
  for (const frame of frames.push(chunk)) {
    void (started ? call(frame) : start(frame));
    started = true;
  }
});
host.on('close', () => process.exit(0));
host.on('error', () => process.exit(0));
