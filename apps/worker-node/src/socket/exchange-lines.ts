import { createConnection } from 'node:net';
import { hasCode } from '../errors/has-code.ts';
import { Conversation } from './conversation.ts';

const answerTimeoutMilliseconds = 60_000;

/** The connection ended before the whole answer had come: the worker ended too. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Sends a line and reads the line of JSON that answers it. @throws the system's error, or {@link NoAnswer} */
export const exchangeLines = async (path: string, line: string): Promise<unknown> => {
  const { answer, conversation } = await openConversation(path, line);
  conversation.end();
  return answer;
};

/** The same, and keeps the connection. */
export const openConversation = async (
  path: string,
  line: string,
): Promise<{ readonly answer: unknown; readonly conversation: Conversation }> => {
  const socket = createConnection(path);
  socket.setTimeout(answerTimeoutMilliseconds, () => socket.destroy(new Error('timeout')));
  const conversation = new Conversation(socket);
  conversation.send(line);
  const answer = parse(await conversation.first());
  socket.setTimeout(0);
  return { answer, conversation };
};

/** The bytes may hold values. */
const parse = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new NoAnswer('the worker ended the connection without an answer');
  } finally {
    bytes.fill(0);
  }
};

/** EAGAIN: more callers than the worker has accepted yet. All others: it ended, and its launcher starts another. */
const codesOfAway = new Set<unknown>(['EAGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT']);

/** Whether the worker is busy or away, and may answer soon. */
export const isAway = (error: unknown): boolean => error instanceof NoAnswer || hasCode(error, codesOfAway);
